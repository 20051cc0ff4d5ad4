"""Whether a hospital's month is still open: every area that writes facts of a day asks here."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, bindparam
from sqlmodel import col

from coord.kernel.errors import Invalid, Problem
from coord.kernel.sql import select
from coord.programs.tables import MonthLock
from coord.work import Unit, action, read
from coord.work.holding import hold

_LOCKED = select(MonthLock.month).where(
    col(MonthLock.program_id) == bindparam("program", type_=Uuid()),
    col(MonthLock.hospital_id) == bindparam("hospital", type_=Uuid()),
    col(MonthLock.month).in_(bindparam("months", expanding=True)),
)
"""Made once, as every writing asks it."""


def month_of_day(day: date) -> str:
    """``2026-11`` for a day."""
    return f"{day:%Y-%m}"


def next_month(month: str) -> str:
    """The month after ``2026-11``."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    return f"{year:04d}-{number + 1:02d}"


def _name(program_id: UUID, hospital_id: UUID, month: str) -> str:
    return f"month/{program_id}/{hospital_id}/{month}"


@read("program.list")
async def locked_months(
    unit: Unit, program_id: UUID, hospital_id: UUID, months: Iterable[str], *, for_writing: bool = False
) -> Collection[str]:
    """Which of these months are locked; ``for_writing`` they stay as they are until the unit ends."""
    wanted = sorted(set(months))
    if for_writing:
        for month in wanted:
            await hold(unit, _name(program_id, hospital_id, month), alone=False)
    return set(await unit.scalars(_LOCKED, program=program_id, hospital=hospital_id, months=wanted))


@read("program.list")
async def check_month_open(unit: Unit, program_id: UUID, hospital_id: UUID, day: date, field: str) -> None:
    """Before a fact of a day is written. Raises ``Invalid`` when the day's month is locked."""
    month = month_of_day(day)
    if await locked_months(unit, program_id, hospital_id, [month], for_writing=True):
        raise Invalid(Problem(field, "MONTH_LOCKED", {"month": month}))


@read("program.list")
async def open_month_from(unit: Unit, program_id: UUID, hospital_id: UUID, day: date) -> str:
    """The first month from a day on that is not locked: where corrections of locked months are booked."""
    month = month_of_day(day)
    while await locked_months(unit, program_id, hospital_id, [month], for_writing=True):
        month = next_month(month)
    return month


@action("month.lock")
async def lock_month(unit: Unit, program_id: UUID, hospital_id: UUID, month: str) -> None:
    """Close a month for good; waits for whoever is just writing into it."""
    await hold(unit, _name(program_id, hospital_id, month), alone=True)
    unit.add(MonthLock(program_id=program_id, hospital_id=hospital_id, month=month, locked_at=unit.started_at))
    await unit.session.flush()
