"""Lists that leave the house as spreadsheets: pseudonyms only, capped, each one on the trail."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord import audit
from coord.clients import disclosure
from coord.clients.borders import refuse_taking_abroad
from coord.contacts import CONTACTS, ContactFilter, count_contacts
from coord.contacts.reads import conditions
from coord.contacts.tables import ServiceContact
from coord.kernel.errors import Invalid, Problem
from coord.kernel.paging import PageRequest, decode_cursor
from coord.kernel.sql import select
from coord.measures.counting import person_times_of, rules_on
from coord.measures.definitions import MEASURES
from coord.measures.inputs import MeasureQuery
from coord.measures.progress import HospitalProgress, ProgressQuery, hospital_progress
from coord.measures.ratios import QUANTILES
from coord.measures.reads import MeasureTable, measure_table
from coord.work import Unit, action
from coord.work.pace import Pace, keep_pace

MAX_ROWS = 100_000
_AT_ONCE = 5_000
_MOST_HOSPITALS = 2000
_COLUMNS = (
    "occurred_on", "hospital.code", "hospital.name", "client.code", "service_code", "stage", "target",
    "duration_minutes", "heads_present", "family_present", "worker.display_name", "attendance", "source",
    "recorded_at", "program.time_zone",
)  # fmt: skip


@action("contact.export")
async def export_contacts(unit: Unit, given: ContactFilter) -> Sequence[Mapping[str, Any]]:
    """The contacts of a filter, newest service first, each with its person-times.

    Raises ``Invalid`` when there are more than a spreadsheet should hold, and across a border.
    """
    await keep_pace(unit, Pace.EXPORTS)
    if await count_contacts(unit, given) > MAX_ROWS:
        raise Invalid(Problem("", "EXPORT_TOO_LARGE", {"limit": MAX_ROWS}))
    await refuse_taking_abroad(unit, await _hospitals(unit, given))
    rows: list[Mapping[str, Any]] = []
    request = PageRequest(_AT_ONCE)
    while True:
        page = await CONTACTS.page(unit, _COLUMNS, conditions(given), request)
        rows += map(_for_people, page.rows)
        if not page.has_next:
            break
        request = PageRequest(_AT_ONCE, decode_cursor(page.cursors[-1], width=len(CONTACTS.order)))
    scope = given.model_dump(mode="json", exclude_defaults=True)
    told = {"rows": len(rows), "rules": _version(unit), "notice": disclosure.version()}
    audit.record_export(unit, "service_contact", {**scope, **told})
    return rows


async def _hospitals(unit: Unit, given: ContactFilter) -> Sequence[UUID]:
    statement = select(col(ServiceContact.hospital_id)).where(*conditions(given)).distinct().limit(_MOST_HOSPITALS)
    found: Sequence[UUID] = await unit.scalars(statement)
    return found


def _for_people(row: RowMapping) -> Mapping[str, Any]:
    """A row with its person-times, and the moment of its entry as the program's clock showed it."""
    recorded = row["recorded_at"].astimezone(ZoneInfo(row["program.time_zone"])).replace(tzinfo=None)
    return {**row, "person_times": person_times_of(row), "recorded_at": recorded}


@action("contact.export")
async def export_measures(unit: Unit, query: MeasureQuery) -> MeasureTable:
    """The numbers of a query. Raises ``NotFound`` for a foreign program."""
    await keep_pace(unit, Pace.EXPORTS)
    table = await measure_table(unit, query, (*MEASURES, *QUANTILES))
    scope = query.model_dump(mode="json", exclude_defaults=True)
    audit.record_export(unit, "measure", {**scope, "rows": len(table.rows), "rules": table.rules_version})
    return table


@action("contact.export")
async def export_hospitals(unit: Unit, query: ProgressQuery) -> Sequence[HospitalProgress]:
    """The hospitals of a program as they stand, worst first. Raises ``NotFound``."""
    await keep_pace(unit, Pace.EXPORTS)
    progress = await hospital_progress(unit, query)
    scope = query.model_dump(mode="json", exclude_defaults=True)
    audit.record_export(unit, "hospital", {**scope, "rows": len(progress), "rules": _version(unit)})
    return progress


def _version(unit: Unit) -> str:
    return rules_on(unit.started_at.date()).version
