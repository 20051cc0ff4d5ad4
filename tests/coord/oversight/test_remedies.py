"""Corrective actions: opened with an owner and a day, done by the owner, verified by another person."""

from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from coord.access import Actor, Grant, Role
from coord.kernel.clock import now, today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.notices.tables import Notice
from coord.oversight.evidence.tables import EvidenceCheck, EvidenceSample
from coord.oversight.remedies import MoveAction, OpenAction, corrective_actions, move_action, open_action
from coord.oversight.remedies.codes import ActionMove, ActionState
from coord.oversight.remedies.rules import TRANSITIONS, is_overdue, wrong_move
from coord.oversight.remedies.tables import CorrectiveAction
from coord.work import begin
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.making import contact, log, stored
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import BUILDER, FOUNDATION, NORTH, PROGRAM, PROGRAM_ID, SOUTH, cast, fixed
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
DAY = today("Asia/Shanghai")
GIVEN = {
    "program": PROGRAM, "hospital": str(NORTH), "month": "2026-09", "origin": "QUALITY", "title": "补齐小组签到名单",
    "owner": "HOSPITAL", "due_on": str(DAY + timedelta(days=14)),
}  # fmt: skip
SECOND = Actor.of(
    fixed("user/petra"), "Petra", "en", [Grant(FOUNDATION, Role.PROGRAM_OFFICER, FOUNDATION)],
    {"PROGRAMS_RUN": (PROGRAM_ID,)},
)  # fmt: skip


async def _open(who: Actor = cast.ola, **changed: Any) -> UUID:
    async with begin(who) as unit:
        return await open_action(unit, OpenAction.parse({**GIVEN, **changed}))


async def _move(who: Actor, key: UUID, move: str, note: str | None = "已补齐") -> None:
    async with begin(who) as unit:
        await move_action(unit, MoveAction.parse({"action": str(key), "move": move, "note": note}))


async def _listed(who: Actor) -> Any:
    async with begin(who, read_only=True) as unit:
        return await corrective_actions(unit, PROGRAM)


def test_every_other_step_is_refused_and_nobody_verifies_their_own() -> None:
    one, other = fixed("user/ola"), fixed("user/sam")
    for state, move in product(ActionState, ActionMove):
        wrong = wrong_move(state, move, one, other)
        assert (wrong is None) is ((state, move) in TRANSITIONS)
    own = wrong_move(ActionState.DONE, ActionMove.VERIFY, one, one)
    assert own is not None
    assert own.code == "ANOTHER_PERSON_MUST"
    assert wrong_move(ActionState.DONE, ActionMove.SEND_BACK, one, one) is None


def test_the_day_itself_is_in_time() -> None:
    due = date(2026, 11, 30)
    assert [is_overdue(ActionState.OPEN, due, due + timedelta(days=n)) for n in (-1, 0, 1)] == [False, False, True]
    assert not is_overdue(ActionState.DONE, due, due + timedelta(days=1))


async def test_the_owner_does_it_and_another_person_verifies(database: Database) -> None:
    key = await _open()
    await run_waiting()
    assert [one.user_id for one in await stored(Notice, Notice.kind == "ACTION_OPENED")] == [fixed("user/sam")]
    with pytest.raises(Invalid):
        await _move(cast.sam, key, "FINISH", None)
    await _move(cast.sam, key, "FINISH")
    await run_waiting()
    assert [one.user_id for one in await stored(Notice, Notice.kind == "ACTION_DONE")] == [fixed("user/ola")]
    await _move(cast.ola, key, "SEND_BACK", "还缺一次小组")
    (row,) = await stored(CorrectiveAction)
    assert (row.state, row.done_by_id, row.sent_back_because) == ("OPEN", None, "还缺一次小组")
    await _move(cast.sam, key, "FINISH", "已全部补齐")
    await _move(cast.ola, key, "VERIFY", None)
    (shown,) = await _listed(cast.ola)
    assert (shown.state, shown.done_by_name, shown.verified_by_name, shown.moves) == ("VERIFIED", "Sam", "Ola", [])
    with pytest.raises(Conflict):
        await _move(cast.ola, key, "SEND_BACK")


async def test_an_officer_does_not_verify_what_they_did(database: Database) -> None:
    key = await _open(owner="FOUNDATION")
    await _move(cast.ola, key, "FINISH")
    assert (await _listed(cast.ola))[0].moves == [ActionMove.SEND_BACK]
    with pytest.raises(Conflict) as refused:
        await _move(cast.ola, key, "VERIFY", None)
    assert [p.code for p in refused.value.problems] == ["ANOTHER_PERSON_MUST"]
    await _move(SECOND, key, "VERIFY", None)


async def test_each_office_does_its_own(database: Database) -> None:
    hospitals, foundations = await _open(), await _open(owner="FOUNDATION")
    for who, key, move in (
        (cast.ola, hospitals, "FINISH"),
        (cast.sam, foundations, "FINISH"),
        (cast.sam, hospitals, "VERIFY"),
        (cast.sun, hospitals, "FINISH"),
        (cast.fatima, hospitals, "FINISH"),
    ):
        with pytest.raises(NotAllowed):
            await _move(who, key, move)
    with pytest.raises(NotFound):
        await _move(cast.nia, hospitals, "FINISH")
    assert {row.state for row in await stored(CorrectiveAction)} == {"OPEN"}
    assert await _listed(cast.nia) == []


@pytest.mark.parametrize("name", ["sam", "sun", "fatima", "adam", "petra"])
async def test_nobody_else_opens_one(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        await _open(getattr(cast, name))
    assert await stored(CorrectiveAction) == []


async def test_a_day_that_passed_and_a_foreign_record_are_refused(database: Database) -> None:
    await _open(due_on=str(DAY))
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"due_on": str(DAY - timedelta(days=1))}, "due_on", "PAST_DATE"),
        ({"origin": "EVIDENCE"}, "check", "REQUIRED"),
        ({"check": str(NORTH)}, "check", "NOT_FROM_SAMPLE"),
        ({"title": " "}, "title", "REQUIRED"),
    ]
    for changed, field, code in wrong:
        with pytest.raises(Invalid) as refused:
            await _open(**changed)
        assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]
    with pytest.raises(NotFound):
        await _open(origin="EVIDENCE", check=str(NORTH))
    assert len(await stored(CorrectiveAction)) == 1


async def test_one_is_opened_from_a_drawn_record_of_the_same_month(database: Database) -> None:
    kept = await log(contact())
    drawn = EvidenceSample(
        program_id=PROGRAM_ID, hospital_id=NORTH, month="2026-09", seed="00", frame_size=1, frame_print="00",
        drawn_at=now(), drawn_by_name="Ola",
    )  # fmt: skip
    async with begin(BUILDER) as unit:
        unit.add(drawn)
        await unit.session.flush()
        check = EvidenceCheck(sample_id=drawn.id, contact_id=kept.contact_id)
        unit.add(check)
    with pytest.raises(NotFound):
        await _open(origin="EVIDENCE", check=str(check.id), hospital=str(SOUTH))
    await _open(origin="EVIDENCE", check=str(check.id))
    (row,) = await stored(CorrectiveAction)
    assert (row.check_id, row.origin) == (check.id, "EVIDENCE")


async def test_it_goes_its_way_on_the_pages(database: Database) -> None:
    async with visiting("ola") as ola:
        start = (await ola.get(f"/corrective-actions/new?hospital={NORTH}&origin=LATE_MONTH&month=2026-09")).text
        assert ("Hand in the month" in start, "late month" in start) == (True, True)
        early = await ola.post("/corrective-actions/new", data={**GIVEN, "due_on": "2026-01-05"})
        assert (early.status_code, "This day has passed" in early.text, GIVEN["title"] in early.text) == (
            422,
            True,
            True,
        )
        made = await ola.post("/corrective-actions/new", data=GIVEN)
        page = made.headers["location"]
    async with visiting("sam") as sam:
        assert GIVEN["title"] in (await sam.get("/corrective-actions")).text
        assert (await sam.post(page, data={"move": "FINISH"})).status_code == 422
        assert (await sam.post(page, data={"move": "FINISH", "note": "已补齐"})).status_code == 303
        assert (await sam.post(page, data={"move": "VERIFY"})).status_code == 403
        assert (await sam.get("/corrective-actions/new")).status_code == 403
    async with visiting("nia") as nia:
        assert (await nia.get(page)).status_code == 404
    async with visiting("ola") as ola:
        assert "已补齐" in (await ola.get(page)).text
        assert (await ola.post(page, data={"move": "VERIFY"})).status_code == 303
        assert GIVEN["title"] not in (await ola.get("/corrective-actions")).text
        assert GIVEN["title"] in (await ola.get("/corrective-actions?state=ALL")).text


async def test_the_api_opens_and_moves_one(database: Database) -> None:
    add = """mutation ($input: OpenCorrectiveActionInput!) { openCorrectiveAction(input: $input) {
      ... on CorrectiveActionKept { correctiveAction { id state moves hospital { code } } }
      ... on Rejected { problems { field code } } } }"""
    move = """mutation ($input: MoveCorrectiveActionInput!) { moveCorrectiveAction(input: $input) {
      ... on CorrectiveActionKept { correctiveAction { state doneByName } }
      ... on Rejected { problems { field code } } } }"""
    given = {"program": PROGRAM, "hospital": global_id("Organization", NORTH), "month": "2026-09",
             "origin": "QUALITY", "title": "补齐", "dueOn": str(DAY)}  # fmt: skip
    async with asking_as(cast.ola) as api:
        made = (await api.data(add, input=given))["openCorrectiveAction"]["correctiveAction"]
        assert (made["state"], made["moves"], made["hospital"]) == ("OPEN", [], {"code": "H001"})
        early = await api.data(move, input={"action": made["id"], "move": "VERIFY"})
        assert early["moveCorrectiveAction"] == {"problems": [{"field": "move", "code": "ACTION_NOT_IN_STATE"}]}
    async with asking_as(cast.sam) as api:
        done = await api.data(move, input={"action": made["id"], "move": "FINISH", "note": "已补齐"})
        assert done["moveCorrectiveAction"]["correctiveAction"] == {"state": "DONE", "doneByName": "Sam"}
        listed = await api.data('{ correctiveActions(program: "DIP") { title isOverdue } }')
    assert listed["correctiveActions"] == [{"title": "补齐", "isOverdue": False}]
