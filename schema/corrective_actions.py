"""Corrective actions through the API: what is due, opening one, moving it on."""

from typing import Annotated, Any

import strawberry

from coord.oversight.remedies import (
    ActionMove,
    ActionOrigin,
    ActionOwner,
    ActionState,
    MoveAction,
    OpenAction,
    corrective_actions,
    move_action,
    one_action,
    open_action,
)
from schema.errors import Rejected
from schema.ids import global_id
from schema.inputs import raw, text
from schema.looking import Info
from schema.measures import hospital_of
from schema.organizations import Organization
from schema.paging import GIVEN
from schema.scalars import Date, DateTime

for _enum, _name, _meaning in (
    (ActionMove, "CorrectiveActionMove", "A step of a corrective action. 整改操作。"),
    (ActionOrigin, "CorrectiveActionOrigin", "Where it comes from. 整改来源。"),
    (ActionOwner, "CorrectiveActionOwner", "Whose it is. 负责方。"),
    (ActionState, "CorrectiveActionState", "Where it stands. 整改状态。"),
):
    strawberry.enum(_enum, name=_name, description=_meaning)
_ACTION = "CorrectiveAction"
_TOLD = (
    "hospital_id", "origin", "month", "title", "owner", "due_on", "state", "is_overdue", "opened_at",
    "opened_by_name", "answer", "done_at", "done_by_name", "sent_back_because", "verified_at", "verified_by_name",
)  # fmt: skip


@strawberry.type(description="Something to put right at a hospital by a day. 整改事项。")
class CorrectiveAction:
    """Opened by one, done by its owner, verified by another person."""

    id: strawberry.ID
    hospital: Organization = strawberry.field(resolver=hospital_of)
    hospital_id: strawberry.Private[Any]
    origin: ActionOrigin
    month: str
    title: str
    owner: ActionOwner
    due_on: Date
    state: ActionState
    is_overdue: bool
    opened_at: DateTime
    opened_by_name: str
    answer: str | None
    done_at: DateTime | None
    done_by_name: str | None
    sent_back_because: str | None
    verified_at: DateTime | None
    verified_by_name: str | None
    moves: list[ActionMove] = strawberry.field(description="What the viewer can do now. 当前可执行的操作。")


def _shown(one: Any) -> CorrectiveAction:
    told: dict[str, Any] = {name: getattr(one, name) for name in _TOLD}
    return CorrectiveAction(id=strawberry.ID(global_id(_ACTION, one.id)), moves=list(one.moves), **told)


async def actions(info: Info, program: str) -> list[CorrectiveAction]:
    """Those that the viewer sees, open ones by their day."""
    return [_shown(one) for one in await corrective_actions(info.context.unit, text("program", program) or "")]


@strawberry.input(description="What has to be put right. 需要整改的内容。")
class OpenCorrectiveActionInput:
    """What ``OpenAction`` takes."""

    program: str
    hospital: strawberry.ID
    month: str
    origin: ActionOrigin
    check: strawberry.ID | None = strawberry.field(default=GIVEN, description="The drawn record. 抽中的记录。")
    title: str
    owner: ActionOwner | None = ActionOwner.HOSPITAL
    due_on: Date


@strawberry.input(description="A step of a corrective action. 整改操作。")
class MoveCorrectiveActionInput:
    """What ``MoveAction`` takes."""

    action: strawberry.ID
    move: ActionMove
    note: str | None = strawberry.field(default=GIVEN, description="Needed except to verify. 核实以外必填。")


@strawberry.type(description="The corrective action after it. 操作后的整改事项。")
class CorrectiveActionKept:
    """The answer to both."""

    corrective_action: CorrectiveAction


CorrectiveActionResult = Annotated[CorrectiveActionKept | Rejected, strawberry.union("CorrectiveActionResult")]


async def open_one(
    info: Info, given_input: Annotated[OpenCorrectiveActionInput, strawberry.argument(name="input")]
) -> CorrectiveActionResult:
    """Open a corrective action."""
    said = raw(given_input, {"hospital": "Organization", "check": "EvidenceCheck"})
    made = await open_action(info.context.unit, OpenAction.parse(said))
    return CorrectiveActionKept(corrective_action=_shown(await one_action(info.context.unit, made)))


async def move(
    info: Info, given_input: Annotated[MoveCorrectiveActionInput, strawberry.argument(name="input")]
) -> CorrectiveActionResult:
    """Say that it is done, verify it, or send it back."""
    moved = await move_action(info.context.unit, MoveAction.parse(raw(given_input, {"action": _ACTION})))
    return CorrectiveActionKept(corrective_action=_shown(await one_action(info.context.unit, moved)))
