"""The work lists of those who oversee: what a supervisor has to decide, what an officer has to see to.

A source is one function in ``WATCHED``; it gives nothing to those whose roles have nothing to do with it.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import col

from coord.cases.codes import CaseStatus, PlanStatus
from coord.cases.tables import CaseFile, CasePlan
from coord.contacts.codes import ContactStatus
from coord.contacts.reviews import asks_for_a_look
from coord.contacts.tables import ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.periods.codes import Move, Timeliness
from coord.periods.reads import month_board
from coord.programs.working_days import working_days
from coord.supervision import caseloads
from coord.work import Unit, read
from coord.worklists.codes import WorkKind
from coord.worklists.money import conditions_to_decide, disclosures, payments
from coord.worklists.remedies import remedies_to_see_to
from coord.worklists.rules import Entry
from coord.worklists.watch import Watch

_MOST = 500
REVIEW_WITHIN = 5
"""Working days within which a supervisor decides about an opening, a plan or a closing."""
_WAITING = (CaseStatus.OPENING_REVIEW, CaseStatus.CLOSING_REVIEW)


Watched = Callable[[Unit, Watch], Awaitable[Sequence[Entry]]]


@read("work.list")
async def records_to_review(unit: Unit, watch: Watch) -> Sequence[Entry]:
    """Records of the queue, one entry a hospital; due when the oldest of them is a week old."""
    if not unit.actor.may("contact.review"):
        return []
    own = col(ServiceContact.recorded_by_id)
    statement = (
        select(
            Organization.id, Organization.code, Organization.name, func.count(), func.min(ServiceContact.occurred_on)
        )
        .join(ServiceContact, col(ServiceContact.hospital_id) == col(Organization.id))
        .where(
            col(ServiceContact.program_id) == watch.program.id,
            col(ServiceContact.status) == ContactStatus.SUBMITTED,
            or_(own.is_(None), own != unit.actor.user_id),
            asks_for_a_look(),
        )
        .group_by(col(Organization.id), col(Organization.code), col(Organization.name))
        .limit(_MOST)
    )
    return [
        Entry(
            WorkKind.REVIEW_RECORDS, f"{hospital}/{oldest}/{number}", oldest + timedelta(days=7),
            told={"hospital": name, "code": code, "n": int(number)},
        )
        for hospital, code, name, number, oldest in await unit.rows(statement)
    ]  # fmt: skip


@read("work.list")
async def cases_to_review(unit: Unit, watch: Watch) -> Sequence[Entry]:
    """Openings, plans and closings that wait for the supervisor; due within five working days."""
    if not unit.actor.may("case.review"):
        return []
    waiting = or_(
        col(CaseFile.status).in_(_WAITING),
        (col(CaseFile.closed_on).is_(None)) & (col(CasePlan.status) == PlanStatus.WAITING),
    )
    statement = (
        select(CaseFile.id, CaseFile.client_id, CaseFile.status, CaseFile.submitted_at, CasePlan.submitted_at)
        .outerjoin(CasePlan, col(CasePlan.id) == col(CaseFile.id))
        .where(col(CaseFile.program_id) == watch.program.id, waiting)
        .limit(_MOST)
    )
    calendar, entries = working_days(watch.program.time_zone), []
    for case, client, status, handed, planned in await unit.rows(statement):
        what = status.value if status in _WAITING else "PLAN"
        since = (planned if what == "PLAN" else handed) or unit.started_at
        due = _after(calendar, local_date(since, watch.program.time_zone))
        entries.append(
            Entry(WorkKind.REVIEW_CASE, f"{case}/{what}/{since:%Y%m%d%H%M}", due, client, case, {"what": what})
        )
    return entries


def _after(calendar: Any, day: date) -> date:
    """The day five working days later; by weekday where the calendar has no table for a year."""
    left = REVIEW_WITHIN
    while left:
        day += timedelta(days=1)
        is_working = calendar.is_working(day) if calendar.knows(day.year) else day.weekday() < _SATURDAY
        left -= is_working
    return day


_SATURDAY = 5


@read("work.list")
async def months_to_see_to(unit: Unit, watch: Watch) -> Sequence[Entry]:
    """The last month of each hospital: to review, to lock, or missing, by what the actor may do with it."""
    month = f"{watch.today.replace(day=1) - timedelta(days=1):%Y-%m}"
    entries = []
    for card in await month_board(unit, watch.program.code, month):
        told: dict[str, str | int] = {"month": month, "hospital": card.hospital_name}
        key = f"{card.hospital_id}/{month}/{card.state.value}"
        if Move.APPROVE in card.moves:
            entries.append(Entry(WorkKind.REVIEW_MONTH, key, card.due.review_by, None, card.hospital_id, told))
        elif Move.LOCK in card.moves:
            entries.append(Entry(WorkKind.LOCK_MONTH, key, card.due.lock_on, None, card.hospital_id, told))
        elif unit.actor.may("month.lock") and card.is_expected and card.timeliness is Timeliness.MISSING:
            entries.append(Entry(WorkKind.MISSING_MONTH, key, card.due.submit_by, None, card.hospital_id, told))
    return entries


@read("work.list")
async def caseloads_over(unit: Unit, watch: Watch) -> Sequence[Entry]:
    """Workers with more open cases than the program's ratio allows."""
    if not unit.actor.may("caseload.read"):
        return []
    loads = await caseloads(unit, watch.program.code, f"{watch.today:%Y-%m}")
    return [
        Entry(
            WorkKind.CASELOAD_OVER, f"{load.worker_id}/{load.open_cases}", watch.today,
            told={"worker": load.worker, "n": load.open_cases, "ratio": load.ratio},
        )
        for load in loads
        if load.is_over
    ]  # fmt: skip


WATCHED: Sequence[Watched] = (
    records_to_review, cases_to_review, months_to_see_to, caseloads_over, disclosures, payments, conditions_to_decide,
    remedies_to_see_to,
)  # fmt: skip
"""Every source of the lists of those who oversee."""
