"""What may become of a corrective action. Pure: no I/O."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from coord.kernel.errors import Problem
from coord.oversight.remedies.codes import ActionMove, ActionState

USUAL_TERM: Final = timedelta(days=14)
"""Proposed when an action is opened."""
TRANSITIONS: Mapping[tuple[ActionState, ActionMove], ActionState] = {
    (ActionState.OPEN, ActionMove.FINISH): ActionState.DONE,
    (ActionState.DONE, ActionMove.VERIFY): ActionState.VERIFIED,
    (ActionState.DONE, ActionMove.SEND_BACK): ActionState.OPEN,
}
"""Everything else is refused."""
VERB_OF: Mapping[ActionMove, str] = {
    ActionMove.FINISH: "corrective_action.answer",
    ActionMove.VERIFY: "corrective_action.manage",
    ActionMove.SEND_BACK: "corrective_action.manage",
}
NEEDS_WORDS = frozenset({ActionMove.FINISH, ActionMove.SEND_BACK})


def wrong_move(state: ActionState, move: ActionMove, who: UUID | None, done_by: UUID | None) -> Problem | None:
    """Why an action cannot be moved on; None where it can. Nobody verifies what they did themselves."""
    if (state, move) not in TRANSITIONS:
        return Problem("move", "ACTION_NOT_IN_STATE", {"state": state.value})
    if move is ActionMove.VERIFY and who is not None and who == done_by:
        return Problem("move", "ANOTHER_PERSON_MUST")
    return None


def moves_from(
    state: ActionState, permissions: Collection[str], who: UUID | None, done_by: UUID | None, *, owns: bool
) -> list[ActionMove]:
    """What somebody can do with an action now; ``owns``: whether they hold the office that answers it."""
    return [
        move
        for move in ActionMove
        if VERB_OF[move] in permissions
        and (owns or move is not ActionMove.FINISH)
        and wrong_move(state, move, who, done_by) is None
    ]


def is_overdue(state: ActionState, due_on: date, today: date) -> bool:
    """Whether its day has passed while nobody has done it; the day itself is still in time."""
    return state is ActionState.OPEN and today > due_on
