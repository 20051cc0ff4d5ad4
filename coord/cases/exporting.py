"""A whole case for a spreadsheet: every form in its own words. Leaving the house, it is on the trail."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from coord import audit
from coord.cases.viewing import CaseView, Page, case_view
from coord.contacts import ContactFilter, contacts_on_page, notes
from coord.work import Unit, action
from coord.work.pace import Pace, keep_pace

MOST_CONTACTS = 1000
_CONTACT = ("occurred_on", "service_code", "duration_minutes", "attendance", "worker.display_name")
_HIDDEN = {"id", "case_id", "words", "position", "assessor_id", "received_by_id", "submitted_by_id", "decided_by_id"}
Line = tuple[str, str, str | int | date | None]
"""The part of the case, the name of the field, what it says."""


@action("case.export")
async def export_case(unit: Unit, case_id: UUID) -> tuple[CaseView, Sequence[Line]]:
    """A case and its lines, form by form. Raises ``NotFound`` for cases of others."""
    await keep_pace(unit, Pace.EXPORTS)
    view = await case_view(unit, case_id)
    given = ContactFilter(with_client=view.case.client_id, from_day=view.case.received_on, to_day=view.case.closed_on)
    contacts = await contacts_on_page(unit, _CONTACT, given, page=1, size=MOST_CONTACTS)
    said = await notes(unit, [row["id"] for row in contacts])
    lines = [*_forms(view), *_contacts(contacts, said), *_history(view)]
    audit.record_reading(unit, "case.export", "client", [view.case.client_id])
    audit.record_export(unit, "case_file", {"case": case_id, "rows": len(lines)})
    return view, lines


def _plain(value: Any) -> str | int | date | None:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, bool):
        return "1" if value else ""
    return value if isinstance(value, (str, int, date)) or value is None else str(value)


def _page(part: str, page: Page | None) -> Iterator[Line]:
    if page is None:
        return
    facts: Mapping[str, Any] = {**page.row.model_dump(), **page.words}
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


def _contacts(rows: Sequence[Any], said: Mapping[UUID, str]) -> Iterator[Line]:
    for row in reversed(rows):
        what = f"{row['service_code']} · {row['duration_minutes']} · {row['worker.display_name']}"
        yield "process", row["occurred_on"].isoformat(), f"{what} · {said[row['id']]}" if row["id"] in said else what


def _history(view: CaseView) -> Iterator[Line]:
    for step in reversed(view.steps):
        told = f"{step.event} · {step.by}"
        yield "history", step.at.date().isoformat(), f"{told} · {step.reason}" if step.reason else told
