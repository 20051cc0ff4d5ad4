"""People whose PHQ-9 window ended in a period, and what was found in it: each once in the program's life."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from uuid import UUID

from sqlmodel import col

from coord.kernel.sql import counting, select
from coord.measures.counted import Counted, Rows
from coord.measures.inputs import MeasureQuery
from coord.outcomes.codes import ScaleCode, ScoreStatus
from coord.outcomes.tables import ScaleScore
from coord.outcomes.windows import DRR, Followed, Taken, followed
from coord.programs import ProgramFacts
from coord.work import Unit


async def windows(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """By the last day of the window after a person's first elevated score, under the hospital that took that score."""
    found: dict[str, list[Counted]] = {name: [] for name in _HOLDS}
    for client, scores in (await _scores(unit, program.id)).items():
        for row, result in _ended(client, scores, query):
            for name, holds in _HOLDS.items():
                if holds(result):
                    found[name].append(row)
    return found


_HOLDS: Mapping[str, Callable[[Followed], bool]] = {
    "phq9_windows_ended": lambda _: True,
    "phq9_followed_up": lambda result: result.followed_up,
    "phq9_responses": lambda result: result.response,
    "phq9_remissions": lambda result: result.remission,
}
_Scored = Sequence[tuple[UUID, Taken]]
"""Hospital and score, in the order in which they were taken."""


def _ended(client: UUID, scores: _Scored, query: MeasureQuery) -> Iterator[tuple[Counted, Followed]]:
    """The person, if their window ended in the period at a hospital that is asked for."""
    elevated = next(((place, taken) for place, taken in scores if taken.score >= DRR.eligible_from), None)
    if elevated is None:
        return
    place, index = elevated
    last = DRR.days(index.on)[1]
    if query.from_day <= last <= query.to_day and (query.hospitals is None or place in query.hospitals):
        yield Counted(client, 1, last, place), followed(DRR, index, [taken for _, taken in scores])


async def _scores(unit: Unit, program_id: UUID) -> Mapping[UUID, _Scored]:
    columns = (ScaleScore.client_id, ScaleScore.hospital_id, ScaleScore.taken_on, ScaleScore.score)
    statement = (
        select(*columns)
        .where(
            col(ScaleScore.program_id) == program_id,
            col(ScaleScore.scale) == ScaleCode.PHQ9,
            col(ScaleScore.status) == ScoreStatus.COMPLETE,
            col(ScaleScore.score).is_not(None),
        )
        .order_by(col(ScaleScore.taken_on), col(ScaleScore.id))
    )
    found: dict[UUID, list[tuple[UUID, Taken]]] = defaultdict(list)
    for client, hospital, day, score in await unit.rows(counting(statement)):
        found[client].append((hospital, Taken(day, score)))
    return found
