"""Scales that were entered by mistake, through the API: withdrawn with a reason, restored."""

import uuid
from typing import Annotated, Any

import strawberry

from coord.kernel.errors import NotFound
from coord.outcomes.reads import SCORES
from coord.outcomes.withdrawing import WithdrawScale, restore_scale, withdraw_scale
from schema.errors import Rejected
from schema.inputs import raw, row_id
from schema.looking import Info
from schema.outcomes import SCALE_RESULT, ScaleResult
from schema.rows import Part


@strawberry.input(description="A result that was entered by mistake. 误录的量表结果。")
class WithdrawScaleInput:
    """What ``WithdrawScale`` takes, with a global id."""

    scale_result: strawberry.ID
    reason: str


@strawberry.type(description="The result as it is now. 量表结果的当前状态。")
class ScaleChanged:
    """The answer to a withdrawal and to its undoing."""

    scale_result: ScaleResult


ScaleChangedResult = Annotated[ScaleChanged | Rejected, strawberry.union("ScaleChangedResult")]


async def _changed(info: Info, score: uuid.UUID) -> ScaleChanged:
    await info.context.unit.session.flush()
    row: Any = await SCORES.one(info.context.unit, info.wanted(SCALE_RESULT, "scaleResult"), score)
    shown: Any = Part(row, "", SCALE_RESULT)
    return ScaleChanged(scale_result=shown)


async def withdraw(
    info: Info, given_input: Annotated[WithdrawScaleInput, strawberry.argument(name="input")]
) -> ScaleChangedResult:
    """Withdraw a result."""
    given = WithdrawScale.parse(raw(given_input, {"scale_result": "ScaleResult"}, {"scale_result": "result"}))
    await withdraw_scale(info.context.unit, given)
    return await _changed(info, given.result)


async def restore(info: Info, scale_result: strawberry.ID) -> ScaleChangedResult:
    """Let a result count again."""
    found = row_id("scale_result", "ScaleResult", scale_result)
    if found is None:
        raise NotFound
    await restore_scale(info.context.unit, found)
    return await _changed(info, found)
