"""Erasure through the API: the same two people, proof and rules as on the page."""

from datetime import date
from typing import Any

import httpx2
import pytest
from sqlmodel import col

from coord.cases.codes import CaseStatus, ClosureType
from coord.cases.tables import CaseFile
from coord.clients.tables import ClientRestriction
from coord.kernel.sql import select
from coord.rights.erasure import ERASER, erase_due, retention
from coord.rights.erasure.rules import Kept
from coord.rights.erasure.tables import ErasureRequest
from coord.work import begin
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.making import stored
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import BUILDER, LIN, cast

pytestmark = pytest.mark.anyio
ASK = """
mutation ($input: AskErasureInput!) {
  askErasure(input: $input) { ... on ErasureMoved { requestId dueOn } ... on Rejected { problems { field code message } } }
}
"""
AGREE = """
mutation ($request: ID!) {
  agreeToErasure(request: $request) { ... on ErasureMoved { requestId dueOn } ... on Rejected { problems { code } } }
}
"""
END = """
mutation ($request: ID!) {
  endErasureRequest(request: $request) { ... on ErasureMoved { requestId dueOn } ... on Rejected { problems { code } } }
}
"""
STATE = "{ erasureRequests { id clientCode basis isOwn isAgreed } }"
INPUT = {"client": global_id("Client", LIN), "basis": "ASKED_BY_PERSON"}


async def _closed() -> None:
    async with begin(BUILDER) as unit:
        for case in await unit.scalars(select(CaseFile).where(col(CaseFile.client_id) == LIN)):
            case.status, case.closed_on, case.closure = CaseStatus.CLOSED, date(2026, 9, 3), ClosureType.GOALS_REACHED


async def _said(visitor: httpx2.AsyncClient, document: str, **variables: Any) -> Any:
    answer = (await visitor.post("/graphql", json={"query": document, "variables": variables})).json()
    assert "errors" not in answer, answer
    return answer["data"] and next(iter(answer["data"].values()))


async def test_one_asks_another_agrees_and_the_state_is_read_by_code(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "kept", lambda: Kept(0, 0))
    async with visiting("sam") as sam, visiting("sun") as sun:
        refused = await _said(sam, ASK, input=INPUT)
        assert [one["code"] for one in refused["problems"]] == ["ERASURE_CASE_OPEN"]
        await _closed()
        made = (await _said(sam, ASK, input=INPUT))["requestId"]
        assert await _said(sam, STATE) == [
            {"id": made, "clientCode": "NORTH-0001", "basis": "ASKED_BY_PERSON", "isOwn": True, "isAgreed": False}
        ]
        assert (await _said(sun, AGREE, request=made))["requestId"] == made
        again = await _said(sun, AGREE, request=made)
        assert [one["code"] for one in again["problems"]] == ["ERASURE_AGREED_ALREADY"]
        async with begin(ERASER) as unit:
            assert await erase_due(unit) == 1
        assert await _said(sam, STATE) == []


async def test_before_its_day_a_record_is_restricted_and_shown_again_when_the_request_ends(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "kept", lambda: Kept(15, 30))
    await _closed()
    async with visiting("sam") as sam, visiting("sun") as sun:
        made = (await _said(sam, ASK, input=INPUT))["requestId"]
        assert {(await one.get(f"/clients/{LIN}")).status_code for one in (sam, sun)} == {404}
        for one in (sam, sun):
            page, listed = await one.get(f"/clients/{LIN}/erasure"), await one.get("/erasures")
            assert ("NORTH-0001" in page.text, "NORTH-0001" in listed.text) == (True, True)
            assert "林芳" not in page.text + listed.text
        assert [one["clientCode"] for one in await _said(sun, STATE)] == ["NORTH-0001"]
        assert (await _said(sun, END, request=made))["dueOn"] is None
        assert (await sam.get(f"/clients/{LIN}")).status_code == 200
        over = await _said(sun, AGREE, request=made)
        assert [one["code"] for one in over["problems"]] == ["ERASURE_OVER"]
    (restriction,) = await stored(ClientRestriction)
    assert (restriction.cause, restriction.lifted_by_name, restriction.lift_reason) == ("ERASURE", "Sun", None)


async def test_what_waited_for_its_day_is_erased_on_it_and_leaves_its_tombstone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "kept", lambda: Kept(15, 30))
    await _closed()
    async with visiting("sam") as sam, visiting("sun") as sun:
        made = (await _said(sam, ASK, input=INPUT))["requestId"]
        await _said(sun, AGREE, request=made)
        async with begin(ERASER) as unit:
            assert await erase_due(unit) == 0
        monkeypatch.setattr(retention, "kept", lambda: Kept(0, 0))
        async with begin(BUILDER) as unit:
            (row,) = await unit.scalars(select(ErasureRequest))
            row.due_on = row.asked_at.date()
        async with begin(ERASER) as unit:
            assert await erase_due(unit) == 1
        assert (await sam.get(f"/clients/{LIN}")).status_code == 410


async def test_a_token_proves_nobody_and_others_are_refused_as_if_there_were_nobody(database: Database) -> None:
    await _closed()
    async with asking_as(cast.sam) as api:
        refused = (await api.data(ASK, input=INPUT))["askErasure"]["problems"]
    assert [(one["field"], one["code"]) for one in refused] == [(None, "NOT_CONFIRMED")]
    for name, code in (("nia", "NOT_FOUND"), ("fatima", "NOT_ALLOWED")):
        async with visiting(name) as other:
            answer = (await other.post("/graphql", json={"query": ASK, "variables": {"input": INPUT}})).json()
            assert [one["extensions"]["code"] for one in answer["errors"]] == [code]
    assert await stored(ErasureRequest) == []
