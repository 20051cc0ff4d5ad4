"""Groups through the API: their plan, sessions and members; started, planned anew, closed."""

import uuid
from typing import Annotated, Any

import strawberry

from coord.clients.codes import CareStage
from coord.contacts.codes import GroupKind, ServiceTarget
from coord.contacts.group_listing import GROUPS, Beside, GroupFilter, beside_groups, groups_by_cursor
from coord.contacts.grouping import close_group, create_group, plan_sessions, write_session_plan
from coord.contacts.inputs import CloseGroup, CreateGroup, PlanSessions, WriteSessionPlan
from schema.errors import Rejected
from schema.ids import global_id
from schema.inputs import raw, text
from schema.looking import Info
from schema.nodes import Node
from schema.organizations import ORGANIZATION, Organization
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.programs import PROGRAM, Program
from schema.rows import Part, Shape
from schema.scalars import UUID, Date

GROUP = Shape(
    "ServiceGroup",
    ("name", "room", "planned_sessions", "duration_minutes", "target", "kind", "stage", "aim", "theory",
     "recruitment", "planned_members", "closed_on", "summary"),
    objects={"hospital": ORGANIZATION, "program": PROGRAM},
    needs={"key": ("id",), "sessions_held": ("id",), "last_session_on": ("id",), "plan": ("id",), "members": ("id",)},
)  # fmt: skip
strawberry.enum(GroupKind, description="What a group is for. 小组类型。")


async def _beside(info: Info, root: Any) -> Beside:
    """What stands beside a group; of all groups of a page in three statements."""

    async def load(ids: list[Any]) -> list[Beside]:
        found = await beside_groups(info.context.unit, ids)
        return [found[key] for key in ids]

    known: Beside = await info.context.loader("beside_groups", load).load(root.column("id"))
    return known


@strawberry.type(description="A day on which a session is planned. 计划中的一节。")
class PlannedSession:
    """Its number in the series, the day, and what is to be done."""

    number: int
    planned_on: Date
    plan: str | None


async def sessions_held(info: Info, root: strawberry.Parent[Any]) -> int:
    """How many sessions it had."""
    return (await _beside(info, root)).sessions_held


async def last_session_on(info: Info, root: strawberry.Parent[Any]) -> Any:
    """When the last one was."""
    return (await _beside(info, root)).last_on


async def plan(info: Info, root: strawberry.Parent[Any]) -> list[PlannedSession]:
    """The planned days in their order."""
    known = await _beside(info, root)
    planned: Any = known.planned_on
    return [PlannedSession(number=n, planned_on=day, plan=known.plans.get(n)) for n, day in planned.items()]


async def members(info: Info, root: strawberry.Parent[Any]) -> list[strawberry.ID] | None:
    """Who belongs to it; for those who may list people."""
    if not info.context.actor.may("client.list"):
        return None
    return [strawberry.ID(global_id("Client", one)) for one in (await _beside(info, root)).members]


def key(root: strawberry.Parent[Any]) -> UUID:
    """The id of the row, as the input of a session takes it."""
    found: UUID = root.column("id")
    return found


@strawberry.type(description="A group (CR-4): one series of sessions with its plan. 小组：一个有计划的系列。")
class ServiceGroup(Node):
    """A group."""

    shape = GROUP
    key: UUID = strawberry.field(
        resolver=key, description="What `LogServiceContactInput.group` takes. 登记小组活动时使用。"
    )
    name: str
    room: str | None
    kind: GroupKind
    target: ServiceTarget
    stage: CareStage | None
    aim: str | None
    theory: str | None
    recruitment: str | None = strawberry.field(description="How members are found. 招募方式。")
    planned_members: int | None = strawberry.field(description="How many it is meant for. 计划人数。")
    planned_sessions: int
    duration_minutes: int
    closed_on: Date | None
    summary: str | None
    sessions_held: int = strawberry.field(resolver=sessions_held, description="Sessions so far. 已开展节数。")
    last_session_on: Date | None = strawberry.field(resolver=last_session_on, description="最近一节的日期。")
    plan: list[PlannedSession] = strawberry.field(resolver=plan, description="Planned days. 计划日期。")
    members: list[strawberry.ID] | None = strawberry.field(
        resolver=members, description="Clients; null for those who list no people. 组员；无权列出服务对象者得到 null。"
    )
    hospital: Organization
    program: Program


ServiceGroupConnection = Connection[ServiceGroup]


@strawberry.input(description="Every field narrows. 各条件取交集。")
class ServiceGroupFilter:
    """Which groups."""

    program: str | None = GIVEN
    hospital: strawberry.ID | None = GIVEN
    client: strawberry.ID | None = GIVEN
    is_closed: bool | None = GIVEN


async def service_groups(
    info: Info,
    narrowed_by: Annotated[ServiceGroupFilter | None, strawberry.argument(name="filter")] = GIVEN,
    first: First = 20,
    after: After = GIVEN,
) -> Any:
    """Groups, newest first."""
    request = GROUPS.request(first, given(after))
    asked = raw(narrowed_by, {"hospital": "Organization", "client": "Client"}) if given(narrowed_by) else {}
    text("program", asked.get("program"))
    wanted = info.wanted(GROUP, "edges", "node")
    page = await groups_by_cursor(info.context.unit, wanted, request, GroupFilter.parse(asked))
    return await counted(info, GROUP, page)


@strawberry.input(description="A series with its plan and members; from the first day on it meets weekly. 新建小组。")
class CreateServiceGroupInput:
    """What ``CreateGroup`` takes, with global ids."""

    idempotency_key: UUID
    program: str
    hospital: strawberry.ID | None = GIVEN
    name: str
    room: str | None = GIVEN
    planned_sessions: int | None = GIVEN
    duration_minutes: int | None = GIVEN
    target: ServiceTarget | None = GIVEN
    kind: GroupKind | None = GIVEN
    stage: CareStage | None = GIVEN
    aim: str | None = GIVEN
    theory: str | None = GIVEN
    recruitment: str | None = GIVEN
    planned_members: int | None = GIVEN
    first_session_on: Date | None = GIVEN
    members: list[strawberry.ID] | None = GIVEN


@strawberry.input(description="The sessions not held yet, weekly from a day on. 重排未开展的节次。")
class PlanGroupSessionsInput:
    """What ``PlanSessions`` takes, with a global id."""

    group: strawberry.ID
    first_session_on: Date


@strawberry.input(description="What a session to come is about. 单元计划。")
class WriteSessionPlanInput:
    """What ``WriteSessionPlan`` takes, with a global id."""

    group: strawberry.ID
    number: int
    planned_on: Date | None = strawberry.field(
        default=GIVEN, description="Needed where no day was planned. 尚未排期时必填。"
    )
    plan: str


@strawberry.input(description="A group has come to its end. 小组结束。")
class CloseServiceGroupInput:
    """What ``CloseGroup`` takes, with a global id."""

    group: strawberry.ID
    closed_on: Date
    summary: str


@strawberry.type(description="The group as it is now. 小组的当前状态。")
class ServiceGroupChanged:
    """The answer to every change of a group."""

    service_group: ServiceGroup


ServiceGroupResult = Annotated[ServiceGroupChanged | Rejected, strawberry.union("ServiceGroupResult")]
_IDS = {"hospital": "Organization", "members": "Client", "group": "ServiceGroup"}


async def _changed(info: Info, group: uuid.UUID) -> ServiceGroupChanged:
    await info.context.unit.session.flush()
    row: Any = await GROUPS.one(info.context.unit, info.wanted(GROUP, "serviceGroup"), group)
    shown: Any = Part(row, "", GROUP)
    return ServiceGroupChanged(service_group=shown)


async def create(
    info: Info, given_input: Annotated[CreateServiceGroupInput, strawberry.argument(name="input")]
) -> ServiceGroupResult:
    """Start a group."""
    asked = raw(given_input, _IDS)
    asked["members"] = tuple(asked.get("members", ()))
    return await _changed(info, await create_group(info.context.unit, CreateGroup.parse(asked)))


async def plan_anew(
    info: Info, given_input: Annotated[PlanGroupSessionsInput, strawberry.argument(name="input")]
) -> ServiceGroupResult:
    """Plan the sessions that were not held yet."""
    asked = PlanSessions.parse(raw(given_input, _IDS))
    await plan_sessions(info.context.unit, asked)
    return await _changed(info, asked.group)


async def plan_session(
    info: Info, given_input: Annotated[WriteSessionPlanInput, strawberry.argument(name="input")]
) -> ServiceGroupResult:
    """Say what a session to come is about."""
    asked = WriteSessionPlan.parse(raw(given_input, _IDS))
    await write_session_plan(info.context.unit, asked)
    return await _changed(info, asked.group)


async def close(
    info: Info, given_input: Annotated[CloseServiceGroupInput, strawberry.argument(name="input")]
) -> ServiceGroupResult:
    """Close a group."""
    asked = CloseGroup.parse(raw(given_input, _IDS))
    await close_group(info.context.unit, asked)
    return await _changed(info, asked.group)
