"""Scales and safety alerts through the API."""

from operator import itemgetter
from typing import Annotated, Any

import strawberry

from coord.kernel.paging import PageRequest
from coord.outcomes import (
    ALERTS,
    CloseAlert,
    RaiseAlert,
    RecordScale,
    TakeAlert,
    close_alert,
    raise_alert,
    record_scale,
    take_alert,
)
from coord.outcomes.alert_reads import alerts as read_alerts
from coord.outcomes.codes import AlertOutcome, AlertTrigger, AlertUrgency, Band, PlanStep, ScaleCode, ScoreStatus
from coord.outcomes.reads import SCORES, answers_to
from coord.outcomes.reads import scores as read_scores
from schema.errors import Rejected
from schema.inputs import raw, row_id
from schema.looking import Info
from schema.nodes import Node
from schema.organizations import ORGANIZATION, Organization
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.rows import Derived, Part, Shape
from schema.scalars import UUID, Date, DateTime

for _enum, _meaning in (
    (AlertOutcome, "With what an alert is closed. 警报的结果。"),
    (AlertTrigger, "What opened an alert. 警报的触发原因。"),
    (AlertUrgency, "How fast the chain runs; raised by people, never lowered. 紧急程度，只升不降。"),
    (Band, "Where a score lies: a screen's finding, never a diagnosis. 得分范围，不是诊断。"),
    (PlanStep, "What the person who takes an alert on is doing. 处置计划。"),
    (ScaleCode, "An instrument. 量表。"),
    (ScoreStatus, "Whether there is a score. 是否计分。"),
):
    strawberry.enum(_enum, description=_meaning)

SCALE_RESULT = Shape(
    "ScaleResult",
    ("scale", "version", "taken_on", "score", "status", "band", "raised_to", "prorated", "recorded_at", "withdrawn_at"),
    needs={"items": ("id",)},
)
SAFETY_ALERT = Shape(
    "SafetyAlert",
    (
        "cause", "urgency", "opened_at", "level", "next_at", "exhausted_at", "taken_at", "taken_by_name", "plan",
        "closed_at", "outcome", "rules_version",
    ),
    objects={"hospital": ORGANIZATION},
    derived={"source_withdrawn_at": Derived(itemgetter("score.withdrawn_at"), ("score.withdrawn_at",))},
)  # fmt: skip


async def items(info: Info, root: strawberry.Parent[Any]) -> Any:
    """The answers behind a score, for the care team."""

    async def load(ids: list[Any]) -> list[Any]:
        found = await answers_to(info.context.unit, ids)
        return [found.get(key, []) for key in ids]

    return await info.context.loader("scale_items", load).load(root.column("id"))


@strawberry.type(description="What one filled scale came to. 一次量表的结果。")
class ScaleResult(Node):
    """A score with its answers."""

    shape = SCALE_RESULT
    scale: ScaleCode
    version: str = strawberry.field(description="The version of the instrument that it was scored with. 计分版本。")
    taken_on: Date
    score: int | None = strawberry.field(description="Null while an item is missing. 有漏答则为 null。")
    status: ScoreStatus
    band: Band | None
    raised_to: Band | None = strawberry.field(description="A person's own, higher reading. 人工调高后的分级。")
    prorated: bool
    recorded_at: DateTime
    withdrawn_at: DateTime | None = strawberry.field(
        description="Since when it counts nowhere. 撤回时间，撤回后不计入。"
    )
    items: list[int | None] = strawberry.field(resolver=items, description="In their order. 各题答案。")


@strawberry.type(
    description="Somebody may be in danger: where, since when, how far the news has come; never who. "
    "安全警报：医院、时间与通知进度，不含个人信息。"
)
class SafetyAlert(Node):
    """An alert."""

    shape = SAFETY_ALERT
    cause: AlertTrigger
    urgency: AlertUrgency
    opened_at: DateTime
    level: int = strawberry.field(description="How many levels of the chain were told. 已通知的级数。")
    next_at: DateTime | None
    exhausted_at: DateTime | None = strawberry.field(description="When the last level was told. 通知到最后一级的时间。")
    taken_at: DateTime | None
    taken_by_name: str | None
    plan: list[PlanStep]
    closed_at: DateTime | None
    outcome: AlertOutcome | None
    source_withdrawn_at: DateTime | None = strawberry.field(
        description="When the result that opened it was withdrawn as a mistake; that closes nothing by itself. "
        "触发该警报的结果被撤销的时间；撤销并不会关闭警报。"
    )
    rules_version: str
    hospital: Organization


ScaleResultConnection = Connection[ScaleResult]
SafetyAlertConnection = Connection[SafetyAlert]


async def scale_results(
    info: Info,
    client: strawberry.ID | None = GIVEN,
    scale: ScaleCode | None = GIVEN,
    first: First = 20,
    after: After = GIVEN,
) -> Any:
    """Scores, newest first."""
    request: PageRequest = SCORES.request(first, given(after))
    wanted = info.wanted(SCALE_RESULT, "edges", "node")
    person = row_id("client", "Client", given(client))
    page = await read_scores(info.context.unit, wanted, request, client=person, scale=given(scale))
    return await counted(info, SCALE_RESULT, page)


async def safety_alerts(info: Info, closed: bool | None = GIVEN, first: First = 20, after: After = GIVEN) -> Any:
    """Alerts, newest first."""
    request = ALERTS.request(first, given(after))
    wanted = info.wanted(SAFETY_ALERT, "edges", "node")
    return await counted(
        info, SAFETY_ALERT, await read_alerts(info.context.unit, wanted, request, closed=given(closed))
    )


@strawberry.input(description="A filled scale of a client. 一份填好的量表。")
class RecordScaleInput:
    """What ``RecordScale`` takes, with global ids."""

    idempotency_key: UUID
    client: strawberry.ID
    scale: ScaleCode
    taken_on: Date
    items: list[int | None] = strawberry.field(description="In their order; null where nobody answered. 漏答填 null。")
    raised_to: Band | None = GIVEN
    raise_reason: str | None = GIVEN
    note: str | None = GIVEN


@strawberry.type(description="The result that was recorded, and the alert that it opened. 已登记的结果及触发的警报。")
class ScaleRecorded:
    """The answer to a recorded scale."""

    scale_result: ScaleResult
    safety_alert: SafetyAlert | None
    replayed: bool


RecordScaleResult = Annotated[ScaleRecorded | Rejected, strawberry.union("RecordScaleResult")]


async def record(
    info: Info, given_input: Annotated[RecordScaleInput, strawberry.argument(name="input")]
) -> RecordScaleResult:
    """Record a filled scale."""
    unit = info.context.unit
    asked = raw(given_input, {"client": "Client"})
    recorded = await record_scale(unit, RecordScale.parse({**asked, "items": tuple(asked.get("items", ()))}))
    row = await SCORES.one(unit, info.wanted(SCALE_RESULT, "scaleResult"), recorded.score_id)
    shown: Any = Part(row, "", SCALE_RESULT)
    alert = None if recorded.alert_id is None else await _alert(info, recorded.alert_id)
    return ScaleRecorded(scale_result=shown, safety_alert=alert, replayed=recorded.replayed)


async def _alert(info: Info, key: Any) -> Any:
    row = await ALERTS.one(info.context.unit, info.wanted(SAFETY_ALERT, "safetyAlert"), key)
    return Part(row, "", SAFETY_ALERT)


@strawberry.input(description="Somebody sees danger, without any score. 发现危险（无需量表）。")
class RaiseSafetyAlertInput:
    """What ``RaiseAlert`` takes."""

    idempotency_key: UUID
    client: strawberry.ID
    urgency: AlertUrgency | None = AlertUrgency.SAME_DAY
    note: str | None = GIVEN


@strawberry.input(description="A named person takes an alert on. 接手警报。")
class TakeSafetyAlertInput:
    """What ``TakeAlert`` takes."""

    alert: strawberry.ID
    plan: list[PlanStep]
    note: str | None = GIVEN


@strawberry.input(description="What an alert came to. 关闭警报。")
class CloseSafetyAlertInput:
    """What ``CloseAlert`` takes."""

    alert: strawberry.ID
    outcome: AlertOutcome
    note: str | None = GIVEN


@strawberry.type(description="The alert as it is now. 警报的当前状态。")
class SafetyAlertMoved:
    """The answer to every change of an alert."""

    safety_alert: SafetyAlert


SafetyAlertResult = Annotated[SafetyAlertMoved | Rejected, strawberry.union("SafetyAlertResult")]


async def raise_one(
    info: Info, given_input: Annotated[RaiseSafetyAlertInput, strawberry.argument(name="input")]
) -> SafetyAlertResult:
    """Open an alert."""
    key = await raise_alert(info.context.unit, RaiseAlert.parse(raw(given_input, {"client": "Client"})))
    return SafetyAlertMoved(safety_alert=await _alert(info, key))


async def take_one(
    info: Info, given_input: Annotated[TakeSafetyAlertInput, strawberry.argument(name="input")]
) -> SafetyAlertResult:
    """Take an alert on."""
    asked = TakeAlert.parse(raw(given_input, {"alert": "SafetyAlert"}))
    await take_alert(info.context.unit, asked)
    return SafetyAlertMoved(safety_alert=await _alert(info, asked.alert))


async def close_one(
    info: Info, given_input: Annotated[CloseSafetyAlertInput, strawberry.argument(name="input")]
) -> SafetyAlertResult:
    """Close an alert."""
    asked = CloseAlert.parse(raw(given_input, {"alert": "SafetyAlert"}))
    await close_alert(info.context.unit, asked)
    return SafetyAlertMoved(safety_alert=await _alert(info, asked.alert))
