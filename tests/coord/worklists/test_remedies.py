"""Corrective actions on work lists: the owner's office while it is open, another officer once it is done."""

from datetime import timedelta
from typing import Any

import pytest

from coord.access import Actor, Grant, Role
from coord.kernel.clock import today
from coord.oversight.remedies import MoveAction, OpenAction, move_action, open_action
from coord.placements import posts_of_worker
from coord.programs import program_by_code
from coord.work import begin
from coord.work.engine import Database
from coord.worklists import Watch, WorkFilter, WorkKind, watch_list
from coord.worklists.desk import Desk
from coord.worklists.remedies import own_remedies, remedies_to_see_to
from tests.queries import queries
from tests.web.visit import visiting
from tests.world import FOUNDATION, NORTH, PROGRAM, PROGRAM_ID, cast, fixed

pytestmark = pytest.mark.anyio
DAY = today("Asia/Shanghai")
SECOND = Actor.of(
    fixed("user/petra"), "Petra", "en", [Grant(FOUNDATION, Role.PROGRAM_OFFICER, FOUNDATION)],
    {"PROGRAMS_RUN": (PROGRAM_ID,)},
)  # fmt: skip


async def opened(days: int = 5, owner: str = "HOSPITAL") -> Any:
    """An action that is due so many days from today."""
    given = {
        "program": PROGRAM, "hospital": str(NORTH), "month": "2026-09", "origin": "QUALITY", "title": "补齐签到名单",
        "owner": owner, "due_on": str(DAY + timedelta(days=days)),
    }  # fmt: skip
    async with begin(cast.ola) as unit:
        return await open_action(unit, OpenAction.parse(given))


async def seen_by(who: Actor) -> list[tuple[str, Any]]:
    """What stands on the list of somebody who oversees."""
    async with begin(who, read_only=True) as unit:
        program = await program_by_code(unit, PROGRAM)
        with queries(2):
            found = await remedies_to_see_to(unit, Watch(program, DAY))
    return [(entry.kind.value, entry.subject) for entry in found]


async def desk() -> Desk:
    """Sam's post."""
    async with begin(cast.sam, read_only=True) as unit:
        return Desk((await posts_of_worker(unit))[0], DAY)


async def at_desk(at: Desk) -> list[Any]:
    """What stands on the list of a worker's post."""
    async with begin(cast.sam, read_only=True) as unit:
        with queries(1):
            return [entry.subject for entry in await own_remedies(unit, at)]


async def test_an_open_action_waits_for_its_owner_and_a_done_one_for_another_officer(database: Database) -> None:
    first, own = await opened(), await opened(owner="FOUNDATION")
    later = await opened(days=40)
    place = await desk()
    assert await at_desk(place) == [first]
    assert await seen_by(cast.ola) == [("CORRECTIVE_ACTION", own)]
    async with begin(cast.sam) as unit:
        await move_action(unit, MoveAction.parse({"action": str(first), "move": "FINISH", "note": "已补齐"}))
    assert await at_desk(place) == []
    assert await seen_by(cast.ola) == [("CORRECTIVE_ACTION", own), ("VERIFY_ACTION", first)]
    async with begin(cast.ola) as unit:
        await move_action(unit, MoveAction.parse({"action": str(own), "move": "FINISH", "note": "已改"}))
    assert await seen_by(cast.ola) == [("VERIFY_ACTION", first)]
    assert set(await seen_by(SECOND)) == {("VERIFY_ACTION", first), ("VERIFY_ACTION", own)}
    assert later


async def test_the_list_leads_to_the_action(database: Database) -> None:
    made = await opened()
    async with visiting("sam") as sam:
        page = (await sam.get("/work")).text
    assert (f"/corrective-actions/{made}" in page, "补齐签到名单" in page) == (True, True)
    async with begin(cast.ola, read_only=True) as unit:
        program = await program_by_code(unit, PROGRAM)
        found = await watch_list(unit, Watch(program, DAY), WorkFilter())
    assert WorkKind.CORRECTIVE_ACTION not in found.counts
