"""From a record to a service: every cell read, all faults of a row told at once. Pure."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from coord.clients.codes import CareStage, Gender
from coord.contacts.codes import AttendanceStatus, ServiceCode
from coord.contacts.importing import cells
from coord.contacts.importing.headers import Column
from coord.contacts.importing.names import name_key
from coord.contacts.importing.reasons import BadCell, Fault, Reason
from coord.contacts.importing.sheet import Record
from coord.contacts.inputs import MAX_FAMILY, MAX_HEADS, MAX_MINUTES

ValueT = TypeVar("ValueT")
_MAX_CODE, _MAX_NAME, _MAX_WORKERS = 40, 100, 11


@dataclass(frozen=True, slots=True)
class Customs:
    """How a workbook's cells are to be understood."""

    month: str
    this_year: int
    names: Mapping[str, ServiceCode]
    default_worker: str | None
    columns: frozenset[StrEnum]


@dataclass(frozen=True, slots=True)
class Person:
    """What a row says about the client, for registering one whom the hospital does not know yet."""

    code: str
    name: str
    gender: Gender
    birth_year: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row whose cells could all be read. ``heads`` is None where the cell was empty."""

    number: int
    line: int
    occurred_on: date
    person: Person
    service_code: ServiceCode
    stage: CareStage | None
    minutes: int
    heads: int | None
    family: int
    workers: tuple[str, ...]
    attendance: AttendanceStatus
    note: str

    @property
    def took_place(self) -> bool:
        """Whether the service was delivered."""
        return self.attendance is AttendanceStatus.ATTENDED

    def key(self, program: str) -> str:
        """SHA-256 of the content without the row's number: the same service is imported once.

        A client is meant by the code; the name tells rows without a code apart.
        """
        who = self.person.code or f"name:{self.person.name}"
        content = [
            program, self.occurred_on.isoformat(), who, self.service_code, self.stage, self.minutes, self.heads,
            self.family, self.workers, self.attendance, self.note,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def read_record(record: Record, customs: Customs) -> Entry | list[Fault]:
    """The service that a row tells of, or everything that is wrong with it in the order of the sheet."""
    faults: list[Fault] = []

    def read(column: Column, parse: Callable[[str], ValueT]) -> ValueT | None:
        try:
            return parse(record.get(column))
        except BadCell as bad:
            faults.append(Fault(column, bad.reason, bad.arguments))
            return None

    found: dict[str, Any] = {
        "occurred_on": read(Column.DATE, lambda c: _day(c, customs)),
        "person": _person(read, customs),
        "service_code": read(Column.SERVICE, lambda c: _service(c, customs)),
        "stage": read(Column.STAGE, cells.stage),
        "minutes": read(Column.MINUTES, lambda c: cells.minutes(c, most=MAX_MINUTES)),
        "heads": read(Column.HEADS, lambda c: cells.heads(c, most=MAX_HEADS)),
        "family": read(Column.FAMILY, lambda c: cells.heads(c, most=MAX_FAMILY)) or 0,
        "workers": read(Column.WORKER, lambda c: _workers(c, customs)),
        "attendance": read(Column.ATTENDANCE, lambda c: _attendance(c, customs)),
        "note": cells.prose(record.get(Column.NOTE)),
    }
    if faults:
        return faults
    if found["minutes"] is None:
        if found["attendance"] is AttendanceStatus.ATTENDED:
            return [Fault(Column.MINUTES, Reason.BAD_DURATION)]
        found["minutes"] = 0
    return Entry(number=record.number, line=record.line, **found)


Read = Callable[[Column, Callable[[str], Any]], Any]


def _person(read: Read, customs: Customs) -> Person:
    return Person(
        code=read(Column.CLIENT, lambda c: cells.line(c, limit=_MAX_CODE, reason=Reason.BAD_CLIENT)),
        name=read(Column.NAME, lambda c: cells.line(c, limit=_MAX_NAME, reason=Reason.BAD_NAME)),
        gender=read(Column.GENDER, cells.gender),
        birth_year=read(Column.BIRTH_YEAR, lambda c: cells.birth_year(c, customs.this_year)),
    )


def _day(cell: str, customs: Customs) -> date:
    found = cells.day(cell, customs.month)
    if f"{found:%Y-%m}" != customs.month:
        raise BadCell(Reason.DATE_OUTSIDE_MONTH, month=customs.month)
    return found


def _service(cell: str, customs: Customs) -> ServiceCode:
    name = name_key(cells.plain(cell))
    if not name:
        raise BadCell(Reason.MISSING_SERVICE)
    if name not in customs.names:
        raise BadCell(Reason.UNKNOWN_SERVICE, name=cells.plain(cell)[:60])
    return customs.names[name]


def _workers(cell: str, customs: Customs) -> tuple[str, ...]:
    named = cells.workers(cell) or ((customs.default_worker,) if customs.default_worker else ())
    if not named:
        raise BadCell(Reason.MISSING_WORKER)
    if len(named) > _MAX_WORKERS or any(len(name) > _MAX_NAME for name in named):
        raise BadCell(Reason.BAD_WORKER)
    for name in named:
        cells.line(name, limit=_MAX_NAME, reason=Reason.BAD_WORKER)
    return named


def _attendance(cell: str, customs: Customs) -> AttendanceStatus:
    if Column.ATTENDANCE not in customs.columns:
        return AttendanceStatus.ATTENDED
    return cells.attendance(cell)
