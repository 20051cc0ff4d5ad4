"""Measures of cases: CR-3 and the quality indicators Q2 to Q4, Q6, Q7 and Q10.

A file that continues another is no new case: reopened and taken-over files have figures of their own, so that cases in
hand at the end are those at the start, plus opened, reopened and taken over, minus closed.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_
from sqlmodel import col

from coord.cases.codes import CaseOrigin, CaseStatus, ClosureType
from coord.cases.tables import CaseFile
from coord.measures.facts import Facts, Measure, number_of, sum_of

_CAME = (col(CaseFile.origin) != CaseOrigin.TAKEN_OVER,)
_OPENED = col(CaseFile.opened_on).is_not(None)
_NOT_OPENED = col(CaseFile.status) == CaseStatus.NOT_OPENED


def _of_origin(name: str, origin: CaseOrigin) -> Measure:
    return number_of(name, Facts.CASES_OPENED, col(CaseFile.origin) == origin)


def _at_closure(name: str, value: Any) -> Measure:
    return sum_of(name, Facts.CASES_CLOSED, value, value > 0)


CASE_MEASURES: Sequence[Measure] = (
    _of_origin("cases_opened", CaseOrigin.NEW),
    _of_origin("cases_reopened", CaseOrigin.REOPENED),
    _of_origin("cases_taken_over", CaseOrigin.TAKEN_OVER),
    number_of("cases_active", Facts.CASES_ACTIVE),
    number_of("cases_closed", Facts.CASES_CLOSED),
    number_of("cases_lost", Facts.CASES_CLOSED, col(CaseFile.closure) == ClosureType.LOST_CONTACT),
    number_of("intakes_decided", Facts.CASES_RECEIVED, *_CAME, or_(_OPENED, _NOT_OPENED)),
    number_of("intakes_opened", Facts.CASES_RECEIVED, *_CAME, _OPENED),
    Measure("assessments_due", Facts.ASSESSMENTS),
    Measure("assessments_in_time", Facts.ASSESSMENTS),
    number_of("plans_due", Facts.CASES_OPENED, *_CAME),
    number_of("plans_approved", Facts.CASES_OPENED, *_CAME, col(CaseFile.plan_approved_on).is_not(None)),
    _at_closure("goals_at_closure", col(CaseFile.goals)),
    _at_closure("goals_reached", col(CaseFile.goals_reached)),
    *(
        Measure(name, Facts.WINDOWS)
        for name in ("phq9_windows_ended", "phq9_followed_up", "phq9_responses", "phq9_remissions")
    ),
    Measure("treatments_known", Facts.TREATMENTS),
    Measure("treatments_adequate", Facts.TREATMENTS),
    number_of("satisfaction_answers", Facts.CASES_CLOSED, col(CaseFile.satisfaction).is_not(None)),
    sum_of(
        "satisfaction_points", Facts.CASES_CLOSED, col(CaseFile.satisfaction), col(CaseFile.satisfaction).is_not(None)
    ),
)
