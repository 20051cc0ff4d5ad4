"""Supervision and a program's settings through the API: the same rules as on the pages."""

import uuid
from typing import Any

import pytest

from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.cases.making import TODAY
from tests.queries import counting
from tests.schema.api import asking_as
from tests.world import EVE_WORKER, NIA_WORKER, PROGRAM, SAM_WORKER, cast

pytestmark = pytest.mark.anyio
RECORD = """
mutation ($input: RecordSupervisionInput!) {
  recordSupervision(input: $input) {
    ... on SupervisionRecorded { session { id kind minutes topics workers { code } } }
    ... on Rejected { problems { field code } }
  }
}
"""
WITHDRAW = """
mutation ($input: WithdrawSupervisionInput!) {
  withdrawSupervision(input: $input) { ... on SupervisionWithdrawn { sessionId } ... on Rejected { problems { code } } }
}
"""
SET = """
mutation ($input: SetProgramSettingInput!) {
  setProgramSetting(input: $input) {
    ... on ProgramSettingChanged { settings { setting value since default } }
    ... on Rejected { problems { field code } }
  }
}
"""
SESSIONS = "{ supervisionSessions { totalCount edges { node { minutes workers { code } } } } }"


async def _said(document: str, field: str, who: Any = cast.sun, **given: Any) -> Any:
    async with asking_as(who) as api:
        return (await api.data(document, input=given))[field]


async def _recorded(*workers: uuid.UUID, **changed: Any) -> Any:
    given = {
        "idempotencyKey": str(uuid.uuid4()), "program": PROGRAM, "heldOn": str(TODAY), "minutes": 60, "topics": ["RISK"],
        "kind": "INDIVIDUAL" if len(workers) == 1 else "GROUP",
        "workers": [global_id("Worker", one) for one in workers], **changed,
    }  # fmt: skip
    return await _said(RECORD, "recordSupervision", **given)


async def test_a_session_is_recorded_seen_by_those_who_may_and_withdrawn(database: Database) -> None:
    session = (await _recorded(SAM_WORKER, NIA_WORKER, worriedAbout=[global_id("Worker", NIA_WORKER)]))["session"]
    assert sorted(worker["code"] for worker in session["workers"]) == ["W-NIA", "W-SAM"]
    seen = {}
    for actor in (cast.sam, cast.nia, cast.ola):
        async with asking_as(actor) as api:
            (edge,) = (await api.data(SESSIONS))["supervisionSessions"]["edges"]
        seen[actor.name] = sorted(worker["code"] for worker in edge["node"]["workers"])
    assert seen == {"Sam": ["W-SAM"], "Nia": ["W-NIA"], "Ola": ["W-NIA", "W-SAM"]}
    assert await _said(WITHDRAW, "withdrawSupervision", session=session["id"]) == {"sessionId": session["id"]}
    assert (await _said(WITHDRAW, "withdrawSupervision", session=session["id"]))["problems"] == [
        {"code": "TOO_LATE_TO_WITHDRAW"}
    ]


async def test_wrong_sessions_are_refused(database: Database) -> None:
    found = (await _recorded(SAM_WORKER, kind="GROUP"))["problems"]
    assert found == [{"field": "workers", "code": "WRONG_NUMBER_FOR_KIND"}]
    assert (await _said(WITHDRAW, "withdrawSupervision", session="nonsense"))["problems"] == [{"code": "NOT_AN_ID"}]


async def test_caseloads_and_settings_are_read_and_set(database: Database) -> None:
    await _recorded(SAM_WORKER)
    load = 'query ($m: String!) { workerCaseloads(program: "DIP", month: $m) { worker openCases ratio minutes due } }'
    async with asking_as(cast.ola) as api:
        loads = (await api.data(load, m=f"{TODAY:%Y-%m}"))["workerCaseloads"]
    assert loads[0] == {"worker": "Sam", "openCases": 1, "ratio": 25, "minutes": 60, "due": 240}
    given = {"program": PROGRAM, "setting": "CASELOAD", "value": 20, "validFrom": str(TODAY)}
    (card,) = [
        one
        for one in (await _said(SET, "setProgramSetting", cast.ola, **given))["settings"]
        if one["setting"] == "CASELOAD"
    ]
    assert card == {"setting": "CASELOAD", "value": 20, "since": str(TODAY), "default": 25}
    refused = await _said(SET, "setProgramSetting", cast.ola, **{**given, "validFrom": "2026-01-01"})
    assert refused["problems"] == [{"field": "validFrom", "code": "BEFORE_TODAY"}]


async def test_many_sessions_are_read_at_once(database: Database) -> None:
    async with asking_as(cast.sun) as api:
        await _recorded(SAM_WORKER)
        await api.data(SESSIONS)
        with counting() as few:
            await api.data(SESSIONS)
        for _ in range(9):
            await _recorded(SAM_WORKER, EVE_WORKER)
        with counting() as many:
            found = await api.data(SESSIONS)
    assert (found["supervisionSessions"]["totalCount"], len(many)) == (10, len(few))
