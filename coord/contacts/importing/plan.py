"""What will become of every row, decided before anything is written. Pure but for the last read."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from coord.contacts.codes import ROSTER_CODES, ServiceCode
from coord.contacts.importing.headers import Column
from coord.contacts.importing.place import Place, check_title, import_place, stored_keys
from coord.contacts.importing.reasons import Fault, Reason
from coord.contacts.importing.rows import Customs, Entry, read_record
from coord.contacts.importing.sheet import Record, Workbook
from coord.contacts.inputs import LogContact
from coord.contacts.rules import check_contact
from coord.kernel.clock import local_date
from coord.kernel.errors import Invalid, Problem
from coord.programs.month_locks import locked_months
from coord.work import Unit, read

_NOBODY_YET = uuid.UUID(int=0)
_COLUMNS = {
    "occurred_on": Column.DATE, "client": Column.CLIENT, "attendees": Column.CLIENT, "note": Column.NOTE,
    "duration_minutes": Column.MINUTES, "anonymous_count": Column.HEADS, "family_present": Column.FAMILY,
    "co_workers": Column.WORKER, "stage": Column.STAGE, "service_code": Column.SERVICE,
}  # fmt: skip
_REASONS = {
    ("duration_minutes", "TOO_SMALL"): Reason.BAD_DURATION,
    ("anonymous_count", "NOBODY_PRESENT"): Reason.BAD_HEADCOUNT,
}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row with the service it tells of, or with what is wrong; ``of`` is the number of its kept twin."""

    line: int
    number: int
    entry: Entry | None = None
    given: LogContact | None = None
    key: str = ""
    faults: tuple[Fault, ...] = ()
    of: int | None = None
    is_there: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether the row becomes, or already is, a contact."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows of a workbook for one hospital and month, in the order of the sheet."""

    place: Place
    month: str
    rows: Sequence[PlannedRow]


@read("contact.import")
async def plan_import(unit: Unit, book: Workbook, program: str, hospital: UUID, month: str | None = None) -> Plan:
    """Decide about every row; a month that is given wins over the title's.

    Raises ``Invalid`` when the actor may not import there, the title names another hospital, or
    nothing names a month.
    """
    place = await import_place(unit, program, hospital)
    await check_title(unit, book, place)
    chosen = month or book.month
    if chosen is None:
        raise Invalid(Problem("month", "FILE_NAMES_NO_MONTH"))
    rows = judge(book, place, chosen, unit.started_at)
    stored = await stored_keys(unit, hospital, {row.key for row in rows if row.is_accepted})
    locked = bool(await locked_months(unit, place.program.id, hospital, [chosen]))
    return Plan(place, chosen, [_beside_stored(row, stored, locked=locked) for row in rows])


def _beside_stored(row: PlannedRow, stored: Mapping[str, bool], *, locked: bool) -> PlannedRow:
    """A row that is there already stays so, also in a locked month; a new one is refused there."""
    if not row.is_accepted:
        return row
    if row.key not in stored:
        return replace(row, faults=(Fault(Column.DATE, Reason.MONTH_LOCKED),)) if locked else row
    if stored[row.key]:
        return replace(row, faults=(Fault(Column.NUMBER, Reason.WITHDRAWN_BEFORE),))
    return replace(row, is_there=True)


def judge(book: Workbook, place: Place, month: str, now: datetime) -> list[PlannedRow]:
    """Every row read, checked by the rules of a logged contact, and compared with the rows above it."""
    customs = Customs(
        month=month,
        this_year=local_date(now, place.program.time_zone).year,
        names=place.names,
        default_worker=book.filled_by,
        columns=frozenset(book.columns),
    )
    kept: dict[str, int] = {}
    rows = []
    for record in book.records:
        row = _judged(record, customs, place, now)
        if row.is_accepted and row.key in kept:
            first = kept[row.key]
            twin = Fault(Column.NUMBER, Reason.DUPLICATE_OF_ROW, {"row": first})
            row = replace(row, faults=(twin,), of=first)
        elif row.is_accepted:
            kept[row.key] = row.number
        rows.append(row)
    return rows


def _judged(record: Record, customs: Customs, place: Place, now: datetime) -> PlannedRow:
    read_row = read_record(record, customs)
    row = PlannedRow(record.line, record.number)
    if not isinstance(read_row, Entry):
        return replace(row, faults=tuple(read_row))
    if (impossible := _wrong_heads(read_row)) is not None:
        return replace(row, entry=read_row, faults=(impossible,))
    key = read_row.key(place.program.code)
    try:
        given = as_contact(read_row, place.program.code, key, client=_NOBODY_YET)
        around = place.surroundings(read_row.workers[0], read_row.occurred_on, now)
        problems: Sequence[Problem] = check_contact(given, around)
    except Invalid as refused:
        return replace(row, entry=read_row, faults=tuple(map(_fault, refused.problems)))
    return replace(row, entry=read_row, given=given, key=key, faults=tuple(map(_fault, problems)))


def _fault(problem: Problem) -> Fault:
    known = _REASONS.get((problem.field, problem.code))
    spelled = problem.code.lower()
    reason = known or (Reason(spelled) if spelled in set(Reason) else Reason.NOT_VALID)
    return Fault(_COLUMNS.get(problem.field, Column.NOTE), reason, dict(problem.arguments))


def _wrong_heads(entry: Entry) -> Fault | None:
    """Nobody present, but the client named as taking part, or relatives without the client."""
    nobody = entry.took_place and entry.heads == 0 and bool(entry.person.code)
    if nobody and (entry.family or entry.service_code in ROSTER_CODES):
        return Fault(Column.HEADS, Reason.BAD_HEADCOUNT)
    return None


def as_contact(entry: Entry, program: str, key: str, *, client: UUID, co_workers: Sequence[UUID] = ()) -> LogContact:
    """The entry as the input that a form or an API client would send. Raises ``Invalid``."""
    return LogContact.parse(
        {
            "idempotency_key": uuid.uuid5(uuid.NAMESPACE_OID, key),
            "program": program,
            "service_code": entry.service_code,
            "stage": entry.stage,
            "occurred_on": entry.occurred_on,
            "duration_minutes": entry.minutes,
            "attendance": entry.attendance,
            "co_workers": tuple(co_workers),
            "note": entry.note,
            **_people(entry, client),
        }
    )


def _people(entry: Entry, client: UUID) -> dict[str, Any]:
    """Who was there: the known client is one of the heads, the others are anonymous."""
    is_known, is_roster = bool(entry.person.code), entry.service_code in ROSTER_CODES
    named: dict[str, Any] = {}
    if is_known:
        named = {"attendees": (client,)} if is_roster else {"client": client}
    if not entry.took_place:
        is_member = is_known and entry.service_code is ServiceCode.GROUP_SESSION
        return {"absentees": (client,)} if is_member else {} if is_roster else named
    told = entry.heads if entry.heads is not None else int(is_known or bool(entry.person.name))
    return named | {
        "anonymous_count": max(told - is_known, 0),
        "family_present": entry.family,
        "collateral": is_known and told == 0,
    }
