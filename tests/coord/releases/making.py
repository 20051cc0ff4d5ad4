"""Releases of the cast's program in as few words as possible: two hospitals, locked months, people seen."""

from uuid import UUID

from sqlmodel import col

from coord.access import Actor, Grant, Role, system
from coord.kernel.sql import select
from coord.programs import ProgramFacts
from coord.programs.quarters import days_of, months_of
from coord.programs.tables import MonthLock
from coord.releases import MoveRelease, ReleaseMove, build_release, move_release
from coord.releases.counting import Whole
from coord.releases.ordering import hospitals_of
from coord.work import begin
from tests.coord.making import contact, log
from tests.world import (
    BUILDER,
    FOUNDATION,
    LIN,
    NORTH,
    PROGRAM,
    PROGRAM_ID,
    SOUTH,
    SOUTH_QIAN,
    SOUTH_ZHAO,
    STARTS,
    cast,
    fixed,
)

QUARTER = "2026Q3"
COUNTER = system(
    "test releases",
    "builds releases as the job does",
    "release.count",
    "release.list",
    "measure.read",
    "release.read",
    "job.run",
)
OSCAR = Actor.of(
    fixed("user/petra"), "Petra", "en", [Grant(FOUNDATION, Role.PROGRAM_OFFICER, FOUNDATION)],
    {"PROGRAMS_RUN": (PROGRAM_ID,)},
)  # fmt: skip
"""A second officer: whoever reviewed does not publish."""


def whole(quarter: str = QUARTER) -> Whole:
    """A quarter of the cast's program, to be counted."""
    facts = ProgramFacts(PROGRAM_ID, PROGRAM, "", "Asia/Shanghai", STARTS, None, FOUNDATION)
    return Whole(facts, quarter, {NORTH, SOUTH})


async def lock(quarter: str = QUARTER, *hospitals: UUID) -> None:
    """Lock every month of a quarter that is open."""
    async with begin(BUILDER) as unit:
        held = select(MonthLock.hospital_id, MonthLock.month).where(col(MonthLock.program_id) == PROGRAM_ID)
        locked = {(hospital, month) for hospital, month in await unit.rows(held)}
        wanted = {(hospital, month) for hospital in hospitals or (NORTH, SOUTH) for month in months_of(quarter)}
        unit.add(
            *(MonthLock(program_id=PROGRAM_ID, hospital_id=place, month=month) for place, month in wanted - locked)
        )


async def seen() -> None:
    """Lin twice in the quarter and once before, Zhao and Qian once in it; fifty heads at an event of North."""
    await log(contact(client=str(LIN), occurred_on="2026-05-04"))
    await log(contact(client=str(LIN), occurred_on="2026-07-06"))
    await log(contact(client=str(LIN), occurred_on="2026-08-06", family_present=1))
    await log(contact(client=str(SOUTH_ZHAO), occurred_on="2026-09-02"), cast.nia)
    await log(contact(client=str(SOUTH_QIAN), occurred_on="2026-09-03"), cast.nia)
    await log(contact(client=None, service_code="COMMUNITY_EVENT", occurred_on="2026-09-09", anonymous_count=50))


async def build(quarter: str = QUARTER) -> UUID | None:
    """What the job does, once every month of the quarter is locked."""
    async with begin(COUNTER, read_only=True) as unit:
        places = [one.id for one in await hospitals_of(unit, PROGRAM_ID, *days_of(quarter))]
    await lock(quarter, *places)
    async with begin(COUNTER) as unit:
        return await build_release(unit, PROGRAM_ID, quarter, fixed("user/ola"))


async def move(who: Actor, release: UUID, step: ReleaseMove) -> None:
    """One step of one person."""
    async with begin(who) as unit:
        await move_release(unit, MoveRelease.parse({"release": str(release), "move": step}))


async def published(quarter: str = QUARTER) -> UUID:
    """A release that two officers brought to the public."""
    await lock(quarter)
    made = await build(quarter)
    assert made is not None
    await move(cast.ola, made, ReleaseMove.REVIEW)
    await move(OSCAR, made, ReleaseMove.PUBLISH)
    return made
