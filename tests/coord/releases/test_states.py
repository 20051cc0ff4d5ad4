"""Every state of a release, every action, everybody: what is allowed is in one table, all else writes nothing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, update

from coord.access import Actor
from coord.kernel.errors import Conflict, NotAllowed, NotFound
from coord.releases import MoveRelease, OrderRelease, ReleaseMove, ReleaseState, move_release, order_release
from coord.releases.inputs import RestateRelease, WriteNotes
from coord.releases.moving import write_notes
from coord.releases.restating import order_restatement
from coord.releases.tables import ProtectedCell, Release
from coord.work import Unit, begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.making import stored
from tests.coord.releases.making import OSCAR, QUARTER, build, lock, move, seen
from tests.world import BUILDER, PROGRAM, cast

pytestmark = pytest.mark.anyio
Act = Callable[[Unit, UUID], Awaitable[object]]
EVERYBODY: Mapping[str, Actor] = {
    "officer": cast.ola, "another officer": OSCAR, "sponsor": cast.fatima, "social worker": cast.sam,
    "supervisor": cast.sun, "community": cast.cai, "administrator": cast.adam,
}  # fmt: skip
ACTIONS: Mapping[str, Act] = {
    "order": lambda unit, _: order_release(unit, OrderRelease.parse({"program": PROGRAM, "period": QUARTER})),
    "review": lambda unit, made: move_release(unit, MoveRelease(release=made, move=ReleaseMove.REVIEW)),
    "publish": lambda unit, made: move_release(unit, MoveRelease(release=made, move=ReleaseMove.PUBLISH)),
    "write": lambda unit, made: write_notes(unit, WriteNotes(release=made, summary="A quarter with much rain.")),
    "restate": lambda unit, made: order_restatement(
        unit, RestateRelease(release=made, reason="Two hundred visits were entered twice.")
    ),
}
ALLOWED: Mapping[ReleaseState | None, set[tuple[str, str]]] = {
    None: {("order", "officer"), ("order", "another officer")},
    ReleaseState.BUILT: {(one, who) for one in ("review", "write") for who in ("officer", "another officer")},
    # Ola reviewed.
    ReleaseState.REVIEWED: {("publish", "another officer")},
    ReleaseState.PUBLISHED: {("restate", "officer"), ("restate", "another officer")},
    ReleaseState.SUPERSEDED: set(),
}
"""None: the quarter is locked and has no release yet."""


class _Undone(Exception):
    """Whatever was allowed is not kept."""


async def in_state(state: ReleaseState | None) -> UUID:
    """The quarter's release, brought to a state; an id of nothing where there is none."""
    await seen()
    await lock()
    if state is None:
        return UUID(int=5)
    made = await build()
    assert made is not None
    if state is not ReleaseState.BUILT:
        await move(cast.ola, made, ReleaseMove.REVIEW)
    if state in {ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED}:
        await move(OSCAR, made, ReleaseMove.PUBLISH)
    if state is ReleaseState.SUPERSEDED:
        async with begin(BUILDER) as unit:
            await unit.session.run(update(Release).where(col(Release.id) == made).values(state=state))
    return made


async def everything() -> Sequence[Any]:
    """All that a refusal must leave as it is."""
    rows = [await stored(table) for table in (Release, ProtectedCell, OutboxJob)]
    return [[row.model_dump() for row in found] for found in rows]


async def _try(who: Actor, act: Act, made: UUID) -> bool:
    try:
        async with begin(who) as unit:
            await act(unit, made)
            raise _Undone  # noqa: TRY301  what was allowed is rolled back
    except _Undone:
        return True
    except (Conflict, NotAllowed, NotFound):
        return False


@pytest.mark.parametrize("state", list(ALLOWED))
async def test_every_action_of_everybody_in_a_state(database: Database, state: ReleaseState | None) -> None:
    made = await in_state(state)
    before = await everything()
    allowed = {
        (name, who) for name, act in ACTIONS.items() for who, actor in EVERYBODY.items() if await _try(actor, act, made)
    }
    assert allowed == ALLOWED[state]
    assert await everything() == before


@pytest.mark.parametrize("value", ["digest", "notes", "signature", "state"])
async def test_the_database_keeps_what_is_published(database: Database, value: str) -> None:
    made = await in_state(ReleaseState.PUBLISHED)
    changed = {"digest": "0" * 64, "notes": [{"kind": "SUMMARY"}], "signature": "00", "state": ReleaseState.BUILT}[
        value
    ]
    with pytest.raises(Exception, match="added, never changed"):
        async with begin(BUILDER) as unit:
            await unit.session.run(update(Release).where(col(Release.id) == made).values({value: changed}))
