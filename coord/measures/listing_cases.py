"""Q3: assessments within ten working days of the day on which the person came. Q12: adequate treatment at the closure."""

from datetime import date, timedelta

from sqlmodel import col

from coord.cases.codes import AdequateTreatment, CaseOrigin
from coord.cases.tables import CaseFile
from coord.kernel.sql import counting, select
from coord.kernel.workdays import UnknownYear, WorkDays
from coord.measures.counted import Counted, Rows, at_hospitals
from coord.measures.inputs import MeasureQuery
from coord.programs import ProgramFacts
from coord.programs.working_days import working_days
from coord.work import Unit

ASSESSED_WITHIN = 10
"""Working days after the day on which the person came."""


async def assessments(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """The cases opened in the period, and of these the ones assessed in time; files that continue another are left out.

    A case whose last day would lie in a year without a calendar counts in neither, unless it was assessed so soon
    that no calendar could say otherwise.
    """
    statement = select(
        CaseFile.id, CaseFile.received_on, CaseFile.assessed_on, CaseFile.opened_on, CaseFile.hospital_id,
        CaseFile.agency_id,
    ).where(
        col(CaseFile.program_id) == program.id,
        col(CaseFile.opened_on).between(query.from_day, query.to_day),
        col(CaseFile.origin) != CaseOrigin.TAKEN_OVER,
        *at_hospitals(col(CaseFile.hospital_id), query),
    )  # fmt: skip
    days = working_days(program.time_zone)
    due, in_time = [], []
    for case, received_on, assessed_on, opened_on, hospital, agency in await unit.rows(counting(statement)):
        is_in_time = assessed_in_time(received_on, assessed_on, days)
        if is_in_time is None:
            continue
        row = Counted(case, 1, opened_on, hospital, agency)
        due.append(row)
        in_time += [row] if is_in_time else []
    return {"assessments_due": due, "assessments_in_time": in_time}


async def treatments(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """The cases closed in the period of which the treating doctor said whether the treatment was adequate."""
    statement = select(
        CaseFile.id, CaseFile.adequate_treatment, CaseFile.closed_on, CaseFile.hospital_id, CaseFile.agency_id
    ).where(
        col(CaseFile.program_id) == program.id,
        col(CaseFile.closed_on).between(query.from_day, query.to_day),
        col(CaseFile.adequate_treatment).is_not(None),
        *at_hospitals(col(CaseFile.hospital_id), query),
    )
    known, adequate = [], []
    for case, said, closed_on, hospital, agency in await unit.rows(counting(statement)):
        known.append(Counted(case, 1, closed_on, hospital, agency))
        adequate += known[-1:] if said is AdequateTreatment.REACHED else []
    return {"treatments_known": known, "treatments_adequate": adequate}


def assessed_in_time(received_on: date, assessed_on: date | None, days: WorkDays) -> bool | None:
    """Q3 for one case; None where only the calendar of an unknown year could say."""
    if assessed_on is None:
        return False
    if assessed_on <= received_on + timedelta(days=ASSESSED_WITHIN):
        return True
    try:
        return assessed_on <= days.after(received_on, ASSESSED_WITHIN)
    except UnknownYear:
        return None
