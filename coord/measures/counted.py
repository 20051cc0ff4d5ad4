"""Rows that were counted one by one, and into which cell each falls."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from coord.measures.dimensions import Dimension
from coord.measures.inputs import MeasureQuery
from coord.programs import ProgramFacts
from coord.work import Unit


@dataclass(frozen=True, slots=True)
class Counted:
    """One row behind a figure: what it is, what it adds, when and where it counts."""

    id: UUID
    value: int
    day: date
    hospital_id: UUID
    agency_id: UUID | None = None
    receiver_id: UUID | None = None


Rows = Mapping[str, Sequence[Counted]]
Lister = Callable[[Unit, ProgramFacts, MeasureQuery], Awaitable[Rows]]


def at_hospitals(column: Any, query: MeasureQuery) -> Iterator[Any]:
    """The condition that narrows a list to the hospitals of a query, if it names any."""
    if query.hospitals is not None:
        yield column.in_(query.hospitals)


def key_of(row: Counted, dimension: Dimension, provinces: Mapping[UUID, str]) -> Any:
    """The key of the cell that a row falls into; None where it does not say."""
    if dimension is Dimension.MONTH:
        return f"{row.day:%Y-%m}"
    if dimension is Dimension.QUARTER:
        return f"{row.day.year}Q{(row.day.month + 2) // 3}"
    places = {
        Dimension.HOSPITAL: row.hospital_id,
        Dimension.AGENCY: row.agency_id,
        Dimension.RECEIVER: row.receiver_id,
        Dimension.PROVINCE: provinces.get(row.hospital_id),
    }
    return places.get(dimension)


def added_up(rows: Iterable[Counted]) -> Mapping[UUID, int]:
    """What each thing adds, however many rows it has."""
    found: dict[UUID, int] = {}
    for row in rows:
        found[row.id] = found.get(row.id, 0) + row.value
    return found
