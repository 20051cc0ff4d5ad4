"""Setting entries of the work list aside, and taking that back."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import col, delete

from coord.kernel.inputs import Blank, Day, Input, Line
from coord.kernel.sql import select
from coord.work import Unit, action
from coord.work.inserting import insert_new
from coord.worklists.tables import WorkMark

MOST_AT_ONCE = 200
_Key = Annotated[Line, Field(min_length=1, max_length=120)]


class SetAside(Input):
    """Entries to set aside: done, or until a day."""

    keys: Annotated[tuple[_Key, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]
    until: Annotated[Day | None, Blank] = None


def _own(unit: Unit) -> UUID:
    if unit.actor.user_id is None:
        raise AssertionError("a part of the system has no work list")
    return unit.actor.user_id


@action("work.list")
async def set_aside(unit: Unit, given: SetAside) -> int:
    """Set entries aside for the actor alone; how many. The latest word about an entry holds."""
    keys = list(dict.fromkeys(given.keys))
    await _forget(unit, keys)
    await insert_new(unit, [_mark(unit, key, given.until) for key in keys])
    return len(keys)


def _mark(unit: Unit, key: str, until: date | None) -> WorkMark:
    return WorkMark(user_id=_own(unit), key=key, until=until, made_at=unit.started_at)


@action("work.list")
async def take_up(unit: Unit, given: SetAside) -> int:
    """Put entries that were set aside back on the actor's list; how many."""
    await _forget(unit, list(given.keys))
    return len(given.keys)


@action("work.list")
async def undo_set_aside(unit: Unit, made_at: datetime) -> int:
    """Put back whatever the actor set aside at one moment, with one press of a button; how many."""
    at_once = [col(WorkMark.user_id) == _own(unit), col(WorkMark.made_at) == made_at]
    keys = list(await unit.scalars(select(WorkMark.key).where(*at_once).limit(MOST_AT_ONCE)))
    await _forget(unit, keys)
    return len(keys)


async def _forget(unit: Unit, keys: list[str]) -> None:
    await unit.session.run(delete(WorkMark).where(col(WorkMark.user_id) == _own(unit), col(WorkMark.key).in_(keys)))
