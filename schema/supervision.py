"""Supervision through the API: sessions, caseloads, and recording. A supervisor's worries are written, never read, here."""

import uuid
from typing import Annotated, Any

import strawberry

from coord.supervision import (
    SESSIONS,
    RecordSupervision,
    SupervisionFilter,
    SupervisionKind,
    SupervisionTopic,
    attended,
    caseloads,
    record_supervision,
    withdraw_supervision,
)
from coord.supervision import sessions as read_sessions
from coord.workforce import WORKERS
from schema.errors import Rejected
from schema.inputs import raw, row_id, text
from schema.looking import Info
from schema.nodes import Node
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.placements import WORKER, Worker
from schema.rows import Part, Shape
from schema.scalars import UUID, Date

strawberry.enum(SupervisionKind, description="One worker or several. 个别或团体督导。")
strawberry.enum(SupervisionTopic, description="What it was about. 督导主题。")
SUPERVISION = Shape(
    "SupervisionSession",
    ("kind", "held_on", "minutes", "supervisor_name", "topics", "agreed"),
    needs={"workers": ("id",)},
)


async def workers(info: Info, root: strawberry.Parent[Any]) -> list[Worker]:
    """Who took part, as far as the viewer may know; of all sessions of a page in two statements."""
    unit, wanted = info.context.unit, info.wanted(WORKER)

    async def load(ids: list[Any]) -> list[list[Any]]:
        named = await attended(unit, ids)
        every = {worker for found in named.values() for worker, _ in found}
        rows = await WORKERS.by_ids(unit, wanted, every)
        return [[Part(rows[one], "", WORKER) for one, _ in named.get(key, ()) if one in rows] for key in ids]

    found: list[Worker] = await info.context.loader(("supervised", wanted), load).load(root.column("id"))
    return found


@strawberry.type(description="One session of supervision. 一次督导。")
class SupervisionSession(Node):
    """A session."""

    shape = SUPERVISION
    kind: SupervisionKind
    held_on: Date
    minutes: int
    supervisor_name: str
    topics: list[SupervisionTopic]
    agreed: str | None
    workers: list[Worker] = strawberry.field(resolver=workers, description="Who took part. 参加的社工。")


SupervisionSessionConnection = Connection[SupervisionSession]


@strawberry.type(description="Open cases and minutes of supervision of one worker. 社工的在办个案与督导时长。")
class Caseload:
    """One worker at one hospital."""

    worker_id: strawberry.Private[uuid.UUID]
    worker: str
    hospital: str
    open_cases: int
    ratio: int = strawberry.field(description="The program's own limit. 项目规定的上限。")
    is_over: bool
    minutes: int = strawberry.field(description="Of the month. 当月督导分钟数。")
    due: int = strawberry.field(description="Minutes that the month asks for. 当月应有分钟数。")


async def supervision_sessions(
    info: Info,
    program: str | None = GIVEN,
    month: str | None = GIVEN,
    first: First = 20,
    after: After = GIVEN,
) -> Any:
    """Sessions, the newest first."""
    request = SESSIONS.request(first, given(after))
    asked = {"program": text("program", program), "month": text("month", month)}
    narrowed = SupervisionFilter.parse({name: value for name, value in asked.items() if value is not None})
    wanted = info.wanted(SUPERVISION, "edges", "node")
    return await counted(info, SUPERVISION, await read_sessions(info.context.unit, wanted, request, narrowed))


async def worker_caseloads(info: Info, program: str, month: str) -> list[Caseload]:
    """Everybody in post, the fullest first."""
    asked = SupervisionFilter.parse({"program": text("program", program), "month": text("month", month)})
    loads: Any = await caseloads(info.context.unit, str(asked.program), str(asked.month))
    return list(loads)


@strawberry.input(description="A session that was held. 已进行的督导。")
class RecordSupervisionInput:
    """What ``RecordSupervision`` takes, with global ids."""

    idempotency_key: UUID
    program: str
    kind: SupervisionKind
    held_on: Date
    minutes: int
    workers: list[strawberry.ID]
    topics: list[SupervisionTopic]
    agreed: str | None = GIVEN
    worried_about: list[strawberry.ID] | None = strawberry.field(
        default=GIVEN, description="Seen by nobody but the supervisor. 只有督导本人可见。"
    )


@strawberry.input(description="A session that was entered by mistake. 误录的督导。")
class WithdrawSupervisionInput:
    """Which."""

    session: strawberry.ID


@strawberry.type(description="The session. 督导记录。")
class SupervisionRecorded:
    """The answer to a recorded session."""

    session: SupervisionSession


@strawberry.type(description="It counts nowhere any more. 已撤回。")
class SupervisionWithdrawn:
    """The answer to a withdrawal."""

    session_id: strawberry.ID


RecordSupervisionResult = Annotated[SupervisionRecorded | Rejected, strawberry.union("RecordSupervisionResult")]
WithdrawSupervisionResult = Annotated[SupervisionWithdrawn | Rejected, strawberry.union("WithdrawSupervisionResult")]
_IDS = {"workers": "Worker", "worried_about": "Worker"}


async def record(
    info: Info, given_input: Annotated[RecordSupervisionInput, strawberry.argument(name="input")]
) -> RecordSupervisionResult:
    """Record a session."""
    unit = info.context.unit
    session = await record_supervision(unit, RecordSupervision.parse(raw(given_input, _IDS)))
    row: Any = Part(await SESSIONS.one(unit, info.wanted(SUPERVISION, "session"), session), "", SUPERVISION)
    return SupervisionRecorded(session=row)


async def withdraw(
    info: Info, given_input: Annotated[WithdrawSupervisionInput, strawberry.argument(name="input")]
) -> WithdrawSupervisionResult:
    """Take a session back."""
    await withdraw_supervision(info.context.unit, session_of(given_input.session))
    return SupervisionWithdrawn(session_id=given_input.session)


def session_of(global_id: str) -> uuid.UUID:
    """The row id. Raises ``Invalid`` for an id of another type."""
    found = row_id("session", "SupervisionSession", global_id)
    if found is None:
        raise AssertionError("the schema lets no null through")
    return found
