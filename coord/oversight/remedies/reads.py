"""Corrective actions, what is overdue first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case
from sqlmodel import col

from coord.kernel.clock import local_date
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.oversight.remedies.codes import ActionMove, ActionOrigin, ActionOwner, ActionState
from coord.oversight.remedies.moving import owns
from coord.oversight.remedies.rules import is_overdue, moves_from
from coord.oversight.remedies.tables import CorrectiveAction
from coord.programs import program_by_code
from coord.programs.tables import Program
from coord.work import Unit, read

_MOST = 500


@dataclass(frozen=True, slots=True)
class ActionShown:
    """A corrective action as its list shows it, with what the actor can do now."""

    id: UUID
    program_code: str
    hospital_id: UUID
    hospital_name: str
    origin: ActionOrigin
    month: str
    title: str
    owner: ActionOwner
    due_on: date
    state: ActionState
    opened_at: datetime
    opened_by_name: str
    answer: str | None
    done_at: datetime | None
    done_by_name: str | None
    sent_back_because: str | None
    verified_at: datetime | None
    verified_by_name: str | None
    is_overdue: bool
    moves: Sequence[ActionMove]


def _asked(*where: Any) -> Any:
    order = case({state.value: n for n, state in enumerate(ActionState)}, value=col(CorrectiveAction.state))
    return (
        select(CorrectiveAction, Organization.name, Program.code, Program.time_zone)
        .join(Organization, col(Organization.id) == col(CorrectiveAction.hospital_id))
        .join(Program, col(Program.id) == col(CorrectiveAction.program_id))
        .where(*where)
        .order_by(order, col(CorrectiveAction.due_on), col(CorrectiveAction.id))
    )


def _one(unit: Unit, row: CorrectiveAction, hospital: str, program: str, zone: str) -> ActionShown:
    actor = unit.actor
    moves = moves_from(
        row.state, actor.permissions, actor.user_id, row.done_by_id, owns=owns(actor, row.owner, row.hospital_id)
    )
    told = {name: getattr(row, name) for name in ActionShown.__slots__ if name in CorrectiveAction.model_fields}
    today = local_date(unit.started_at, zone)
    return ActionShown(
        **told, program_code=program, hospital_name=hospital, is_overdue=is_overdue(row.state, row.due_on, today), moves=moves
    )  # fmt: skip


@read("corrective_action.list")
async def corrective_actions(unit: Unit, program: str) -> Sequence[ActionShown]:
    """Those of a program that the actor sees: open ones by their day, then done ones, then verified ones.

    Raises ``NotFound`` for a foreign program.
    """
    facts = await program_by_code(unit, program)
    statement = _asked(col(CorrectiveAction.program_id) == facts.id).limit(_MOST)
    return [_one(unit, *row) for row in map(tuple, await unit.rows(statement))]


@read("corrective_action.list")
async def one_action(unit: Unit, action_id: UUID) -> ActionShown:
    """One of them. Raises ``NotFound``."""
    row = await unit.row(_asked(col(CorrectiveAction.id) == action_id))
    if row is None:
        raise NotFound
    return _one(unit, *tuple(row))
