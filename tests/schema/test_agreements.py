"""Agreements and results through the API: the same rules, amounts as decimals, a constant number of statements."""

import uuid
from typing import Any

import pytest

from coord.access import Role
from coord.agreements.tables import Agreement, LedgerEntry
from coord.identity.tables import Membership
from coord.work import begin
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.agreements.making import OSCAR, active, condition, gift, line, paid, spent, tranche
from tests.coord.making import stored
from tests.coord.releases.making import lock
from tests.coord.results.test_framework import QUARTER, adopted, visits
from tests.queries import counting
from tests.schema.api import asking_as
from tests.world import AGENCY, BUILDER, FOUNDATION, NORTH, PROGRAM, SOUTH, STARTS, cast, fixed

pytestmark = pytest.mark.anyio
ALL = """
{ agreements(filter: {program: "DIP"}) { totalCount edges { node {
    reference title committed currency state program { code foundation { code } } funder { code } grantee { code }
    money { committed paid open remaining spent }
    budgetLines { category amount revision } tranches { number state amount conditions { kind state } }
    ledger(first: 2) { totalCount edges { node { kind amount reverses } } }
} } } }
"""
MOVE = """
mutation ($input: MoveTrancheInput!) {
  moveTranche(input: $input) { ... on AgreementChanged { agreement { money { paid } tranches { state } } }
                               ... on Rejected { problems { field code } } }
}
"""
ADD = """
mutation ($input: AddAgreementInput!) {
  addAgreement(input: $input) { ... on AgreementChanged { agreement { id reference committed state } }
                                ... on Rejected { problems { field code } } }
}
"""
RESULTS = """
query ($period: String!) { results(program: "DIP", period: $period) {
    code level indicators { code progress isFinal actual { numerator denominator value }
                            byHospital { hospital { code } figure { numerator denominator } isFinal } }
} }
"""


async def second_officer() -> Any:
    """Oscar with an account of his own: tokens are made for accounts."""
    async with begin(BUILDER) as unit:
        unit.add(
            Membership(
                user_id=fixed("user/petra"), organization_id=FOUNDATION, role=Role.PROGRAM_OFFICER, starts_on=STARTS
            )
        )
    return OSCAR


async def moved(of: uuid.UUID, move: str, who: Any = cast.ola) -> Any:
    async with asking_as(who) as api:
        return (await api.data(MOVE, input={"tranche": global_id("Tranche", of), "move": move}))["moveTranche"]


async def test_an_agreement_is_read_with_its_money(database: Database) -> None:
    made = await active(reference="A-1", committed="1000.50")
    await spent(made, await line(made), "20.00")
    await paid(made)
    async with asking_as(cast.ola) as api:
        (edge,) = (await api.data(ALL))["agreements"]["edges"]
    node = edge["node"]
    assert (node["reference"], node["committed"], node["state"]) == ("A-1", "1000.50", "ACTIVE")
    assert node["money"] == {
        "committed": "1000.50", "paid": "100.00", "open": "0.00", "remaining": "900.50", "spent": "20.00"
    }  # fmt: skip
    assert (node["program"]["foundation"]["code"], node["funder"]["code"], node["grantee"]["code"]) == (
        "F01",
        "F01",
        "A01",
    )
    assert node["ledger"]["totalCount"] == 3
    assert [one["node"]["kind"] for one in node["ledger"]["edges"]] == ["DISBURSEMENT", "EXPENDITURE"]


async def test_a_tranche_is_asked_for_approved_by_another_and_paid(database: Database) -> None:
    of = await tranche(await active())
    waits, oscar = await condition(of), await second_officer()
    assert (await moved(of, "REQUEST"))["problems"] == [{"field": "tranche", "code": "CONDITIONS_OPEN"}]
    waive = """mutation ($input: MoveTrancheConditionInput!) { moveTrancheCondition(input: $input) {
        ... on AgreementChanged { agreement { tranches { conditions { state reason } } } } ... on Rejected { problems { code } } } }"""
    async with asking_as(oscar) as api:
        given = {"condition": global_id("TrancheCondition", waits), "move": "WAIVE", "reason": "Not needed"}
        answer = (await api.data(waive, input=given))["moveTrancheCondition"]["agreement"]["tranches"]
    assert answer == [{"conditions": [{"state": "WAIVED", "reason": "Not needed"}]}]
    assert (await moved(of, "REQUEST"))["agreement"]["tranches"] == [{"state": "CONDITIONS_MET"}]
    assert (await moved(of, "APPROVE"))["problems"] == [{"field": "tranche", "code": "ANOTHER_PERSON_MUST"}]
    assert (await moved(of, "APPROVE", oscar))["agreement"]["tranches"] == [{"state": "APPROVED"}]
    assert (await moved(of, "PAY"))["agreement"] == {"money": {"paid": "100.00"}, "tranches": [{"state": "PAID"}]}
    assert (await moved(of, "PAY"))["problems"] == [{"field": "tranche", "code": "TRANCHE_NOT_IN_STATE"}]


async def test_a_draft_is_added_once_for_a_key_and_bad_amounts_are_refused(database: Database) -> None:
    given = {
        "idempotencyKey": str(uuid.uuid4()), "program": PROGRAM, "reference": "A-2", "title": "Posts", "purpose": "Posts",
        "funder": global_id("Organization", FOUNDATION), "grantee": global_id("Organization", AGENCY),
        "committed": "12,500.50", "startsOn": "2026-01-01", "endsOn": "2026-12-31",
    }  # fmt: skip
    async with asking_as(cast.ola) as api:
        first = (await api.data(ADD, input=given))["addAgreement"]["agreement"]
        again = (await api.data(ADD, input=given))["addAgreement"]["agreement"]
        bad = {**given, "idempotencyKey": str(uuid.uuid4()), "committed": "1e9"}
        refused = (await api.data(ADD, input=bad))["addAgreement"]["problems"]
    assert (first, first["committed"]) == (again, "12500.50")
    assert refused == [{"field": "committed", "code": "NOT_AN_AMOUNT"}]
    assert len(await stored(Agreement)) == 1


async def test_a_sponsor_reads_its_own_and_changes_nothing(database: Database) -> None:
    own = await active(reference="OWN", gift=str(await gift()))
    await active(reference="OTHER")
    of = await tranche(own)
    async with asking_as(cast.fatima) as api:
        edges = (await api.data(ALL))["agreements"]["edges"]
        refused = await api.ask(MOVE, input={"tranche": global_id("Tranche", of), "move": "REQUEST"})
        results = await api.ask(RESULTS, period=QUARTER)
    assert [edge["node"]["reference"] for edge in edges] == ["OWN"]
    assert [answer["errors"][0]["extensions"]["code"] for answer in (refused, results)] == [
        "NOT_ALLOWED",
        "NOT_ALLOWED",
    ]
    assert len(await stored(LedgerEntry)) == 2


async def test_lists_cost_as_many_statements_however_long_they_are(database: Database) -> None:
    made = await active()
    await condition(await tranche(made))
    async with asking_as(cast.ola) as api:
        await api.data(ALL)
        with counting() as few:
            await api.data(ALL)
        for _ in range(4):
            await condition(await tranche(await active()))
        with counting() as many:
            found = await api.data(ALL)
    assert found["agreements"]["totalCount"] == 5
    assert len(many) == len(few)


async def test_results_are_read_and_taken(database: Database) -> None:
    await visits()
    await adopted()
    take = """mutation ($input: TakeActualsInput!) { takeActuals(input: $input) {
        ... on ActualsTaken { number } ... on Rejected { problems { code } } } }"""
    given = {"program": PROGRAM, "period": QUARTER}
    async with asking_as(cast.ola) as api:
        assert (await api.data(take, input=given))["takeActuals"] == {"problems": [{"code": "NO_HOSPITAL_LOCKED"}]}
        await lock(QUARTER, NORTH, SOUTH)
        assert (await api.data(take, input=given))["takeActuals"]["number"] == 22
        nodes = (await api.data(RESULTS, period=QUARTER))["results"]
    found = {one["code"]: one for node in nodes for one in node["indicators"]}
    assert found["ADHERENCE"]["actual"] == {"numerator": 4, "denominator": 5, "value": 0.8}
    assert (found["ADHERENCE"]["isFinal"], found["ADHERENCE"]["progress"]) == (True, None)
    assert found["SUPPORTERS_CERTIFIED"]["actual"] == {"numerator": 0, "denominator": 1, "value": 0.0}
