"""What 360Giving asks of a package, in three layers, each blind to the others: schema, lists of codes, rules.

A problem's field is the place of what is wrong, with dots between names and numbers.
"""

import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from coord.kernel.errors import Problem

_FOLDER = Path(__file__).parent / "schemas"
_ADDRESS = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/{}/schema/360-giving-schema.json"
_LISTED = ("regrantType", "locationScope")
"""Closed lists that the schema does not check."""
_LIKE_A_DAY = re.compile(r"\d{4}-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])", re.ASCII)
Package = Mapping[str, Any]
Found = Iterator[str]
"""Where a rule is broken."""


def problems_of(package: Package, today: date) -> Sequence[Problem]:
    """All that the three layers find."""
    return [*schema_problems(package), *code_problems(package), *rule_problems(package, today)]


@cache
def _validator() -> Draft202012Validator:
    """The package's schema names the grant's by an older address: the grant's is known by both."""
    grant = DRAFT202012.create_resource(_schema("360-giving-schema"))
    known: Registry[Any] = Registry().with_resources((_ADDRESS.format(one), grant) for one in ("1.4.2", "1.4.3"))
    checker = FormatChecker([])
    # Without it each plain day fits both forms of a date, of which one is asked for.
    checker.checks("date-time")(_is_moment)
    return Draft202012Validator(_schema("360-giving-package-schema"), registry=known, format_checker=checker)


def _schema(name: str) -> Any:
    return json.loads(gzip.decompress((_FOLDER / f"{name}.json.gz").read_bytes()))


def _is_moment(value: object) -> bool:
    try:
        return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def schema_problems(package: Package) -> Sequence[Problem]:
    """What the official schema refuses."""
    errors = _validator().iter_errors(package)
    return [
        Problem(".".join(map(str, error.absolute_path)), "GIVING_SCHEMA", {"rule": error.message[:200]})
        for error in errors
    ]


@cache
def _codes(name: str) -> frozenset[str]:
    with (_FOLDER / "codelists" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return frozenset(row["Code"] for row in csv.DictReader(lines))


def code_problems(package: Package) -> Sequence[Problem]:
    """Codes that do not stand in their list."""
    return [
        Problem(f"grants.{number}.{name}", "GIVING_CODE", {"rule": str(grant[name])[:40]})
        for number, grant in enumerate(package.get("grants", ()))
        for name in _LISTED
        if name in grant and grant[name] not in _codes(name)
    ]


def rule_problems(package: Package, today: date) -> Sequence[Problem]:
    """What the schema accepts and no publisher means."""
    return [
        Problem(where, "GIVING_RULE", {"rule": name})
        for name, broken in RULES.items()
        for where in broken(package, today)
    ]


def _grants(package: Package) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, grant in enumerate(package.get("grants", ())):
        yield f"grants.{number}", grant


def _parts(grant: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """A list of objects; whatever is none is the schema's to refuse, and empty here."""
    found = grant.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _twice(package: Package, _: date) -> Found:
    counted = Counter(grant.get("id") for _, grant in _grants(package))
    for where, grant in _grants(package):
        if counted[grant.get("id")] > 1:
            yield f"{where}.id"


def _backward(package: Package, _: date) -> Found:
    for where, grant in _grants(package):
        for kind in ("plannedDates", "actualDates"):
            for number, event in enumerate(_parts(grant, kind)):
                if str(event.get("endDate", "9")) < str(event.get("startDate", "")):
                    yield f"{where}.{kind}.{number}.endDate"


def _below_zero(package: Package, _: date) -> Found:
    for where, grant in _grants(package):
        for name in ("amountAppliedFor", "amountAwarded", "amountDisbursed"):
            if _number(grant.get(name)) < 0:
                yield f"{where}.{name}"


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> float:
    """A number as it is; whatever is none is the schema's to refuse, and 0 here."""
    return value if _is_number(value) else 0


def _no_day(package: Package, _: date) -> Found:
    """The schema knows digits, not calendars: 31 February passes it."""
    for where, name, value in _days(package):
        if _day(value) is None:
            yield f"{where}.{name}"


def _days(package: Package) -> Iterator[tuple[str, str, Any]]:
    for where, grant in _grants(package):
        yield where, "awardDate", grant.get("awardDate")
        for kind in ("commitmentTransaction", "disbursementTransaction"):
            for number, one in enumerate(_parts(grant, kind)):
                yield f"{where}.{kind}.{number}", "transactionDate", one.get("transactionDate")


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        # What is not even written like a day is the schema's to refuse.
        return None if _LIKE_A_DAY.match(str(value)) else date.min


def _tomorrow(package: Package, today: date) -> Found:
    for where, name, value in _days(package):
        if (_day(value) or date.min) > today:
            yield f"{where}.{name}"


@cache
def _known() -> frozenset[str]:
    return frozenset(_schema("360-giving-schema")["properties"])


def _unknown(package: Package, _: date) -> Found:
    for where, grant in _grants(package):
        for name in grant.keys() - _known():
            yield f"{where}.{name}"


def _overpaid(package: Package, _: date) -> Found:
    for where, grant in _grants(package):
        awarded = grant.get("amountAwarded")
        if _is_number(awarded) and _number(grant.get("amountDisbursed")) > awarded >= 0:
            yield f"{where}.amountDisbursed"


def _not_the_sum(package: Package, _: date) -> Found:
    """What was paid is what the payments add up to, in hundredths, for a sum of fractions is not exact."""
    for where, grant in _grants(package):
        paid = sum(round(100 * _number(one.get("value"))) for one in _parts(grant, "disbursementTransaction"))
        if _is_number(grant.get("amountDisbursed")) and paid != round(100 * max(0, _number(grant["amountDisbursed"]))):
            yield f"{where}.amountDisbursed"


def _person(package: Package, _: date) -> Found:
    for where, grant in _grants(package):
        if "recipientIndividual" in grant or "toIndividualsDetails" in grant:
            yield where


RULES: Mapping[str, Callable[[Package, date], Found]] = {
    "unique-id": _twice,
    "end-after-start": _backward,
    "not-negative": _below_zero,
    "real-day": _no_day,
    "not-in-the-future": _tomorrow,
    "known-field": _unknown,
    "not-more-than-awarded": _overpaid,
    "sum-of-payments": _not_the_sum,
    "no-person": _person,
}
"""By name; the last three are ours: money adds up, and nothing is published of what a person was given."""
