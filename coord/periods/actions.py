"""Submitting a month, giving it back, approving it, locking it: one table of transitions, different people."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, update

from coord import audit
from coord.contacts.codes import ContactStatus
from coord.contacts.tables import ServiceContact
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.sql import select
from coord.periods.codes import Move
from coord.periods.figures import figures_of
from coord.periods.inputs import MonthDecision, MonthWords
from coord.periods.places import MonthPlace, month_place
from coord.periods.rules import NEEDS_REASON, TRANSITIONS, Hands, digest, first_day, last_day, wrong_move
from coord.periods.tables import MonthReport, MonthSnapshot, MonthStep
from coord.programs.month_locks import lock_month
from coord.work import Unit, action

_WORDS = {"words", "story", "plan"}


async def _report(unit: Unit, place: MonthPlace) -> MonthReport:
    """The month's report, for this unit alone until it ends; an open one where there is none yet."""
    statement = (
        select(MonthReport)
        .where(
            col(MonthReport.program_id) == place.program.id,
            col(MonthReport.hospital_id) == place.hospital_id,
            col(MonthReport.month) == place.month,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found: MonthReport | None = await unit.scalar(statement)
    if found is None:
        fresh = MonthReport(program_id=place.program.id, hospital_id=place.hospital_id, month=place.month)
        try:
            await unit.session.savepoint(fresh)
        except IntegrityError:
            found = await unit.scalar(statement)
        else:
            found = fresh
    if found is None:
        raise AssertionError("a month's report was added by another unit and is not seen")
    return found


def _step(unit: Unit, report: MonthReport, move: Move, note: str | None) -> None:
    """Move a report on. Raises ``Conflict`` where the table of transitions or the people do not allow it."""
    wrong = wrong_move(report.state, move, unit.actor.user_id, Hands(report.submitted_by_id, report.approved_by_id))
    if wrong is not None:
        raise Conflict(wrong)
    before = audit.facts(report)
    came_from, report.state = report.state, TRANSITIONS[report.state, move]
    unit.add(
        MonthStep(
            report_id=report.id, from_state=came_from, to_state=report.state, note=note, at=unit.started_at,
            by_id=unit.actor.user_id, by_name=unit.actor.name,
        )
    )  # fmt: skip
    if move is Move.SUBMIT:
        report.submitted_at, report.submitted_by_id = unit.started_at, unit.actor.user_id
        report.approved_at = report.approved_by_id = None
    elif move is Move.APPROVE:
        report.approved_at, report.approved_by_id = unit.started_at, unit.actor.user_id
    elif move is Move.LOCK:
        report.locked_at, report.locked_by_id = unit.started_at, unit.actor.user_id
    audit.record(unit, f"month.{move.value.lower()}", report, before=before, reason=note)


async def _decide(unit: Unit, given: MonthDecision, move: Move) -> UUID:
    place = await month_place(unit, given, move)
    if move in NEEDS_REASON and not given.note:
        raise Invalid(Problem("note", "REQUIRED"))
    report = await _report(unit, place)
    _step(unit, report, move, given.note)
    return report.id


@action("month.submit")
async def save_words(unit: Unit, given: MonthWords) -> UUID:
    """Keep the words of a month that is not submitted. Raises ``Conflict`` when it is."""
    report = await _report(unit, await month_place(unit, given, Move.SUBMIT))
    if (report.state, Move.SUBMIT) not in TRANSITIONS:
        raise Conflict(Problem("month", "MONTH_NOT_IN_STATE", {"state": report.state.value}))
    before = audit.facts(report)
    for name in _WORDS:
        setattr(report, name, getattr(given, name))
    audit.record(unit, "month.write", report, before=before)
    return report.id


@action("month.submit")
async def submit_month(unit: Unit, given: MonthWords) -> UUID:
    """Hand a month in, from its last day on.

    Raises ``Conflict`` while it is running, while records of it stand returned, or from another state.
    """
    place = await month_place(unit, given, Move.SUBMIT)
    if place.today < last_day(place.month):
        raise Conflict(Problem("month", "MONTH_NOT_OVER"))
    report = await _report(unit, place)
    _step(unit, report, Move.SUBMIT, None)
    if await unit.scalar(select(ServiceContact.id).where(*_unfinished(place)).limit(1)) is not None:
        raise Conflict(Problem("month", "MONTH_HAS_RETURNED"))
    for name in _WORDS:
        setattr(report, name, getattr(given, name))
    return report.id


def _of_month(place: MonthPlace) -> list[Any]:
    return [
        col(ServiceContact.program_id) == place.program.id,
        col(ServiceContact.hospital_id) == place.hospital_id,
        col(ServiceContact.occurred_on).between(first_day(place.month), last_day(place.month)),
    ]


def _unfinished(place: MonthPlace) -> list[Any]:
    return [*_of_month(place), col(ServiceContact.status).in_([ContactStatus.DRAFT, ContactStatus.RETURNED])]


@action("month.review")
async def return_month(unit: Unit, given: MonthDecision) -> UUID:
    """Give a submitted month back with the reason; not to be done by who submitted it. Raises ``Conflict``."""
    return await _decide(unit, given, Move.RETURN)


@action("month.review")
async def approve_month(unit: Unit, given: MonthDecision) -> UUID:
    """Approve a submitted month; not to be done by who submitted it. Raises ``Conflict``."""
    return await _decide(unit, given, Move.APPROVE)


@action("month.lock")
async def send_back_month(unit: Unit, given: MonthDecision) -> UUID:
    """Give an approved month back with the reason. Raises ``Conflict``."""
    return await _decide(unit, given, Move.SEND_BACK)


@action("month.lock")
async def lock_report(unit: Unit, given: MonthDecision) -> UUID:
    """Lock an approved month for good and keep its figures; a third person does it. Raises ``Conflict``."""
    place = await month_place(unit, given, Move.LOCK)
    report = await _report(unit, place)
    _step(unit, report, Move.LOCK, given.note)
    await lock_month(unit, place.program.id, place.hospital_id, place.month)
    in_month = update(ServiceContact).where(*_of_month(place)).values(status=ContactStatus.LOCKED)
    await unit.session.run(in_month.execution_options(synchronize_session=False))
    version, figures = await figures_of(unit, place)
    unit.add(
        MonthSnapshot(
            id=report.id, rules_version=version, figures=figures, hash=digest(figures), taken_at=unit.started_at
        )
    )
    return report.id
