"""Programs that the actor's organizations take part in."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.kernel.clock import local_date
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.kernel.text import sort_key
from coord.organizations.tables import ORGANIZATION_COLUMNS, Organization
from coord.programs.tables import Part, Participation, Program
from coord.work import Unit, read
from coord.work.listing import Join, Listing, Sort, another

_MOST_PARTICIPANTS = 500
_foundation = another(Organization, "foundation")

PROGRAMS = Listing(
    "program.list",
    Program,
    {
        "id": Program.id,
        "code": Program.code,
        "name": Program.name,
        "starts_on": Program.starts_on,
        "ends_on": Program.ends_on,
        "time_zone": Program.time_zone,
        "foundation_id": Program.foundation_id,
        **{f"foundation.{name}": getattr(_foundation, name) for name in ORGANIZATION_COLUMNS},
    },
    [Sort(col(Program.code), str), Sort(col(Program.id), UUID)],
    {"foundation": Join(_foundation, _foundation.id == Program.foundation_id)},
)


@read("program.list")
async def programs(unit: Unit, wanted: Iterable[str], request: PageRequest) -> Page[RowMapping]:
    """Programs by code."""
    return await PROGRAMS.page(unit, wanted, [], request)


@read("program.list")
async def take_part(unit: Unit, organizations: Sequence[UUID], program_id: UUID) -> bool:
    """Whether these are different organizations that all take part in the program."""
    statement = select(func.count(func.distinct(Participation.organization_id))).where(
        col(Participation.organization_id).in_(organizations), col(Participation.program_id) == program_id
    )
    return int(await unit.scalar(statement) or 0) == len(organizations)


@read("program.list")
async def participants(unit: Unit, program_id: UUID, parts: Collection[Part]) -> Sequence[tuple[UUID, str]]:
    """Id and name of the organizations that take part in one of these ways on the program's own day, by name."""
    today = local_date(unit.started_at, (await unit.find(Program, program_id)).time_zone)
    statement = (
        select(Organization.id, Organization.name)
        .join(Participation, col(Participation.organization_id) == col(Organization.id))
        .where(
            col(Participation.program_id) == program_id,
            col(Participation.part).in_(parts),
            col(Participation.starts_on) <= today,
            col(Participation.ends_on).is_(None) | (col(Participation.ends_on) >= today),
        )
        .distinct()
        .limit(_MOST_PARTICIPANTS)
    )
    found = [(organization, name) for organization, name in await unit.rows(statement)]
    return sorted(found, key=lambda pair: sort_key(pair[1]))
