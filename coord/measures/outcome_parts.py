"""Outcome figures by hospital, as numerator and denominator, so that hospitals add up as sum over sum.

Each person counts once in a period, under the hospital of the score that brings them in: parts of hospitals and the
whole program agree. Relapse is a program definition, no standard: after a remission a PHQ-9 of 10 or more that lies at
least 6 above the lowest score since.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col

from coord.kernel.quantity import Quantity
from coord.kernel.sql import counting, select
from coord.measures.inputs import MeasureQuery
from coord.outcomes.codes import ScaleCode, ScoreStatus
from coord.outcomes.tables import ScaleScore
from coord.outcomes.windows import DRR, Taken, followed
from coord.programs import program_by_code
from coord.work import Unit, read

RELAPSE_FROM, RELAPSE_RISE, REMISSION_BELOW = 10, 6, 5
OUTCOME_PARTS = frozenset({"OUT_FOLLOWUP_DRR", "OUT_RESPONSE_DRR", "OUT_REMISSION_DRR", "OUT_DAYS_TO_RELAPSE"})
"""The outcome figures that hospitals have."""
Parts = Mapping[str, Mapping[UUID, Quantity]]


@dataclass(frozen=True, slots=True)
class At:
    """A score and the hospital where it was taken."""

    hospital: UUID
    taken: Taken


@dataclass(frozen=True, slots=True)
class Relapse:
    """When somebody in remission fell ill again: the score that shows it, and the days since the remission."""

    at: At
    days: int


def relapses(scores: Sequence[At]) -> Iterator[Relapse]:
    """Every relapse of one person, from their scores in order of time; after one, only a new remission counts."""
    since: Taken | None = None
    lowest = 0
    for score in scores:
        value = score.taken.score
        if since is None:
            if value < REMISSION_BELOW:
                since, lowest = score.taken, value
            continue
        if value >= RELAPSE_FROM and value - lowest >= RELAPSE_RISE:
            yield Relapse(score, (score.taken.on - since.on).days)
            since = None
        lowest = min(lowest, value)


@read("measure.read")
async def outcome_parts(unit: Unit, query: MeasureQuery) -> Parts:
    """The outcome figures of each hospital between two days. Raises ``NotFound`` for a foreign program."""
    program = await program_by_code(unit, query.program)
    found: dict[str, dict[UUID, list[Quantity]]] = {code: defaultdict(list) for code in OUTCOME_PARTS}
    for scores in (await _scores(unit, program.id)).values():
        for code, hospital, quantity in _of_person(scores, query):
            found[code][hospital].append(quantity)
    return {
        code: {hospital: _sum(parts) for hospital, parts in by_hospital.items() if _wanted(hospital, query)}
        for code, by_hospital in found.items()
    }


def _wanted(hospital: UUID, query: MeasureQuery) -> bool:
    return query.hospitals is None or hospital in query.hospitals


def _sum(parts: Sequence[Quantity]) -> Quantity:
    return Quantity(sum(one.numerator for one in parts), sum(one.denominator for one in parts))


def _of_person(scores: Sequence[At], query: MeasureQuery) -> Iterator[tuple[str, UUID, Quantity]]:
    index = next((s for s in scores if _is_index(s.taken, query)), None)
    if index is not None:
        seen = followed(DRR, index.taken, [one.taken for one in scores])
        yield "OUT_FOLLOWUP_DRR", index.hospital, Quantity(int(seen.followed_up))
        yield "OUT_RESPONSE_DRR", index.hospital, Quantity(int(seen.response))
        yield "OUT_REMISSION_DRR", index.hospital, Quantity(int(seen.remission))
    for relapse in relapses(scores):
        if query.from_day <= relapse.at.taken.on <= query.to_day:
            yield "OUT_DAYS_TO_RELAPSE", relapse.at.hospital, Quantity(relapse.days)


def _is_index(taken: Taken, query: MeasureQuery) -> bool:
    return query.from_day <= taken.on <= query.to_day and taken.score >= DRR.eligible_from


async def _scores(unit: Unit, program: UUID) -> Mapping[UUID, Sequence[At]]:
    """The complete PHQ-9 scores of the program by person, in the order in which they were taken."""
    columns = (ScaleScore.client_id, ScaleScore.hospital_id, ScaleScore.taken_on, ScaleScore.score)
    statement = (
        select(*columns)
        .where(
            col(ScaleScore.program_id) == program,
            col(ScaleScore.status) == ScoreStatus.COMPLETE,
            col(ScaleScore.scale) == ScaleCode.PHQ9,
        )
        .order_by(col(ScaleScore.taken_on), col(ScaleScore.id))
    )
    found: dict[UUID, list[At]] = defaultdict(list)
    for client, hospital, day, score in await unit.rows(counting(statement)):
        found[client].append(At(hospital, Taken(day, score)))
    return found
