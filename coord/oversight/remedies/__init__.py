"""Corrective actions: opened for what is wrong, answered by an owner until a day, verified by another person."""

from coord.oversight.remedies.codes import ActionMove, ActionOrigin, ActionOwner, ActionState
from coord.oversight.remedies.inputs import MoveAction, OpenAction
from coord.oversight.remedies.moving import move_action
from coord.oversight.remedies.opening import open_action
from coord.oversight.remedies.reads import ActionShown, corrective_actions, one_action

__all__ = [
    "ActionMove", "ActionOrigin", "ActionOwner", "ActionShown", "ActionState", "MoveAction", "OpenAction",
    "corrective_actions", "move_action", "one_action", "open_action",
]  # fmt: skip
