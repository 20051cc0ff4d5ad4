"""What became of the rows, as it is stored with an import: numbers and reasons, nothing of a person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from coord.clients.codes import ClientFact
from coord.contacts.codes import AttendanceStatus, ServiceCode, ServiceTarget
from coord.contacts.importing.headers import Column
from coord.contacts.importing.people.headers import PersonColumn
from coord.contacts.importing.plan import Plan, PlannedRow
from coord.contacts.importing.reasons import Fault, Reason
from coord.contacts.rules import people_present, target_of


class Fate(StrEnum):
    """What became of a row (or would, in a dry run)."""

    ADDED = "ADDED"
    ALREADY_THERE = "ALREADY_THERE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class CountedRow:
    """The facts of an accepted row that numbers are made of. ``who`` numbers the clients of one workbook."""

    occurred_on: date
    service_code: ServiceCode
    target: ServiceTarget
    attendance: AttendanceStatus
    heads_present: int
    minutes: int
    workers: int
    who: int | None


@dataclass(frozen=True, slots=True)
class RowFate:
    """One row: its place in the sheet, its 序号, its fate, and the facts or the faults."""

    line: int
    row: int
    fate: Fate
    facts: CountedRow | None = None
    faults: tuple[Fault, ...] = ()
    of: int | None = None
    code: str | None = None
    """The code of the client whom a row of people made, or had made before."""
    lacks: tuple[ClientFact, ...] = ()
    """What every file must say and this row of people did not: to be filled in later."""

    def to_json(self) -> dict[str, Any]:
        """As stored with the import."""
        kept: dict[str, Any] = {"line": self.line, "row": self.row, "fate": self.fate}
        if self.facts is not None:
            f = self.facts
            kept["facts"] = [
                f.occurred_on.isoformat(), f.service_code, f.target, f.attendance, f.heads_present, f.minutes,
                f.workers, f.who,
            ]  # fmt: skip
        if self.faults:
            kept["faults"] = [[fault.column, fault.reason, fault.arguments] for fault in self.faults]
        told = {"of": self.of, "code": self.code, "lacks": list(self.lacks) or None}
        return kept | {name: value for name, value in told.items() if value is not None}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "RowFate":
        """Back from the store."""
        faults = tuple(Fault(_column(c), Reason(r), a) for c, r, a in kept.get("faults", ()))
        facts = _facts_from(kept["facts"]) if "facts" in kept else None
        lacks = tuple(map(ClientFact, kept.get("lacks", ())))
        return cls(
            kept["line"], kept["row"], Fate(kept["fate"]), facts, faults, kept.get("of"), kept.get("code"), lacks
        )


def _column(name: str) -> StrEnum:
    """A column of either kind of table, by its name."""
    return Column(name) if name in set(Column) else PersonColumn(name)


def _facts_from(kept: Sequence[Any]) -> CountedRow:
    day, service, target, attendance, *numbers = kept
    return CountedRow(
        date.fromisoformat(day), ServiceCode(service), ServiceTarget(target), AttendanceStatus(attendance), *numbers
    )


def fates(plan: Plan, already: Collection[int] | None = None) -> list[RowFate]:
    """The fate of every row; ``already``: lines that were there before, None to believe the plan."""
    clients: dict[str, int] = {}
    told = []
    for row in plan.rows:
        if not row.is_accepted:
            told.append(RowFate(row.line, row.number, Fate.REFUSED, faults=row.faults, of=row.of))
            continue
        was_there = row.is_there if already is None else row.line in already
        fate = Fate.ALREADY_THERE if was_there else Fate.ADDED
        told.append(RowFate(row.line, row.number, fate, _facts(row, clients)))
    return told


def _facts(row: PlannedRow, clients: dict[str, int]) -> CountedRow:
    if row.entry is None or row.given is None:
        raise AssertionError("an accepted row has its entry and its contact")
    code = row.entry.person.code
    return CountedRow(
        occurred_on=row.given.occurred_on,
        service_code=row.given.service_code,
        target=target_of(row.given),
        attendance=row.given.attendance,
        heads_present=sum(person.heads for person in people_present(row.given)),
        minutes=row.given.duration_minutes,
        workers=len(row.entry.workers),
        who=clients.setdefault(code, len(clients) + 1) if code else None,
    )
