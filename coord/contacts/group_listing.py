"""Groups as a list by cursor, and what stands beside each: sessions held, days planned, members."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.contacts.group_reads import Planned, members_of, planned_sessions, sessions_of
from coord.contacts.inputs import Code
from coord.contacts.tables import GroupMember, ServiceGroup
from coord.kernel.inputs import Blank, Input
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.organizations.tables import ORGANIZATION_COLUMNS, Organization
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.work.listing import Join, Listing, Sort, another

_hospital, _program = another(Organization, "group_hospital"), another(Program, "group_program")
_OWN = (
    "id", "name", "room", "planned_sessions", "duration_minutes", "target", "kind", "stage", "aim", "theory",
    "recruitment", "planned_members", "closed_on", "summary", "created_at", "hospital_id", "program_id",
)  # fmt: skip
_NONE_HELD: tuple[int, date | None] = (0, None)
_NONE_PLANNED: Planned = ({}, {})
GROUPS = Listing(
    "group.list",
    ServiceGroup,
    {
        **{name: getattr(ServiceGroup, name) for name in _OWN},
        **{f"hospital.{name}": getattr(_hospital, name) for name in ORGANIZATION_COLUMNS},
        **{
            f"program.{name}": getattr(_program, name)
            for name in ("id", "code", "name", "starts_on", "ends_on", "foundation_id")
        },
    },
    [Sort(col(ServiceGroup.created_at), datetime.fromisoformat), Sort(col(ServiceGroup.id), UUID)],
    {
        "hospital": Join(_hospital, _hospital.id == ServiceGroup.hospital_id),
        "program": Join(_program, _program.id == ServiceGroup.program_id),
    },
    descending=True,
)


class GroupFilter(Input):
    """Which groups; every field narrows."""

    program: Annotated[Code | None, Blank] = None
    hospital: Annotated[UUID | None, Blank] = None
    client: Annotated[UUID | None, Blank] = None
    is_closed: bool | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a group."""

    sessions_held: int
    last_on: date | None
    planned_on: Mapping[int, date]
    plans: Mapping[int, str]
    members: Sequence[UUID]


@read("group.list")
async def groups_by_cursor(
    unit: Unit, wanted: Iterable[str], request: PageRequest, given: GroupFilter
) -> Page[RowMapping]:
    """Groups, the newest first."""
    return await GROUPS.page(unit, wanted, _conditions(given), request)


def _conditions(given: GroupFilter) -> list[Any]:
    where: list[Any] = []
    if given.program is not None:
        where.append(col(ServiceGroup.program_id).in_(select(Program.id).where(col(Program.code) == given.program)))
    if given.hospital is not None:
        where.append(col(ServiceGroup.hospital_id) == given.hospital)
    if given.client is not None:
        with_client = select(GroupMember.group_id).where(col(GroupMember.client_id) == given.client)
        where.append(col(ServiceGroup.id).in_(with_client))
    if given.is_closed is not None:
        closed = col(ServiceGroup.closed_on).is_not(None)
        where.append(closed if given.is_closed else ~closed)
    return where


@read("group.list")
async def beside_groups(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, Beside]:
    """What stands beside each of these groups, in three statements."""
    held = await sessions_of(unit, list(ids))
    planned, members = await planned_sessions(unit, ids), await members_of(unit, list(ids))
    return {
        group: Beside(
            sessions_held=held.get(group, _NONE_HELD)[0],
            last_on=held.get(group, _NONE_HELD)[1],
            planned_on=planned.get(group, _NONE_PLANNED)[0],
            plans=planned.get(group, _NONE_PLANNED)[1],
            members=members.get(group, ()),
        )
        for group in ids
    }
