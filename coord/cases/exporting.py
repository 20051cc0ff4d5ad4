"""A whole case for a spreadsheet: every form in its own words. Leaving the house, it is on the trail."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from coord import audit
from coord.cases.viewing import CaseView, Page, case_view
from coord.clients import identities
from coord.clients.borders import refuse_taking_abroad
from coord.clients.disclosure import version
from coord.clients.record.reads import records
from coord.clients.tables import Client
from coord.contacts import ContactFilter, contacts_on_page, notes
from coord.contacts.process.inputs import PROCESS_FIELDS
from coord.contacts.process.reads import ProcessSheet, process_sheets
from coord.kernel.clock import local_date
from coord.programs.tables import Program
from coord.work import Unit, action
from coord.work.pace import Pace, keep_pace

MOST_CONTACTS = 1000
_CONTACT = ("occurred_on", "service_code", "duration_minutes", "attendance", "worker.display_name")
_HIDDEN = {"id", "case_id", "words", "position", "assessor_id", "received_by_id", "submitted_by_id", "decided_by_id"}
Said = str | int | bool | date | tuple[str, ...] | None
"""A code stands first in a tuple, with what follows it: a door says it in the reader's words."""
Line = tuple[str, str, Said]
"""The part of the case, the name of the field, what it says."""


@action("case.export")
async def export_case(unit: Unit, case_id: UUID) -> tuple[CaseView, Sequence[Line]]:
    """A case and its lines, form by form. Raises ``NotFound`` for cases of others, ``Invalid`` across a border."""
    await keep_pace(unit, Pace.EXPORTS)
    view = await case_view(unit, case_id)
    await refuse_taking_abroad(unit, [view.case.hospital_id], view.case.client_id)
    given = ContactFilter(with_client=view.case.client_id, from_day=view.case.received_on, to_day=view.case.closed_on)
    contacts = await contacts_on_page(unit, _CONTACT, given, page=1, size=MOST_CONTACTS)
    said = await notes(unit, [row["id"] for row in contacts])
    person = await _person(unit, view.case.client_id)
    zone = (await unit.find(Program, view.case.program_id)).time_zone
    sheets = await process_sheets(unit, [row["id"] for row in contacts])
    lines = [*person, *_forms(view), *_files(view, zone), *_contacts(contacts, said, sheets), *_history(view, zone)]
    audit.record_reading(unit, "case.export", "client", [view.case.client_id])
    audit.record_export(unit, "case_file", {"case": case_id, "rows": len(lines), "notice": version()})
    return view, lines


async def _person(unit: Unit, client: UUID) -> Sequence[Line]:
    """The record of the client, as far as it was filled in."""
    row = await unit.find(Client, client)
    plain = {"code": row.code, "gender": row.gender, "district": row.district}
    facts = {
        **plain,
        **(await identities(unit, [client])).get(client, {}),
        **(await records(unit, [client])).get(client, {}),
    }
    return [("record", name, _plain(value)) for name, value in facts.items() if value is not None]


def _plain(value: Any) -> Said:
    if isinstance(value, StrEnum):
        return value.value
    return value if isinstance(value, (str, int, date)) or value is None else str(value)


def _page(part: str, page: Page | None) -> Iterator[Line]:
    if page is None:
        return
    columns = {name: getattr(page.row, name) for name in type(page.row).model_fields}
    facts: Mapping[str, Any] = {**columns, **page.words}
    for name, value in facts.items():
        if name not in _HIDDEN and value is not None and not isinstance(value, (bytes, datetime)):
            yield part, name, _plain(value)


def _forms(view: CaseView) -> Iterator[Line]:
    yield from _page("intake", view.intake)
    yield from _page("assessment", view.assessment)
    yield from _page("plan", view.plan)
    for goal in view.goals:
        yield from _page("goals", goal)
    yield from _page("closing", view.closing)
    for look in view.follow_ups:
        yield from _page("follow_up", look)


def _files(view: CaseView, zone: str) -> Iterator[Line]:
    """What is attached; the files themselves are saved one by one."""
    for file in view.attachments:
        day = local_date(file.attached_at, zone).isoformat()
        yield "attachments", day, (file.kind.value, file.name, file.attached_by)


def _contacts(rows: Sequence[Any], said: Mapping[UUID, str], sheets: Mapping[UUID, ProcessSheet]) -> Iterator[Line]:
    """Every service with what was written about it; its process record follows, fact by fact."""
    for row in reversed(rows):
        told = (
            row["service_code"].value,
            str(row["duration_minutes"]),
            row["worker.display_name"],
            said.get(row["id"], ""),
        )
        yield "process", row["occurred_on"].isoformat(), told
        sheet = sheets.get(row["id"])
        for name in PROCESS_FIELDS if sheet is not None else ():
            if (value := getattr(sheet, name)) is not None:
                yield "process_record", name, _plain(value)


def _history(view: CaseView, zone: str) -> Iterator[Line]:
    """Every step on the day that the program's calendar showed (CR-10)."""
    for step in reversed(view.steps):
        yield "history", local_date(step.at, zone).isoformat(), (step.event.value, step.by, step.reason)
