"""The money of signed agreements as IATI says it: partners, budgets, payments to come, transactions, conditions."""

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from coord.agreements.codes import BudgetRevision, BudgetStatus, ConditionKind, EntryKind
from coord.agreements.machine import UNPAID
from coord.agreements.published import Grant
from coord.agreements.tables import LedgerEntry, Tranche, TrancheCondition
from coord.kernel.money import major
from coord.organizations.tables import OrganizationKind

_FUNDING, _IMPLEMENTING = "1", "4"
_ORIGINAL = "1"
_TYPES: Mapping[OrganizationKind, str] = {
    OrganizationKind.FOUNDATION: "60",
    OrganizationKind.SPONSOR: "70",
    OrganizationKind.HOSPITAL: "15",
    OrganizationKind.AGENCY: "22",
}
_OTHER_TYPE = "90"
_BUDGET_TYPES = {BudgetRevision.ORIGINAL: "1", BudgetRevision.REVISED: "2"}
_BUDGET_STATUSES = {BudgetStatus.INDICATIVE: "1", BudgetStatus.COMMITTED: "2"}
TRANSACTIONS: Mapping[EntryKind, tuple[str, int]] = {
    EntryKind.PLEDGE: ("12", 1),
    EntryKind.COMMITMENT: ("2", 1),
    EntryKind.DISBURSEMENT: ("3", 1),
    EntryKind.EXPENDITURE: ("4", 1),
    EntryKind.REFUND: ("3", -1),
}
"""Code and sign of each kind, seen from the payer; money that comes back is a payment below zero."""
_CONDITIONS = {ConditionKind.INDICATOR: "2", ConditionKind.REPORT: "3", ConditionKind.DOCUMENT: "3"}
"""An indicator's value is about performance, a report or a document about the use of the money."""


def add_partners(activity: etree._Element, grants: Sequence[Grant]) -> None:
    """Who funds and who carries out, each once."""
    seen = set()
    for grant in grants:
        for party, role in (("funder", _FUNDING), ("grantee", _IMPLEMENTING)):
            code = grant.agreement[f"{party}.code"]
            if (code, role) not in seen:
                seen.add((code, role))
                _party(activity, "participating-org", grant, party).set("role", role)


def _party(parent: etree._Element, name: str, grant: Grant, party: str) -> etree._Element:
    row = grant.agreement
    kind = _TYPES.get(row[f"{party}.kind"], _OTHER_TYPE)
    element = etree.SubElement(parent, name, {"ref": row[f"{party}.code"], "type": kind})
    etree.SubElement(element, "narrative").text = row[f"{party}.name"]
    return element


def add_money(activity: etree._Element, grants: Sequence[Grant]) -> None:
    """Budgets, then payments to come, then transactions, then conditions: the order of the standard."""
    for grant in grants:
        _budgets(activity, grant)
    for grant in grants:
        for tranche in grant.tranches:
            if tranche.state in UNPAID:
                _planned(activity, grant, tranche)
    for grant in grants:
        for entry in grant.entries:
            _transaction(activity, grant, entry)
    _conditions(activity, [one for grant in grants for one in grant.conditions])


def _value(parent: etree._Element, grant: Grant, amount: int, day: Any) -> None:
    currency = grant.agreement["currency"]
    value = etree.SubElement(parent, "value", {"currency": currency, "value-date": day.isoformat()})
    value.text = str(major(amount, currency))


def _day(parent: etree._Element, name: str, day: Any) -> None:
    etree.SubElement(parent, name, {"iso-date": day.isoformat()})


def _budgets(activity: etree._Element, grant: Grant) -> None:
    for line in grant.lines:
        codes = {"type": _BUDGET_TYPES[line.revision], "status": _BUDGET_STATUSES[line.status]}
        budget = etree.SubElement(activity, "budget", codes)
        _day(budget, "period-start", line.period_start)
        _day(budget, "period-end", line.period_end)
        _value(budget, grant, line.amount, line.period_start)


def _planned(activity: etree._Element, grant: Grant, tranche: Tranche) -> None:
    planned = etree.SubElement(activity, "planned-disbursement", {"type": _ORIGINAL})
    _day(planned, "period-start", tranche.due_on)
    _value(planned, grant, tranche.amount, tranche.due_on)
    _party(planned, "provider-org", grant, "funder")
    _party(planned, "receiver-org", grant, "grantee")


def _transaction(activity: etree._Element, grant: Grant, entry: LedgerEntry) -> None:
    """A row of the ledger; what was spent has no receiver, for whom it went to is not published."""
    code, sign = TRANSACTIONS[entry.kind]
    transaction = etree.SubElement(activity, "transaction", {"ref": str(entry.id)})
    etree.SubElement(transaction, "transaction-type", {"code": code})
    _day(transaction, "transaction-date", entry.booked_on)
    _value(transaction, grant, sign * entry.amount, entry.booked_on)
    if entry.kind is EntryKind.EXPENDITURE:
        _party(transaction, "provider-org", grant, "grantee")
        return
    _party(transaction, "provider-org", grant, "funder")
    _party(transaction, "receiver-org", grant, "grantee")


def _conditions(activity: etree._Element, conditions: Sequence[TrancheCondition]) -> None:
    if not conditions:
        return
    held = etree.SubElement(activity, "conditions", {"attached": "1"})
    for one in conditions:
        condition = etree.SubElement(held, "condition", {"type": _CONDITIONS[one.kind]})
        etree.SubElement(condition, "narrative").text = one.text
