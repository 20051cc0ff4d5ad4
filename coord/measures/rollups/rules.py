"""What changes of facts change in sums and pairs. Pure."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple
from uuid import UUID


class Along(StrEnum):
    """What a hospital's month is split by: nothing, one dimension, or where its persons were met first in it."""

    NOTHING = "NOTHING"
    SERVICE_CODE = "SERVICE_CODE"
    STAGE = "STAGE"
    PHASE = "PHASE"
    TARGET = "TARGET"
    AGENCY = "AGENCY"
    MET = "MET"


SPLITS = tuple(along for along in Along if along is not Along.MET)
_AGENCY = SPLITS.index(Along.AGENCY)


class Cell(NamedTuple):
    """A month of a place along something."""

    along: Along
    place_id: UUID
    month: str
    key: str


class Pair(NamedTuple):
    """Things of a cell by the month in which they were there last."""

    cell: Cell
    previous: str


class Where(NamedTuple):
    """One row of facts, as far as it decides where a thing was seen. ``row`` tells rows apart.

    Ids are numbers here: they are compared many times for each person, and Python compares an ``UUID`` far more slowly.
    """

    day: date
    row: int
    hospital: int
    keys: tuple[str, ...]


class Met(NamedTuple):
    """Where a thing was seen in a month, however often."""

    month: str
    hospital: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A row of facts as it is, or a change (then ``change_id`` is set): what it adds, and the thing that it shows.

    ``values`` are measures by their names for each day on which the row counts; ``keys`` stand in the order of ``SPLITS``.
    """

    change_id: UUID | None
    sign: int
    row_id: UUID
    hospital_id: UUID
    keys: tuple[str, ...]
    thing: UUID | None
    days: Sequence[date | None]
    values: Sequence[Mapping[str, int]]

    @property
    def where(self) -> Where | None:
        """Where the thing was seen; None for rows that show none."""
        day = self.days[0]
        return (
            None if self.thing is None or day is None else Where(day, self.row_id.int, self.hospital_id.int, self.keys)
        )


@dataclass(slots=True)
class Difference:
    """What changes, once folded, add to sums and pairs; pairs by the measure of their things."""

    sums: dict[Cell, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    pairs: dict[str, Counter[Pair]] = field(default_factory=lambda: defaultdict(Counter))

    def cells(self) -> Iterator[Cell]:
        """Every cell that changes."""
        yield from self.sums
        for pairs in self.pairs.values():
            yield from (pair.cell for pair in pairs)


@cache
def month_name(day: date) -> str:
    """``2026-09``."""
    return f"{day.year:04d}-{day.month:02d}"


def add_sums(rows: Iterable[Seen], to: Difference) -> None:
    """Every change adds its values, or takes them away again, in each of its cells."""
    for row in rows:
        if row.change_id is None:
            continue
        for day, values in zip(row.days, row.values, strict=True):
            if day is None or not values:
                continue
            month = month_name(day)
            for along, key in zip(SPLITS, row.keys, strict=True):
                held = to.sums[Cell(along, row.hospital_id, month, key)]
                for name, value in values.items():
                    held[name] += row.sign * value


def add_pairs(rows: Iterable[Seen], program_id: UUID, measure: str, to: Difference, *, with_first: bool) -> None:
    """The pairs of every thing as it is now, without those as it was before the changes.

    ``rows`` hold all rows of each thing and all changes of it that are not folded: before them there was what is there
    now without what came, and with what went.
    """
    present: dict[int, Counter[Where]] = defaultdict(Counter)
    changed: dict[int, Counter[Where]] = defaultdict(Counter)
    for row in rows:
        where = row.where
        if row.thing is None or where is None:
            continue
        if row.change_id is None:
            present[row.thing.int][where] += 1
        else:
            changed[row.thing.int][where] += row.sign
    found = to.pairs[measure]
    for thing, changes in changed.items():
        rows_of = present[thing]
        kept = [where for where in rows_of if where not in changes]
        came = [where for where in changes if rows_of[where]]
        went = [where for where in changes if rows_of[where] > changes[where]]
        steady = set(map(_met, kept))
        _compare(steady.union(map(_met, went)), steady.union(map(_met, came)), program_id, found)
        if with_first:
            _compare_first([*kept, *went], [*kept, *came], {month_name(where.day) for where in changes}, found)


def _met(where: Where) -> Met:
    return Met(month_name(where.day), where.hospital, where.keys)


def _compare(before: AbstractSet[Met], now: AbstractSet[Met], program_id: UUID, to: Counter[Pair]) -> None:
    """Pairs of places whose months are others now; most contacts of a month add nobody who was not met in it before."""
    differing = before ^ now
    for index, along in enumerate(SPLITS):
        for hospital, key in {(at, met.keys[index]) for met in differing for at in (met.hospital, None)}:
            place = program_id if hospital is None else UUID(int=hospital)
            pairs, old = (set(_with_previous(_months(seen, index, hospital, key))) for seen in (now, before))
            for sign, changed in ((1, pairs - old), (-1, old - pairs)):
                for month, previous in changed:
                    to[Pair(Cell(along, place, month, key), previous)] += sign


def _months(seen: Iterable[Met], index: int, hospital: int | None, key: str) -> set[str]:
    """The months in which a thing was seen with a key, at a hospital or anywhere."""
    return {met.month for met in seen if met.keys[index] == key and (hospital is None or met.hospital == hospital)}


def _compare_first(before: Sequence[Where], now: Sequence[Where], changed: AbstractSet[str], to: Counter[Pair]) -> None:
    """Pairs of the program under the hospital and agency of the first contact of each month, where that is another now."""
    if _first(before, changed) == _first(now, changed):
        return
    pairs, old = (
        {(previous, month, *first[month]) for month, previous in _with_previous(first)}
        for first in map(_first, (now, before))
    )
    for sign, differing in ((1, pairs - old), (-1, old - pairs)):
        for previous, month, place, agency in differing:
            to[Pair(Cell(Along.MET, UUID(int=place), month, agency), previous)] += sign


def _first(seen: Iterable[Where], months: Container[str] | None = None) -> Mapping[str, tuple[int, str]]:
    """The hospital and agency of the first contact of each month, or of these months."""
    first: dict[str, Where] = {}
    for where in seen:
        month = month_name(where.day)
        if (months is None or month in months) and (month not in first or where < first[month]):
            first[month] = where
    return {month: (where.hospital, where.keys[_AGENCY]) for month, where in first.items()}


def _with_previous(months: Iterable[str]) -> Iterator[tuple[str, str]]:
    previous = ""
    for month in sorted(months):
        yield month, previous
        previous = month
