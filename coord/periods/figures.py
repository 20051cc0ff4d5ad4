"""The figures of a month: live, as they were locked, and what corrections changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.contacts.adjusting import adjustments
from coord.kernel.sql import select
from coord.measures import NOT_GIVEN, Dimension, measure_table
from coord.measures.reads import MeasureRow
from coord.periods.places import MonthPlace
from coord.periods.rules import differences, digest
from coord.periods.tables import MonthReport, MonthSnapshot
from coord.work import Unit, read

_KEPT_BY = (Dimension.SERVICE_CODE, Dimension.TARGET, Dimension.STAGE)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month as originally reported and as corrected; without a lock there is only the live count."""

    corrected: Mapping[str, int]
    by_service: Sequence[MeasureRow]
    reported: Mapping[str, int] | None
    reported_at: datetime | None
    hash: str | None
    is_intact: bool
    changed: Mapping[str, int]
    notes: Sequence[RowMapping]


@read("measure.read")
async def figures_of(unit: Unit, place: MonthPlace) -> tuple[str, dict[str, Any]]:
    """The version of the counting rules, and everything that is kept of a month when it is locked."""
    kept: dict[str, Any] = {"month": place.month, "hospital": place.hospital_code, "program": place.program.code}
    whole = await measure_table(unit, place.query())
    kept["total"] = dict(whole.total)
    for dimension in _KEPT_BY:
        table = await measure_table(unit, place.query(dimension))
        kept[dimension.lower()] = {row.key[0].key: dict(row.figures) for row in table.rows}
    return whole.rules_version, kept


@read("measure.read")
async def month_figures(unit: Unit, place: MonthPlace) -> MonthFigures:
    """The month's figures with what was locked, what corrections changed since, and their notes."""
    live = await measure_table(unit, place.query(Dimension.SERVICE_CODE))
    # Cases belong to no service.
    services = [row for row in live.rows if row.key[0].key != NOT_GIVEN]
    statement = (
        select(MonthSnapshot)
        .join(MonthReport, col(MonthReport.id) == col(MonthSnapshot.id))
        .where(
            col(MonthReport.program_id) == place.program.id,
            col(MonthReport.hospital_id) == place.hospital_id,
            col(MonthReport.month) == place.month,
        )
    )
    locked: MonthSnapshot | None = await unit.scalar(statement)
    if locked is None:
        return MonthFigures(live.total, services, None, None, None, is_intact=True, changed={}, notes=())
    reported = locked.figures["total"]
    return MonthFigures(
        corrected=live.total,
        by_service=services,
        reported=reported,
        reported_at=locked.taken_at,
        hash=locked.hash,
        is_intact=digest(locked.figures) == locked.hash,
        changed=differences(reported, live.total),
        notes=await adjustments(unit, place.program.id, refers_to=place.month, hospital=place.hospital_id),
    )
