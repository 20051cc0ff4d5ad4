"""True counts of one quarter by group and class: they live while a release is built and are stored nowhere.

What is counted, and how, is said in ``coord.measures`` alone; here its rows are put into cells. A group is a hospital
(its id), or for the cubes of people their sex and age.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from coord.measures import MeasureQuery
from coord.measures.counted import Counted
from coord.measures.members import heads_by_person, members
from coord.programs import ProgramFacts
from coord.programs.quarters import days_of
from coord.releases.codes import ALL, PROFILE_OF, CubeCode
from coord.releases.corrections import Corrections, corrections_of
from coord.releases.families import FAMILIES, Family
from coord.releases.parameters import Parameters
from coord.releases.people import UNKNOWN, groups_of
from coord.releases.protecting import is_dominated
from coord.work import Unit, read

Counts = Mapping[tuple[str, str], int]
_PRINT = 12


@dataclass(frozen=True, slots=True)
class Whole:
    """A program's quarter at its hospitals."""

    program: ProgramFacts
    quarter: str
    hospitals: Collection[UUID]

    @property
    def days(self) -> tuple[date, date]:
        """Its first and last day."""
        return days_of(self.quarter)

    @property
    def query(self) -> MeasureQuery:
        """What is asked of measures."""
        first, last = self.days
        return MeasureQuery(program=self.program.code, from_day=first, to_day=last)


@dataclass(slots=True)
class TrueCounts:
    """True counts by cube, a print of each record behind them, and what must not be told.

    ``withheld``: hospitals whose person-times are mostly those of one or two people. ``corrects``: earlier quarters of
    which something was corrected in this one.
    """

    cubes: dict[CubeCode, Counts] = field(default_factory=dict)
    prints: list[str] = field(default_factory=list)
    withheld: set[str] = field(default_factory=set)
    corrects: Sequence[str] = ()


@read("release.count")
async def true_counts(unit: Unit, whole: Whole, how: Parameters) -> TrueCounts:
    """Count a quarter once, every family by its own unit; each member falls in exactly one cell of its family."""
    found = TrueCounts()
    net = await corrections_of(unit, whole.program.id, whole.quarter)
    found.corrects = net.quarters
    await _person_times(unit, whole, how, net, found)
    await _sessions(unit, whole, net, found)
    groups = await groups_of(unit, whole.program.id, whole.days)
    for cube, family in FAMILIES.items():
        rows = await members(unit, whole.program, whole.query, family.measures)
        lines = [(row, name) for row, name in _classed(family, rows) if row.hospital_id in whole.hospitals]
        found.prints += [_print(cube, row.id, row.hospital_id, name) for row, name in lines]
        found.cubes[cube] = Counter((str(row.hospital_id), name) for row, name in lines)
        found.cubes[PROFILE_OF[cube]] = Counter((groups.get(row.id, UNKNOWN), name) for row, name in lines)
    return found


def _classed(family: Family, rows: Mapping[str, Sequence[Counted]]) -> Iterator[tuple[Counted, str]]:
    """Each member with its one class."""
    held = {flag: {row.id for row in rows[flag]} for flag in family.flags}
    for row in (row for name in family.of for row in rows[name]):
        flags = frozenset(flag for flag, ids in held.items() if row.id in ids)
        if flags not in family.classes:
            raise AssertionError(f"no class holds what is {sorted(flags)}")
        yield row, family.classes[flags]


async def _person_times(unit: Unit, whole: Whole, how: Parameters, net: Corrections, found: TrueCounts) -> None:
    """CR-1; what one known person adds to a hospital is capped, heads without a name are not anybody's."""
    counts: dict[tuple[str, str], int] = {}
    heads = await heads_by_person(unit, whole.program, whole.query)
    for hospital in whole.hospitals:
        by_person = heads.get(hospital, {})
        given = {p: min(number, how.most_per_person) for p, number in by_person.items() if p is not None}
        others = by_person.get(None, 0)
        own = sum(given.values()) + others
        counts[str(hospital), ALL] = max(own + net.person_times.get(hospital, 0), 0)
        found.prints += [_print(CubeCode.PERSON_TIMES, p, hospital, str(number)) for p, number in given.items()]
        found.prints.append(_print(CubeCode.PERSON_TIMES, None, hospital, str(others)))
        if is_dominated([*given.values()], others, how.p_percent, how.nk_percent):
            found.withheld.add(str(hospital))
    found.cubes[CubeCode.PERSON_TIMES] = counts


async def _sessions(unit: Unit, whole: Whole, net: Corrections, found: TrueCounts) -> None:
    """CR-4."""
    held = (await members(unit, whole.program, whole.query, ("sessions",)))["sessions"]
    own = Counter(row.hospital_id for row in held)
    found.cubes[CubeCode.SESSIONS] = {
        (str(one), ALL): max(own[one] + net.sessions.get(one, 0), 0) for one in whole.hospitals
    }
    found.prints += [_print(CubeCode.SESSIONS, row.id, row.hospital_id, ALL) for row in held]


def _print(cube: CubeCode, record: UUID | None, hospital: UUID, said: str) -> str:
    """By which it is seen later whether a record still says the same; nothing can be read from it."""
    return hashlib.sha256(f"{cube}:{record}:{hospital}:{said}".encode()).hexdigest()[:_PRINT]
