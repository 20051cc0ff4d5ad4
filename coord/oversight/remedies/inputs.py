"""Opening a corrective action, and moving it on."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Blank, Day, Input, Line, Printable
from coord.oversight.remedies.codes import ActionMove, ActionOrigin, ActionOwner
from coord.periods import MonthOf

MAX_TITLE, MAX_NOTE = 200, 400


class OpenAction(MonthOf):
    """What has to be put right, whose it is, and by which day; from a drawn record with ``check``."""

    origin: ActionOrigin
    check: Annotated[UUID | None, Blank] = None
    title: Annotated[Line, Field(min_length=1, max_length=MAX_TITLE)]
    owner: ActionOwner = ActionOwner.HOSPITAL
    due_on: Day


class MoveAction(Input):
    """A step: what was done, or why it is not enough, is told in words."""

    action: UUID
    move: ActionMove
    note: Annotated[Annotated[str, Printable, Field(max_length=MAX_NOTE)] | None, Blank] = None
