"""Outcome rates: each defined once, with its denominator, over the scores and cases that the actor may see.

Two families. Of people whose PHQ-9 was elevated in the period, what was found 120 to 240 days later; a program that never
measures again shows no response and no follow-up, which is the honest reading. Of courses that finished in the period
(closed cases with at least two attended treatment contacts), how both measures changed from their first to their last
complete score.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord.cases.tables import CaseFile
from coord.contacts.codes import AttendanceStatus, ServiceCode
from coord.contacts.tables import ServiceContact
from coord.kernel.sql import counting, select
from coord.measures.inputs import MeasureQuery
from coord.outcomes.codes import ChangeClass, ScaleCode, ScoreStatus
from coord.outcomes.rules import Course, Pair, Rate, Results
from coord.outcomes.tables import ScaleScore
from coord.outcomes.windows import DRR, Taken, followed
from coord.programs import program_by_code
from coord.work import Unit, read

VERSION = "2026.1"
FEWEST_CONTACTS = 2
TREATMENT = frozenset(
    {
        ServiceCode.CASE_CONTACT,
        ServiceCode.BEDSIDE_VISIT,
        ServiceCode.HOME_VISIT,
        ServiceCode.CRISIS,
        ServiceCode.DISCHARGE_PLAN,
    }
)
"""Contacts with one person that count as treatment; a meeting about somebody and what precedes a case do not."""


@dataclass(frozen=True, slots=True)
class OutcomeMeasure:
    """A rate: what is counted, of what, and where the rule is from."""

    code: str
    numerator: str
    denominator: str
    source: str


_FOLLOWED = "people with a PHQ-9 of 10 or more in the period"
_FINISHED = "courses that finished in the period"
_CASENESS = "finished courses but those below both cut-points at the start"
_DRR, _ENGLAND = "depression remission or response, days 120 to 240", "NHS Talking Therapies, paired outcomes"
OUTCOMES: Mapping[str, OutcomeMeasure] = {
    one.code: one
    for one in (
        OutcomeMeasure("OUT_FOLLOWUP_DRR", "a PHQ-9 in days 120 to 240", _FOLLOWED, _DRR),
        OutcomeMeasure("OUT_RESPONSE_DRR", "the last of them at least half lower", _FOLLOWED, _DRR),
        OutcomeMeasure("OUT_REMISSION_DRR", "the last of them below 5", _FOLLOWED, _DRR),
        OutcomeMeasure("OUT_PAIRED", "both measures twice", _FINISHED, _ENGLAND),
        OutcomeMeasure("OUT_IMPROVE", "reliably better, none worse", _FINISHED, _ENGLAND),
        OutcomeMeasure("OUT_NOCHANGE", "no reliable change", _FINISHED, _ENGLAND),
        OutcomeMeasure("OUT_DETER", "reliably worse, none better", _FINISHED, _ENGLAND),
        OutcomeMeasure("OUT_UNCLASS", "not paired", _FINISHED, _ENGLAND),
        OutcomeMeasure("OUT_RECOVERY", "below both cut-points at the end", _CASENESS, _ENGLAND),
        OutcomeMeasure("OUT_REL_RECOVERY", "recovered and improved", _CASENESS, _ENGLAND),
    )
}


@dataclass(frozen=True, slots=True)
class OutcomeRates:
    """Every rate of a question, by its code."""

    version: str
    rates: Mapping[str, Rate]


@read("measure.read")
async def outcome_rates(unit: Unit, query: MeasureQuery) -> OutcomeRates:
    """The rates of a program between two days. Raises ``NotFound`` for a foreign program."""
    program = await program_by_code(unit, query.program)
    scores = await _scores(unit, query, program.id)
    results = Results([_course(case, scores) for case in await _finished(unit, query, program.id)])
    return OutcomeRates(VERSION, {**_followed(query, scores), **_changed(results)})


_Scores = Mapping[tuple[UUID, ScaleCode], Sequence[Taken]]


async def _scores(unit: Unit, query: MeasureQuery, program: UUID) -> _Scores:
    """The complete scores of the program, by person and scale, in the order in which they were taken."""
    statement = (
        select(ScaleScore.client_id, ScaleScore.scale, ScaleScore.taken_on, ScaleScore.score)
        .where(
            col(ScaleScore.program_id) == program,
            col(ScaleScore.status) == ScoreStatus.COMPLETE,
            col(ScaleScore.scale).in_((ScaleCode.PHQ9, ScaleCode.GAD7)),
            *_at(ScaleScore, query),
        )
        .order_by(col(ScaleScore.taken_on), col(ScaleScore.id))
    )
    found: dict[tuple[UUID, ScaleCode], list[Taken]] = defaultdict(list)
    for client, scale, day, score in await unit.rows(counting(statement)):
        found[client, scale].append(Taken(day, score))
    return found


def _at(model: Any, query: MeasureQuery) -> Sequence[Any]:
    return () if query.hospitals is None else (model.hospital_id.in_(query.hospitals),)


def _followed(query: MeasureQuery, scores: _Scores) -> Mapping[str, Rate]:
    """Each person once: from the first elevated score of the period."""
    found = []
    for (_, scale), taken in scores.items():
        elevated = [s for s in taken if query.from_day <= s.on <= query.to_day and s.score >= DRR.eligible_from]
        if scale is ScaleCode.PHQ9 and elevated:
            found.append(followed(DRR, elevated[0], taken))
    counted = {
        "OUT_FOLLOWUP_DRR": sum(one.followed_up for one in found),
        "OUT_RESPONSE_DRR": sum(one.response for one in found),
        "OUT_REMISSION_DRR": sum(one.remission for one in found),
    }
    return {code: Rate(number, len(found)) for code, number in counted.items()}


def _changed(results: Results) -> Mapping[str, Rate]:
    return {
        "OUT_PAIRED": results.paired,
        "OUT_IMPROVE": results.changed(ChangeClass.IMPROVED),
        "OUT_NOCHANGE": results.changed(ChangeClass.NO_CHANGE),
        "OUT_DETER": results.changed(ChangeClass.DETERIORATED),
        "OUT_UNCLASS": results.changed(ChangeClass.UNCLASSIFIABLE),
        "OUT_RECOVERY": results.recovery,
        "OUT_REL_RECOVERY": results.reliable_recovery,
    }


@dataclass(frozen=True, slots=True)
class _Case:
    """A closed case."""

    client: UUID
    opened_on: date
    closed_on: date


async def _finished(unit: Unit, query: MeasureQuery, program: UUID) -> Sequence[_Case]:
    """Cases closed in the period with enough attended treatment contacts."""
    contact = ServiceContact
    days = col(contact.occurred_on).between(col(CaseFile.opened_on), col(CaseFile.closed_on))
    closed = col(CaseFile.closed_on).between(query.from_day, query.to_day)
    statement = (
        select(CaseFile.id, CaseFile.client_id, CaseFile.opened_on, CaseFile.closed_on, contact.id)
        .join(contact, (col(contact.client_id) == col(CaseFile.client_id)) & days)
        .where(
            col(CaseFile.program_id) == program,
            closed,
            col(contact.attendance) == AttendanceStatus.ATTENDED,
            col(contact.service_code).in_(sorted(TREATMENT)),
            col(contact.withdrawn_at).is_(None),
            *_at(CaseFile, query),
        )
        .order_by(col(CaseFile.id))
    )
    met: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in await unit.rows(counting(statement)):
        met[tuple(row[:4])] += 1
    return [_Case(*key[1:]) for key, number in met.items() if number >= FEWEST_CONTACTS]


def _course(case: _Case, scores: _Scores) -> Course:
    return Course(_pair(case, scores, ScaleCode.PHQ9), _pair(case, scores, ScaleCode.GAD7))


def _pair(case: _Case, scores: _Scores, scale: ScaleCode) -> Pair:
    """The first score of the course, and the last one if it is another assessment."""
    inside = [one for one in scores.get((case.client, scale), ()) if case.opened_on <= one.on <= case.closed_on]
    start = inside[0].score if inside else None
    return Pair(start, inside[-1].score if len(inside) > 1 else None)
