"""What will become of every person of a list, decided before anything is written. Pure but for the reads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from coord.clients import register_by_code
from coord.clients.inputs import SheetClient
from coord.clients.known import clients_by_hash, named_otherwise
from coord.clients.record.rules import unsaid
from coord.contacts.importing.outcome import Fate, RowFate
from coord.contacts.importing.people.headers import PersonColumn
from coord.contacts.importing.people.rows import hashes_of, read_person
from coord.contacts.importing.place import Place, check_title, import_place
from coord.contacts.importing.reasons import Fault, Reason
from coord.contacts.importing.sheet import Record, Workbook
from coord.kernel.clock import local_date
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """A row with the person of whom it tells, or with what is wrong; ``known_as``: the code under which they are there."""

    line: int
    number: int
    given: SheetClient | None = None
    faults: tuple[Fault, ...] = ()
    of: int | None = None
    known_as: str | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the row becomes, or already is, a client."""
        return not self.faults

    @property
    def is_there(self) -> bool:
        """Whether the person is registered already."""
        return self.known_as is not None


@dataclass(frozen=True, slots=True)
class PeoplePlan:
    """All rows of a list for one hospital, in the order of the sheet."""

    place: Place
    rows: Sequence[PlannedPerson]


@dataclass(frozen=True, slots=True)
class _Known:
    """Who of a list is at the hospital already: codes, codes by hash, and codes that belong to somebody else."""

    codes: frozenset[str]
    by_hash: Mapping[bytes, str]
    of_another: frozenset[str]


@read("client.import")
async def plan_people(unit: Unit, book: Workbook, program: str, hospital: UUID) -> PeoplePlan:
    """Decide about every row. Raises ``Invalid`` when the actor may not import there."""
    place = await import_place(unit, program, hospital)
    await check_title(unit, book, place)
    rows = judge_people(book, local_date(unit.started_at, place.program.time_zone))
    known = await _known(unit, hospital, [row.given for row in rows if row.given is not None])
    return PeoplePlan(place, [_beside_stored(row, known) for row in rows])


async def _known(unit: Unit, hospital: UUID, people: Sequence[SheetClient]) -> _Known:
    names = {person.code: person.name or "" for person in people if person.code}
    codes = frozenset(await register_by_code(unit, hospital, names.keys())) if names else frozenset()
    return _Known(
        codes=codes,
        by_hash=await clients_by_hash(unit, hospital, {digest for person in people for digest in hashes_of(person)}),
        of_another=await named_otherwise(unit, hospital, {code: names[code] for code in codes}),
    )


def _beside_stored(row: PlannedPerson, known: _Known) -> PlannedPerson:
    """A person who is there stays as they are; one who only seems to be is refused with what to do."""
    given = row.given
    if given is None or not row.is_accepted:
        return row
    alike = next((known.by_hash[digest] for digest in hashes_of(given) if digest in known.by_hash), None)
    if given.code is None:
        return row if alike is None else replace(row, known_as=alike)
    if given.code in known.of_another:
        return replace(row, faults=(Fault(PersonColumn.CODE, Reason.CODE_OF_ANOTHER, {"code": given.code}),))
    if given.code in known.codes:
        return replace(row, known_as=given.code)
    if alike is not None:
        return replace(row, faults=(Fault(PersonColumn.NAME, Reason.LIKELY_DOUBLE, {"code": alike}),))
    return row


def judge_people(book: Workbook, today: date) -> list[PlannedPerson]:
    """Every row read, checked by the rules of the record, and compared with the rows above it."""
    kept: dict[str | bytes, int] = {}
    rows = []
    for record in book.records:
        row = _judged(record, today)
        if row.given is not None:
            marks: list[str | bytes] = [*hashes_of(row.given), *([row.given.code] if row.given.code else [])]
            first = next((kept[mark] for mark in marks if mark in kept), None)
            if first is not None:
                twin = Fault(PersonColumn.NUMBER, Reason.DUPLICATE_OF_ROW, {"row": first})
                row = replace(row, given=None, faults=(twin,), of=first)
            else:
                kept |= dict.fromkeys(marks, row.number)
        rows.append(row)
    return rows


def _judged(record: Record, today: date) -> PlannedPerson:
    found = read_person(record, today)
    if isinstance(found, SheetClient):
        return PlannedPerson(record.line, record.number, given=found)
    return PlannedPerson(record.line, record.number, faults=tuple(found))


def people_fates(plan: PeoplePlan, made: Mapping[int, str], already: Collection[int] | None = None) -> list[RowFate]:
    """The fate of every row; ``made``: codes by line of those who were registered; ``already``: lines that were there."""
    return [_fate(row, made, already) for row in plan.rows]


def _fate(row: PlannedPerson, made: Mapping[int, str], already: Collection[int] | None) -> RowFate:
    if not row.is_accepted:
        return RowFate(row.line, row.number, Fate.REFUSED, faults=row.faults, of=row.of)
    was_there = row.is_there if already is None else row.line in already
    code = row.known_as or made.get(row.line) or (row.given.code if row.given else None)
    if was_there or row.given is None:
        return RowFate(row.line, row.number, Fate.ALREADY_THERE, code=code)
    return RowFate(row.line, row.number, Fate.ADDED, code=code, lacks=tuple(unsaid(row.given)))
