"""The data quality of a month at each hospital: complete, in time, entered twice, hard to believe.

Each figure has its one definition elsewhere: completeness and timeliness in ``coord/periods``, records in time (Q5) in
``coord/measures``, doubts about records in ``coord/contacts``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from coord.contacts.codes import FlagKind
from coord.contacts.quality_reads import open_flags_by_hospital
from coord.measures import Dimension, MeasureQuery, measure_table
from coord.measures.ratios import RATIOS
from coord.periods import ProgramMonth, Timeliness, month_board
from coord.periods.rules import first_day, last_day
from coord.programs import program_by_code
from coord.work import Unit, read

DOUBLED = frozenset({FlagKind.SAME_CLIENT_TWO_WORKERS, FlagKind.COPIED_NOTE})
IMPLAUSIBLE = frozenset(
    {FlagKind.TOO_SHORT, FlagKind.TOO_LONG, FlagKind.OVERLAPPING_TIMES, FlagKind.ENTERED_IN_BURST, FlagKind.OFF_HOURS,
     FlagKind.AFTER_CLOSURE, FlagKind.NO_CONSENT}
)  # fmt: skip
IN_TIME = RATIOS["record_in_time_rate"]


@dataclass(frozen=True, slots=True)
class QualityLine:
    """One hospital's month. Doubled, implausible and late records are open doubts that nobody has accepted yet."""

    hospital_id: UUID
    hospital_code: str
    hospital_name: str
    is_expected: bool
    completeness: float
    timeliness: Timeliness
    in_time: float | None
    doubled: int
    implausible: int
    backdated: int

    @property
    def doubts(self) -> int:
        """All open doubts."""
        return self.doubled + self.implausible + self.backdated


@read("contact.review")
async def quality_panel(unit: Unit, program: str, month: str) -> Sequence[QualityLine]:
    """A month of every hospital that the actor follows, most doubts first. Raises ``NotFound`` for a foreign program."""
    asked = ProgramMonth.parse({"program": program, "month": month})
    facts = await program_by_code(unit, asked.program)
    first, last = first_day(asked.month), last_day(asked.month)
    flags = await open_flags_by_hospital(unit, facts.id, first, last)
    query = MeasureQuery(program=facts.code, from_day=first, to_day=last, group_by=(Dimension.HOSPITAL,))
    table = await measure_table(unit, query, [IN_TIME.part, IN_TIME.whole])
    shares = {row.key[0].key: IN_TIME.of(row.figures) for row in table.rows}
    lines = [
        QualityLine(
            card.hospital_id, card.hospital_code, card.hospital_name, card.is_expected, card.completeness,
            card.timeliness, shares.get(card.hospital_code),
            *(_sum(flags.get(card.hospital_id, {}), kinds) for kinds in (DOUBLED, IMPLAUSIBLE, {FlagKind.BACKDATED})),
        )
        for card in await month_board(unit, facts.code, asked.month)
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.doubts, line.completeness, line.hospital_code))


def _sum(counts: Mapping[FlagKind, int], kinds: Collection[FlagKind]) -> int:
    return sum(counts.get(kind, 0) for kind in kinds)
