"""Cases through the API: the same steps, the same refusals, and nothing for whoever has no part in it."""

from typing import Any

import pytest

from coord.cases.codes import CaseEvent, CaseStatus
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.cases.making import SOON, TODAY, act, case_in
from tests.schema.api import asking_as
from tests.world import CHEN, cast

pytestmark = pytest.mark.anyio
_RESULT = "{ ... on CaseMoved { caseFile { status client { code } } } ... on Rejected { problems { field code } } }"


async def ask(actor: Any, document: str, variables: dict[str, Any] | None = None) -> Any:
    async with asking_as(actor) as api:
        return await api.ask(document, **(variables or {}))


async def told(name: str, kind: str, given: dict[str, Any], actor: Any = cast.sam) -> Any:
    document = f"mutation($input: {kind}!) {{ {name}(input: $input) {_RESULT} }}"
    return (await ask(actor, document, {"input": given}))["data"][name]


async def test_a_case_is_led_through_the_api(database: Database) -> None:
    started = await told("startCase", "StartCaseInput", {
        "client": global_id("Client", CHEN), "receivedOn": str(TODAY), "source": "COMMUNITY", "urgency": "ROUTINE",
        "risk": "NONE_SEEN", "decision": "OPEN", "presentingIssue": "失眠"})  # fmt: skip
    assert started["caseFile"] == {"status": "DRAFT", "client": {"code": "NORTH-0231"}}
    found = await ask(cast.sam, "{ caseFiles(filter: {status: [DRAFT]}) { totalCount edges { node { id } } } }")
    case = found["data"]["caseFiles"]["edges"][0]["node"]["id"]
    moved = await told("moveCase", "MoveCaseInput", {"caseFile": case, "event": "SUBMIT_INTAKE"})
    assert moved["caseFile"]["status"] == "WAITING_ASSIGNMENT"
    again = await told("moveCase", "MoveCaseInput", {"caseFile": case, "event": "SUBMIT_INTAKE"})
    assert again == {"problems": [{"field": "case", "code": "NOT_IN_THIS_STATE"}]}


async def test_plans_with_goals_are_written_and_wrong_ones_refused(database: Database) -> None:
    case = global_id("CaseFile", await case_in(CaseStatus.OPEN))
    goal = {"statement": "外出", "indicator": "次数", "target": "3", "dueOn": str(SOON)}
    wrong = await told("writeServicePlan", "WriteServicePlanInput", {
        "caseFile": case, "reviewOn": str(SOON), "goals": [goal, goal]})  # fmt: skip
    assert wrong == {"problems": [{"field": "goals", "code": "NAMED_TWICE"}]}
    right = await told("writeServicePlan", "WriteServicePlanInput", {
        "caseFile": case, "reviewOn": str(SOON), "goals": [goal], "clientAgrees": True})  # fmt: skip
    assert right["caseFile"]["status"] == "OPEN"


async def test_others_find_no_case_and_are_refused(database: Database) -> None:
    case = await case_in(CaseStatus.OPENING_REVIEW)
    seen = {}
    for name in ("nia", "ola", "fatima", "petra"):
        answer = await ask(getattr(cast, name), "{ caseFiles(filter: {status: [OPENING_REVIEW]}) { totalCount } }")
        seen[name] = (answer.get("data") or {}).get("caseFiles")
    assert seen == {"nia": {"totalCount": 0}, "ola": {"totalCount": 1}, "fatima": None, "petra": None}
    await act(CaseEvent.APPROVE_OPENING, case)
