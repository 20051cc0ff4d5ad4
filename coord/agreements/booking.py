"""The ledger besides payments: what was spent, what came back, and reversals. Rows are added, never changed."""

from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.agreements.budgeting import is_replaced, spent_on
from coord.agreements.codes import EntryKind, TrancheState
from coord.agreements.drafting import check_not_ahead
from coord.agreements.inputs import BookEntry, ReverseEntry
from coord.agreements.locking import locked, money_of, with_agreement
from coord.agreements.machine import BEFORE_SIGNATURE
from coord.agreements.rules import overpays
from coord.agreements.tables import Agreement, BudgetLine, LedgerEntry, Tranche
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.ids import uuid7
from coord.kernel.money import minor_units
from coord.kernel.sql import select
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed

BY_HAND = frozenset({EntryKind.PLEDGE, EntryKind.EXPENDITURE, EntryKind.REFUND})
"""Commitments follow from signatures, disbursements from tranches."""


@action("agreement.manage")
async def book_entry(unit: Unit, given: BookEntry) -> UUID:
    """Book what the grantee spent, what came back, or a pledge.

    Raises ``Invalid`` for a kind that is not booked by hand, a day to come, a line of another agreement; ``Conflict``
    above the budget line, for a refund above what was paid, before the signature.
    """
    known = await replayed(unit, given.idempotency_key, given)
    if known is not None:
        return known
    agreement = await locked(unit, given.agreement)
    amount = await _checked(unit, agreement, given)
    row = LedgerEntry(
        id=uuid7(), agreement_id=agreement.id, kind=given.kind, amount=amount, currency=agreement.currency,
        booked_on=given.booked_on, budget_line_id=given.line, memo=given.memo, recorded_by_id=unit.actor.user_id,
        recorded_at=unit.started_at,
    )  # fmt: skip
    earlier = await remember(unit, given.idempotency_key, given, row.id)
    if earlier is not None:
        return earlier
    unit.add(row)
    await unit.session.flush()
    audit.record(unit, "ledger.book", row)
    return row.id


async def _checked(unit: Unit, agreement: Agreement, given: BookEntry) -> int:
    """The amount, when everything about the entry is right."""
    if given.kind not in BY_HAND:
        raise Invalid(Problem("kind", "BOOKED_BY_ITSELF"))
    amount = minor_units("amount", given.amount, agreement.currency)
    await check_not_ahead(unit, agreement.program_id, "booked_on", given.booked_on)
    if agreement.state in BEFORE_SIGNATURE and given.kind is not EntryKind.PLEDGE:
        raise Conflict(Problem("agreement", "AGREEMENT_NOT_IN_STATE", {"state": f"agreement_state.{agreement.state}"}))
    if given.kind is EntryKind.REFUND and amount > (await money_of(unit, agreement)).paid:
        raise Conflict(Problem("amount", "ABOVE_PAID"))
    if given.kind is EntryKind.EXPENDITURE:
        await _check_line(unit, agreement, given.line, amount)
    elif given.line is not None:
        raise Invalid(Problem("line", "LINE_OUT_OF_PLACE"))
    return amount


async def _check_line(unit: Unit, agreement: Agreement, line_id: UUID | None, amount: int) -> None:
    """V-MONEY: not more than the line; a variance is a revised line, which has its own reason."""
    line = None if line_id is None else await unit.session.get(BudgetLine, line_id)
    if line is None or line.agreement_id != agreement.id:
        raise Invalid(Problem("line", "REQUIRED" if line_id is None else "NO_SUCH_LINE"))
    if await is_replaced(unit, line.id):
        raise Conflict(Problem("line", "LINE_REPLACED"))
    if await spent_on(unit, line.id) + amount > line.amount:
        raise Conflict(Problem("amount", "ABOVE_LINE"))


@action("agreement.manage")
async def reverse_entry(unit: Unit, given: ReverseEntry) -> UUID:
    """Take a row back by a further one with the negative amount; a payment's tranche waits to be paid again.

    Raises ``Conflict`` for a row that is a reversal or reversed already, for a commitment (amend instead), and where
    a refund's reversal would bring more than is committed.
    """
    entry, agreement = await with_agreement(unit, LedgerEntry, given.entry)
    await _check_reversible(unit, agreement, entry)
    row = LedgerEntry(
        agreement_id=agreement.id, kind=entry.kind, amount=-entry.amount, currency=entry.currency,
        booked_on=entry.booked_on, tranche_id=entry.tranche_id, budget_line_id=entry.budget_line_id,
        reverses_id=entry.id, memo=given.reason, recorded_by_id=unit.actor.user_id, recorded_at=unit.started_at,
    )  # fmt: skip
    unit.add(row)
    await unit.session.flush()
    audit.record(unit, "ledger.reverse", row, reason=given.reason)
    if entry.kind is EntryKind.DISBURSEMENT and entry.tranche_id is not None:
        tranche = await unit.find(Tranche, entry.tranche_id)
        before = audit.facts(tranche)
        tranche.state, tranche.paid_on = TrancheState.APPROVED, None
        audit.record(unit, "tranche.unpay", tranche, before=before, reason=given.reason)
    return row.id


async def _check_reversible(unit: Unit, agreement: Agreement, entry: LedgerEntry) -> None:
    if entry.kind is EntryKind.COMMITMENT:
        raise Conflict(Problem("entry", "AMEND_INSTEAD"))
    reversed_by = select(LedgerEntry.id).where(col(LedgerEntry.reverses_id) == entry.id)
    if entry.reverses_id is not None or await unit.count(reversed_by):
        raise Conflict(Problem("entry", "REVERSED_ALREADY"))
    money = await money_of(unit, agreement)
    if entry.kind is EntryKind.REFUND and overpays(money, entry.amount):
        raise Conflict(Problem("entry", "ABOVE_COMMITTED"))
    if entry.kind is EntryKind.DISBURSEMENT and money.paid < entry.amount:
        raise Conflict(Problem("entry", "ABOVE_PAID"))
