"""Corrective actions on work lists: what one's office has to put right, and what waits to be verified."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import col

from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.oversight.remedies.codes import ActionOwner, ActionState
from coord.oversight.remedies.tables import CorrectiveAction
from coord.work import Unit, read
from coord.worklists.codes import WorkKind
from coord.worklists.desk import Desk
from coord.worklists.rules import Entry
from coord.worklists.watch import Watch

SHOWN_BEFORE = timedelta(days=14)
"""An action stands on the list from so many days before its day."""
_MOST = 500


@read("work.list")
async def own_remedies(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """Open actions of the hospital where one works, due soon or overdue."""
    where = [
        col(CorrectiveAction.program_id) == desk.post.program_id,
        col(CorrectiveAction.hospital_id) == desk.post.hospital_id,
        col(CorrectiveAction.owner) == ActionOwner.HOSPITAL,
        col(CorrectiveAction.state) == ActionState.OPEN,
    ]
    return await _entries(unit, WorkKind.CORRECTIVE_ACTION, desk.today, where)


@read("work.list")
async def remedies_to_see_to(unit: Unit, watch: Watch) -> Sequence[Entry]:
    """The foundation's own actions, those of hospitals past their day, and done ones that somebody else did."""
    if not unit.actor.may("corrective_action.manage"):
        return []
    here = col(CorrectiveAction.program_id) == watch.program.id
    is_open, is_done = (col(CorrectiveAction.state) == state for state in (ActionState.OPEN, ActionState.DONE))
    own = col(CorrectiveAction.owner) == ActionOwner.FOUNDATION
    late = col(CorrectiveAction.due_on) < watch.today
    by_other = col(CorrectiveAction.done_by_id) != unit.actor.user_id
    return [
        *await _entries(unit, WorkKind.CORRECTIVE_ACTION, watch.today, [here, is_open, own | late]),
        *await _entries(unit, WorkKind.VERIFY_ACTION, watch.today, [here, is_done, by_other]),
    ]


async def _entries(unit: Unit, kind: WorkKind, today: date, where: Sequence[Any]) -> Sequence[Entry]:
    row = CorrectiveAction
    statement = (
        select(row.id, row.state, row.title, row.due_on, Organization.name)
        .join(Organization, col(Organization.id) == col(row.hospital_id))
        .where(col(row.due_on) <= today + SHOWN_BEFORE, *where)
        .order_by(col(row.due_on))
        .limit(_MOST)
    )
    return [
        Entry(kind, f"{key}/{state.value}/{due}", due, subject=key, told={"title": title, "hospital": hospital})
        for key, state, title, due, hospital in await unit.rows(statement)
    ]
