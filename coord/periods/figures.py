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
from coord.measures.rows import MeasureRow
from coord.periods.places import MonthPlace
from coord.periods.rules import differences, digest
from coord.periods.tables import MonthReport, MonthSnapshot
from coord.work import Unit, read

REPORTED = (
    "contacts", "person_times", "persons", "identified_heads", "sessions", "groups", "events", "minutes",
    "attempts_not_delivered", "cases_opened", "cases_reopened", "cases_taken_over", "cases_active", "cases_closed",
    "referrals_sent",
)  # fmt: skip
"""What a month reports: what happened in it. What becomes of it later is no correction of the month."""
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
    whole = await measure_table(unit, place.query(), REPORTED)
    kept["total"] = _reported(whole.total)
    for dimension in _KEPT_BY:
        table = await measure_table(unit, place.query(dimension), REPORTED)
        kept[dimension.lower()] = {row.key[0].key: _reported(row.figures) for row in table.rows}
    return whole.rules_version, kept


def _reported(figures: Mapping[str, int]) -> dict[str, int]:
    return {name: figures[name] for name in REPORTED}


@read("measure.read")
async def month_figures(unit: Unit, place: MonthPlace) -> MonthFigures:
    """The month's figures with what was locked, what corrections changed since, and their notes."""
    live = await measure_table(unit, place.query(Dimension.SERVICE_CODE), REPORTED)
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
        return MonthFigures(_reported(live.total), services, None, None, None, is_intact=True, changed={}, notes=())
    reported = locked.figures["total"]
    return MonthFigures(
        corrected=_reported(live.total),
        by_service=services,
        reported=reported,
        reported_at=locked.taken_at,
        hash=locked.hash,
        is_intact=digest(locked.figures) == locked.hash,
        changed=_changed(reported, live.total),
        notes=await adjustments(unit, place.program.id, refers_to=place.month, hospital=place.hospital_id),
    )


def _changed(reported: Mapping[str, int], live: Mapping[str, int]) -> Mapping[str, int]:
    """What corrections changed of what was reported; a figure that a month of long ago did not know is none."""
    known = [name for name in REPORTED if name in reported]
    return differences({name: reported[name] for name in known}, {name: live[name] for name in known})
