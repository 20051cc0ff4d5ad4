"""Which figures of a query the rollups hold: whole months, known dimensions, hospitals that the actor sees whole. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from coord.access import Actor, Role, Scope
from coord.measures.access import own_hospitals
from coord.measures.dimensions import Dimension
from coord.measures.facts import Facts
from coord.measures.inputs import MeasureQuery
from coord.measures.rollups.rules import Along
from coord.measures.rollups.streams import SUMMED

_TIMES_AND_PLACES = frozenset({Dimension.HOSPITAL, Dimension.PROVINCE, Dimension.MONTH, Dimension.QUARTER})
_SPLIT = {Dimension(along.value): along for along in Along if along not in {Along.NOTHING, Along.MET}}


@dataclass(frozen=True, slots=True)
class Sight:
    """The hospitals of which figures are wanted and whose rows are all seen; None for all of a program that is seen whole.

    ``is_whole``: the actor sees every row of the program, whatever hospitals they ask for.
    """

    hospitals: tuple[UUID, ...] | None
    is_whole: bool

    @property
    def only(self) -> UUID | None:
        """The one hospital, if it is one."""
        return self.hospitals[0] if self.hospitals is not None and len(self.hospitals) == 1 else None


def sight_of(actor: Actor, program_id: UUID, asked: Sequence[UUID] | None) -> Sight | None:
    """What of a query an actor sees whole; None where they see some rows beside whole hospitals, or none."""
    wanted = None if asked is None else tuple(sorted(set(asked)))
    if actor.unscoped or program_id in actor.scope(Scope.PROGRAMS_RUN):
        return Sight(wanted, is_whole=True)
    own = frozenset(own_hospitals(actor))
    # Joint events of others, and contacts of an agency's workers at hospitals of others.
    sees_more = bool(actor.scope(Scope.EVENTS_HOSTED) or actor.at(Role.AGENCY_MANAGER))
    if sees_more and not (wanted is not None and own.issuperset(wanted)):
        return None
    held = own if wanted is None else own.intersection(wanted)
    return Sight(tuple(sorted(held)), is_whole=False) if held else None


def along_of(dimensions: Sequence[Dimension]) -> Along | None:
    """Along what the dimensions split a month; None where no rollup does."""
    split = [dimension for dimension in dimensions if dimension not in _TIMES_AND_PLACES]
    if not split:
        return Along.NOTHING
    return _SPLIT.get(split[0]) if len(split) == 1 else None


def edges(query: MeasureQuery) -> tuple[tuple[date, date], ...]:
    """The days of the first and the last month that were not asked for: figures of months hold if nothing is on them."""
    first = query.from_day.replace(day=1)
    following = (query.to_day.replace(day=1) + timedelta(days=32)).replace(day=1)
    before = (first, query.from_day - timedelta(days=1))
    after = (query.to_day + timedelta(days=1), following - timedelta(days=1))
    return tuple(days for days in (before, after) if days[0] <= days[1])


def holds(facts: Facts, is_distinct: bool, dimensions: Sequence[Dimension], sight: Sight) -> bool:
    """Whether rollups hold measures of these facts, by these dimensions."""
    if along_of(dimensions) is None:
        return False
    if facts is Facts.PEOPLE:
        return sight.is_whole or (sight.only is not None and Dimension.AGENCY not in dimensions)
    if facts not in SUMMED:
        return False
    if not is_distinct or Dimension.HOSPITAL in dimensions:
        return True
    # Persons of several hospitals are no sum of theirs.
    is_all = sight.is_whole and sight.hospitals is None
    return Dimension.PROVINCE not in dimensions and (is_all or sight.only is not None)
