"""Grants of 360Giving: right for three layers, each of which alone sees its own mutants; only signed ones, only organizations."""

import copy
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson
import pytest

from coord.agreements import reverse_entry
from coord.agreements.giving import grants_json
from coord.agreements.giving.layers import RULES, code_problems, rule_problems, schema_problems
from coord.agreements.giving.writing import document
from coord.agreements.inputs import ReverseEntry
from coord.agreements.published import grants
from coord.agreements.tables import LedgerEntry
from coord.kernel.errors import NotFound, Problem
from coord.work import begin
from coord.work.engine import Database
from tests.coord.agreements.making import MANAGER, active, booked, draft, gift, line, paid
from tests.coord.making import stored
from tests.queries import counting
from tests.world import NORTH, PROGRAM, SOUTH, cast

pytestmark = pytest.mark.anyio
Grant = dict[str, Any]
TODAY = date(2026, 10, 20)
LAYERS: Mapping[str, Callable[[Any], Sequence[Problem]]] = {
    "schema": schema_problems,
    "codes": code_problems,
    "rules": lambda package: rule_problems(package, TODAY),
}
EXAMPLE: Mapping[str, Any] = {
    "version": "1.4", "license": "https://creativecommons.org/licenses/by/4.0/", "issued": "2026-10-20",
    "publisher": {"name": "灯笼基金会"},
    "grants": [
        {
            "id": "360G-F01-DIP-A-1", "title": "驻岗", "description": "两家医院驻岗", "currency": "CNY",
            "amountAwarded": 1000, "amountDisbursed": 100.5, "awardDate": "2026-01-05",
            "plannedDates": [{"startDate": "2026-01-01", "endDate": "2026-12-31", "duration": 12}],
            "fundingOrganization": [{"id": "360G-F01-ORG:F01", "name": "灯笼基金会"}],
            "recipientOrganization": [{"id": "360G-F01-ORG:A01", "name": "同心"}],
            "grantProgramme": [{"code": "DIP", "title": "抑郁症干预项目"}],
            "beneficiaryLocation": [{"name": "North", "countryCode": "CN"}], "locationScope": "GLS030",
            "regrantType": "FRG010",
            "disbursementTransaction": [{"id": "1", "transactionDate": "2026-02-01", "currency": "CNY", "value": 100.5}],
        }
    ],
}  # fmt: skip


def _set(**values: Any) -> Callable[[Grant], None]:
    return lambda grant: grant.update(values)


def _without(name: str) -> Callable[[Grant], None]:
    def change(grant: Grant) -> None:
        del grant[name]

    return change


_PERSON = [{"id": "x", "name": "x"}]
MUTANTS: Sequence[tuple[str, str, Callable[[Grant], None]]] = (
    ("schema", "no title", _without("title")),
    ("schema", "no amount", _without("amountAwarded")),
    ("schema", "no funder", _without("fundingOrganization")),
    ("schema", "nobody receives", _without("recipientOrganization")),
    ("schema", "unknown currency", _set(currency="RMB")),
    ("schema", "month 13", _set(awardDate="2026-13-05")),
    ("schema", "a day in words", _set(awardDate="spring")),
    ("schema", "an organization without id", _set(recipientOrganization=[{"name": "同心"}])),
    ("schema", "an amount in words", _set(amountAwarded="much")),
    ("schema", "a list that is none", _set(plannedDates={"startDate": "2026-01-01"})),
    ("codes", "kind of regrant", _set(regrantType="FRG999")),
    ("codes", "scope", _set(locationScope="GLS999")),
    ("end-after-start", "ends before it begins", _set(plannedDates=[{"startDate": "2026-12-31", "endDate": "2026-01-01"}])),
    ("not-negative", "below zero", _set(amountAppliedFor=-1)),
    ("real-day", "31 February", _set(awardDate="2025-02-31")),
    ("not-in-the-future", "awarded tomorrow", _set(awardDate="2026-10-21")),
    ("known-field", "a mood", _set(mood="good")),
    ("not-more-than-awarded", "paid too much", _set(amountAwarded=100)),
    ("sum-of-payments", "another sum", _set(amountDisbursed=99)),
    ("no-person", "details of people", _set(toIndividualsDetails={})),
)  # fmt: skip


def _found(package: Mapping[str, Any]) -> Mapping[str, list[Any]]:
    return {name: [one.arguments.get("rule") for one in look(package)] for name, look in LAYERS.items()}


def test_the_example_passes_every_layer() -> None:
    assert _found(EXAMPLE) == {"schema": [], "codes": [], "rules": []}


@pytest.mark.parametrize(("layer", "name", "change"), MUTANTS, ids=[f"{one[0]}: {one[1]}" for one in MUTANTS])
def test_one_layer_alone_sees_a_mutant(layer: str, name: str, change: Callable[[Grant], None]) -> None:
    package = copy.deepcopy(dict(EXAMPLE))
    change(package["grants"][0])
    found = _found(package)
    assert [each for each, problems in found.items() if problems] == [layer if layer in LAYERS else "rules"], found
    if layer not in LAYERS:
        assert found["rules"] == [layer]


def test_two_grants_of_one_id_are_seen_by_the_rules_alone() -> None:
    package = copy.deepcopy(dict(EXAMPLE))
    package["grants"].append({**package["grants"][0], "title": "Another"})
    assert _found(package) == {"schema": [], "codes": [], "rules": ["unique-id", "unique-id"]}


def test_the_same_grant_twice_and_an_empty_package_are_refused_by_the_schema() -> None:
    twice = {**EXAMPLE, "grants": [*EXAMPLE["grants"], *EXAMPLE["grants"]]}
    assert _found(twice)["schema"]
    assert _found({**EXAMPLE, "grants": []}) == {
        "schema": [_found({**EXAMPLE, "grants": []})["schema"][0]],
        "codes": [],
        "rules": [],
    }


def test_both_kinds_of_recipient_are_refused_by_the_schema_and_by_our_rule() -> None:
    package = copy.deepcopy(dict(EXAMPLE))
    package["grants"][0]["recipientIndividual"] = _PERSON[0]
    found = _found(package)
    assert found["schema"]
    assert found["rules"] == ["no-person"]


def test_every_rule_has_a_mutant() -> None:
    assert {"unique-id", *(layer for layer, _, _ in MUTANTS)} - set(LAYERS) == set(RULES)


async def _package(who: Any = cast.ola) -> Mapping[str, Any]:
    async with begin(who, read_only=True) as unit:
        found: Mapping[str, Any] = orjson.loads(grants_json(await grants(unit, PROGRAM)))
    return found


async def _running() -> UUID:
    """A gift's agreement over 1,000, of which 100 are paid and 30.50 given back."""
    made = await active(gift=str(await gift()), reference="A-1")
    await paid(made)
    await line(made, hospital=str(NORTH))
    await line(made, "20.00", hospital=str(SOUTH))
    await booked(made, "REFUND", "30.50")
    return made


async def test_an_agreement_is_a_grant_with_its_money_and_hospitals(database: Database) -> None:
    await _running()
    await draft()
    package = await _package()
    assert _found(package) == {"schema": [], "codes": [], "rules": []}
    (grant,) = package["grants"]
    assert grant["id"].endswith("-DIP-A-1")
    assert (grant["amountAwarded"], grant["amountDisbursed"], grant["currency"]) == (1000, 69.5, "CNY")
    assert [one["value"] for one in grant["disbursementTransaction"]] == [100, -30.5]
    assert [one["value"] for one in grant["commitmentTransaction"]] == [1000]
    assert grant["awardDate"] == "2026-01-05"
    assert grant["plannedDates"] == [{"startDate": "2026-01-01", "endDate": "2026-12-31", "duration": 12}]
    assert len(grant["beneficiaryLocation"]) == 2
    assert grant["regrantType"] == "FRG010"
    assert "recipientIndividual" not in grant


async def test_a_payment_taken_back_takes_its_sum_along(database: Database) -> None:
    made = await active()
    await paid(made)
    (entry,) = [one for one in await stored(LedgerEntry) if one.tranche_id is not None]
    async with begin(cast.ola) as unit:
        await reverse_entry(unit, ReverseEntry.parse({"entry": str(entry.id), "reason": "Booked twice"}))
    (grant,) = (await _package())["grants"]
    assert grant["amountDisbursed"] == 0
    assert [one["value"] for one in grant["disbursementTransaction"]] == [100, -100]


async def test_a_party_exports_its_own_agreements_only_and_nobody_a_draft(database: Database) -> None:
    await _running()
    await active(reference="A-2")
    await draft()
    assert [one["id"][-3:] for one in (await _package())["grants"]] == ["A-1", "A-2"]
    assert [one["id"][-3:] for one in (await _package(cast.fatima))["grants"]] == ["A-1"]
    assert [one["id"][-3:] for one in (await _package(MANAGER))["grants"]] == ["A-1", "A-2"]


async def test_without_a_signed_agreement_there_is_no_file(database: Database) -> None:
    await draft()
    with pytest.raises(NotFound):
        await _package()


async def test_more_agreements_take_no_more_statements(database: Database) -> None:
    sent = []
    await _running()
    for more in (0, 6):
        for _ in range(more):
            await active()
        async with begin(cast.ola, read_only=True) as unit:
            with counting() as statements:
                found = await grants(unit, PROGRAM)
        sent.append(len(statements))
        assert len(document(found)["grants"]) == 1 + more
    assert sent[0] == sent[1]
