"""What somebody asks of the rollups, and as whom. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from coord.measures.dimensions import Dimension
from coord.measures.facts import Facts, Measure
from coord.measures.rollups.covering import Sight, along_of, holds
from coord.measures.rollups.rules import Along, Difference
from coord.programs import ProgramFacts

Key = tuple[Any, ...]
Cells = Mapping[Key, Mapping[str, int]]
_NEW, _RETURNING = "new_persons", "returning_persons"


class Added(NamedTuple):
    """What a measure adds to a cell."""

    key: Key
    measure: str
    value: int


def added_up(added: Iterable[Added], to: Cells = MappingProxyType({})) -> Cells:
    """Cells with what is added to them; the very same where nothing is."""
    found: dict[Key, dict[str, int]] = {}
    for key, measure, value in added:
        cell = found.setdefault(key, dict(to.get(key, ())))
        cell[measure] = cell.get(measure, 0) + value
    return {**to, **found} if found else to


@dataclass(frozen=True, slots=True)
class Asked:
    """Names of measures by how they are kept (added up, as distinct things, as people by where they were met first)."""

    sums: tuple[str, ...]
    distinct: tuple[str, ...]
    people: tuple[str, ...]
    dimensions: tuple[Dimension, ...]

    @classmethod
    def of(cls, measures: Sequence[Measure], dimensions: Sequence[Dimension]) -> "Asked":
        """These measures by these dimensions."""
        distinct = tuple(m.name for m in measures if m.distinct is not None)
        people = tuple(m.name for m in measures if m.facts is Facts.PEOPLE)
        sums = tuple(m.name for m in measures if m.name not in {*distinct, *people})
        return cls(sums, distinct, people, tuple(dimensions))

    @property
    def along(self) -> Along:
        """What the dimensions split a month by."""
        return along_of(self.dimensions) or Along.NOTHING

    def plain(self, key: Sequence[Any], *, is_split: bool = True) -> Key:
        """A key as rows of facts have it: None where nothing is said, ids of agencies."""

        def one(value: Any, dimension: Dimension) -> Any:
            if dimension is Dimension.AGENCY:
                return UUID(value) if value else None
            if dimension.value in Along.__members__:
                return (value or None) if is_split else None
            return value

        return tuple(one(value, dimension) for value, dimension in zip(key, self.dimensions, strict=True))

    def met(self, key: Sequence[Any], number: int, *, is_new: bool) -> Iterator[Added]:
        """People by where they were met first, if they are asked for; along everything but its agency they say nothing."""
        name = _NEW if is_new else _RETURNING
        if name in self.people:
            yield Added(self.plain(key, is_split=False), name, number)


@dataclass(frozen=True, slots=True)
class Rollups:
    """What is kept ready of a program, as somebody sees it who asks for some months."""

    program: ProgramFacts
    sight: Sight
    first: str
    last: str
    version: UUID | None
    waiting: Difference
    provinces: Mapping[UUID, str | None]
    taking_part: str | None = None

    def holds(self, measure: Measure, dimensions: Sequence[Dimension]) -> bool:
        """Whether a measure's figures by these dimensions are here."""
        return holds(measure.facts, measure.distinct is not None, dimensions, self.sight)

    def single(self, dimensions: Sequence[Dimension]) -> UUID | None:
        """The one place of which distinct things are asked: a hospital, or the whole program; None for each hospital."""
        is_program = self.sight.hospitals is None and Dimension.HOSPITAL not in dimensions
        return self.program.id if is_program else self.sight.only

    def is_at(self, place_id: UUID) -> bool:
        """Whether a place is among those that are asked for."""
        return self.sight.hospitals is None or place_id in self.sight.hospitals
