"""Orders of releases that are on their way, and those that came to nothing: what whoever ordered one wants to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import col

from coord.access import system
from coord.kernel.sql import select
from coord.releases.tables import Release
from coord.work import Unit, begin, read
from coord.work.tables import OutboxJob

_LOOKER = system("release orders", "sees which builds of releases wait, run or were given up", "job.run")
BUILD, RESTATE = "releases.build", "releases.restate"
_MOST = 200


class OrderStage(StrEnum):
    """How far an order is. One that failed is tried again by itself until it is given up."""

    WAITING = "WAITING"
    BUILDING = "BUILDING"
    FAILED = "FAILED"
    GIVEN_UP = "GIVEN_UP"


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a quarter; ``reason``: the code of what went wrong, which names no record."""

    quarter: str
    stage: OrderStage
    ordered_at: datetime
    reason: str | None

    @property
    def is_open(self) -> bool:
        """Whether it may still end in a release by itself."""
        return self.stage is not OrderStage.GIVEN_UP


@read("release.list")
async def orders_of(unit: Unit, program_id: UUID) -> Sequence[Order]:
    """The newest order of each quarter that has come to no end yet, or was given up; the newest quarter first."""
    restated = select(Release.id, Release.period).where(col(Release.program_id) == program_id).limit(_MOST)
    periods = {str(key): period for key, period in await unit.rows(restated)}
    newest: dict[str, Order] = {}
    for row in await _open_rows():
        told = row.arguments
        is_of_program = row.job == BUILD and told.get("program") == str(program_id)
        quarter = told.get("quarter") if is_of_program else periods.get(str(told.get("release")))
        if quarter:
            newest.setdefault(quarter, Order(quarter, _stage(row), row.created_at, row.last_error))
    return sorted(newest.values(), key=lambda one: one.quarter, reverse=True)


async def _open_rows() -> Sequence[OutboxJob]:
    """Rows of the outbox belong to no organization: a narrow part of the system reads them, the newest first."""
    statement = (
        select(OutboxJob)
        .where(col(OutboxJob.job).in_((BUILD, RESTATE)), col(OutboxJob.done_at).is_(None))
        .order_by(col(OutboxJob.created_at).desc())
        .limit(_MOST)
    )
    async with begin(_LOOKER, read_only=True) as inside:
        found: Sequence[OutboxJob] = await inside.scalars(statement)
        return found


def _stage(row: OutboxJob) -> OrderStage:
    if row.parked_at is not None:
        return OrderStage.GIVEN_UP
    if row.last_error is not None:
        return OrderStage.FAILED
    return OrderStage.WAITING if row.enqueued_at is None else OrderStage.BUILDING
