"""Finishing, verifying, sending back: one table of transitions, different people."""

from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.access import Actor, Role
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell_holders
from coord.oversight.remedies.codes import ActionMove, ActionOwner
from coord.oversight.remedies.inputs import MoveAction
from coord.oversight.remedies.opening import HOLDERS
from coord.oversight.remedies.rules import NEEDS_WORDS, TRANSITIONS, VERB_OF, wrong_move
from coord.oversight.remedies.tables import CorrectiveAction
from coord.programs.tables import Program
from coord.work import Unit, action


def owns(actor: Actor, owner: ActionOwner, hospital_id: UUID) -> bool:
    """Whether the actor holds the office that answers for an action that they see."""
    if owner is ActionOwner.HOSPITAL:
        return hospital_id in actor.at(*HOLDERS[owner])
    return bool(actor.at(Role.PROGRAM_OFFICER))


@action("corrective_action.answer")
async def move_action(unit: Unit, given: MoveAction) -> UUID:
    """Say that an action is done, verify it, or send it back with the reason. Who did it does not verify it.

    Raises ``NotFound`` for a foreign one, ``NotAllowed`` where it is another office's step, ``Invalid`` without words
    where they are needed, ``Conflict`` from another state or by the same person.
    """
    unit.actor.require(VERB_OF[given.move])
    statement = select(CorrectiveAction).where(col(CorrectiveAction.id) == given.action).with_for_update()
    row: CorrectiveAction | None = await unit.scalar(statement.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    if given.move is ActionMove.FINISH and not owns(unit.actor, row.owner, row.hospital_id):
        raise NotAllowed(VERB_OF[given.move])
    if given.move in NEEDS_WORDS and not given.note:
        raise Invalid(Problem("note", "REQUIRED"))
    wrong = wrong_move(row.state, given.move, unit.actor.user_id, row.done_by_id)
    if wrong is not None:
        raise Conflict(wrong)
    before = audit.facts(row)
    row.state = TRANSITIONS[row.state, given.move]
    _note(unit, row, given)
    audit.record(unit, f"corrective_action.{given.move.value.lower()}", row, before=before, reason=given.note)
    await _tell(unit, row, given.move)
    return row.id


def _note(unit: Unit, row: CorrectiveAction, given: MoveAction) -> None:
    by = (unit.started_at, unit.actor.user_id, unit.actor.name)
    if given.move is ActionMove.FINISH:
        row.answer = given.note
        row.done_at, row.done_by_id, row.done_by_name = by
        row.sent_back_because = None
    elif given.move is ActionMove.VERIFY:
        row.verified_at, row.verified_by_id, row.verified_by_name = by
    else:
        row.sent_back_because = given.note
        row.done_at = row.done_by_id = row.done_by_name = None


async def _tell(unit: Unit, row: CorrectiveAction, move: ActionMove) -> None:
    """Whoever verifies hears that it is done; the owner hears that it came back."""
    if move is ActionMove.VERIFY:
        return
    foundation: UUID = await unit.scalar(select(Program.foundation_id).where(col(Program.id) == row.program_id))
    owner = ActionOwner.FOUNDATION if move is ActionMove.FINISH else row.owner
    office = foundation if owner is ActionOwner.FOUNDATION else row.hospital_id
    kind = NoticeKind.ACTION_DONE if move is ActionMove.FINISH else NoticeKind.ACTION_SENT_BACK
    tell_holders(unit, HOLDERS[owner], office, kind, "corrective_action", row.id)
