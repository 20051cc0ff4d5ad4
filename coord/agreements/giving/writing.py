"""Agreements as a 360Giving package. Only organizations stand in it: what a person is given is never published."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from babel.core import get_global

from coord.agreements.codes import EntryKind
from coord.agreements.giving.layers import problems_of
from coord.agreements.published import Grant, Grants
from coord.kernel.errors import Invalid, NotFound
from coord.kernel.money import major

VERSION = "1.4"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_REGISTERED = re.compile(r"[A-Z]{2}-[A-Z]+-\S+|GB-[A-Z]+-\S+|XI-[A-Z]+-\S+")
_COMMON_REGRANT = "FRG010"
_NATIONAL, _REGION = "GLS030", "GLS040"
_MONTH = 30.44
Member = Mapping[str, Any]


def grants_json(found: Grants) -> bytes:
    """The package as a file.

    Raises ``NotFound`` where nothing is signed, ``Invalid`` when a record would break the standard: a wrong file is never
    handed out.
    """
    if not found.grants:
        raise NotFound
    package = document(found)
    problems = problems_of(package, found.at.date())
    if problems:
        raise Invalid(*problems)
    return orjson.dumps(package, option=orjson.OPT_INDENT_2)


def document(found: Grants) -> Member:
    """The package, not yet looked at."""
    code, name = found.publisher
    return {
        "version": VERSION,
        "title": f"{found.program.code} {found.program.name}",
        "license": LICENSE,
        "issued": found.at.date().isoformat(),
        "modified": found.at.isoformat(timespec="seconds"),
        "publisher": {"name": name, "identifier": _identifier(code, code)},
        "grants": [_grant(one, found) for one in found.grants],
    }


def _identifier(publisher: str, code: str) -> str:
    """A registered identifier as it is; else the publisher's own name of an organization."""
    return code if _REGISTERED.fullmatch(code) else f"360G-{publisher}-ORG:{code}"


def _amount(amount: int, currency: str) -> int | float:
    """JSON knows one kind of number: whole ones stay whole, minor units have their two digits."""
    value = major(amount, currency)
    return int(value) if value == value.to_integral_value() else float(value)


def _grant(one: Grant, found: Grants) -> Member:
    row, publisher = one.agreement, found.publisher[0]
    currency = row["currency"]
    funder, grantee = (
        [{"id": _identifier(publisher, row[f"{party}.code"]), "name": row[f"{party}.name"]}]
        for party in ("funder", "grantee")
    )
    country = get_global("zone_territories").get(found.program.time_zone, "")
    return {
        "id": f"360G-{publisher}-{found.program.code}-{row['reference']}",
        "title": row["agreed.title"],
        "description": row["agreed.purpose"],
        "currency": currency,
        "amountAwarded": _amount(one.money.committed, currency),
        "amountDisbursed": _amount(one.money.paid, currency),
        "awardDate": row["agreed.signed_on"].isoformat(),
        "plannedDates": [_days(row["agreed.starts_on"], row["agreed.ends_on"])],
        "fundingOrganization": funder,
        "recipientOrganization": grantee,
        "grantProgramme": [{"code": found.program.code, "title": found.program.name}],
        **_places(one, country),
        **_booked(one, currency, funder[0], grantee[0]),
        **({"regrantType": _COMMON_REGRANT} if row["gift_id"] else {}),
    }


def _days(first: date, last: date) -> Member:
    months = max(1, round(((last - first).days + 1) / _MONTH))
    return {"startDate": first.isoformat(), "endDate": last.isoformat(), "duration": months}


def _places(one: Grant, country: str) -> Member:
    """Hospitals served, and how wide that is: within one province, or the country."""
    if not one.hospitals:
        return {}
    provinces = {province for _, province in one.hospitals}
    scope = _REGION if len(provinces) == 1 and None not in provinces else _NATIONAL
    places = [{"name": name, **({"countryCode": country} if country else {})} for name, _ in one.hospitals]
    return {"beneficiaryLocation": places, "locationScope": scope}


def _booked(one: Grant, currency: str, funder: Member, grantee: Member) -> Member:
    """What is committed and what is paid; a refund is a payment below zero."""
    kinds = {
        "commitmentTransaction": {EntryKind.COMMITMENT: 1},
        "disbursementTransaction": {EntryKind.DISBURSEMENT: 1, EntryKind.REFUND: -1},
    }
    found: dict[str, Sequence[Member]] = {}
    for name, signs in kinds.items():
        found[name] = [
            {
                "id": str(entry.id), "transactionDate": entry.booked_on.isoformat(), "currency": currency,
                "value": _amount(signs[entry.kind] * entry.amount, currency), "provider": funder["id"],
                "recipient": grantee["id"],
            }
            for entry in one.entries
            if entry.kind in signs
        ]  # fmt: skip
    return {name: held for name, held in found.items() if held}
