"""Clocks of a referral as rows: started and stopped by moves, made louder by time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col

from coord import notices
from coord.access import Role, system
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.kernel.workdays import WorkDays
from coord.notices import NoticeKind
from coord.programs.setting_values import values_of
from coord.programs.tables import Program
from coord.programs.working_days import working_days
from coord.referrals.access import HANDLING
from coord.referrals.clocks import due_at, first_contact, has_half_passed, in_working_hours, moments, next_moment
from coord.referrals.codes import Clock, Level
from coord.referrals.tables import Referral, ReferralClock, ReferralReminder
from coord.referrals.terms import Term, Terms
from coord.work import Unit, action

TIME = system("referral clocks", "reminds both sides of every organization when time passes", "job.run")
_AT_ONCE = 200
_WAITS = frozenset({Clock.FEEDBACK_AGAIN})
"""Begins before the calendar of its last day is known, and waits for a working day when it has something to say."""
_HEARS = {
    Level.HALF: HANDLING,
    Level.LATE: HANDLING,
    Level.BREACH: HANDLING,
    Level.COORDINATOR: (Role.HOSPITAL_COORDINATOR, Role.SUPERVISOR, Role.COMMUNITY_RECEIVER),
}


async def _place(unit: Unit, referral: Referral) -> tuple[str, UUID, WorkDays]:
    """The program's zone, its foundation, and the working days of its country."""
    program = await unit.find(Program, referral.program_id)
    return program.time_zone, program.foundation_id, working_days(program.time_zone)


async def terms_on(unit: Unit, program_id: UUID, zone: str, at: datetime) -> Terms:
    """The terms of a program as they hold at a moment."""
    return Terms((await values_of(unit, program_id)).on(local_date(at, zone)))


async def resume(unit: Unit, referral: Referral, clocks: Sequence[Clock]) -> None:
    """Let clocks of the present round go on as if they had not been stopped."""
    for clock in clocks:
        if (row := await _row(unit, referral, clock)) is not None:
            row.stopped_at = None


async def start(unit: Unit, referral: Referral, clocks: Sequence[Clock]) -> None:
    """Start clocks of the present round; one that ran for an acceptance that was undone begins anew. Raises ``UnknownYear``."""
    if not clocks:
        return
    zone, _, days = await _place(unit, referral)
    terms = await terms_on(unit, referral.program_id, zone, unit.started_at)
    for clock in clocks:
        row = await _row(unit, referral, clock)
        said = [] if row is None else await _said(unit, row)
        if row is None:
            row = ReferralClock(referral_id=referral.id, clock=clock, round=referral.round,
                                started_at=unit.started_at, due_at=unit.started_at)  # fmt: skip
        _run(row, referral, terms, unit.started_at, zone, days)
        following = next_moment(said, _plan(row, zone, days))
        row.stopped_at, row.next_at = None, None if following is None else following[1]
        unit.add(row)


def _run(row: ReferralClock, referral: Referral, terms: Terms, at: datetime, zone: str, days: WorkDays) -> None:
    """Let a clock run from a moment by a program's terms."""
    term = terms.of(row.clock, referral.urgency)
    row.working_days, row.is_quiet = term.working_days, term.quiet
    if row.clock is Clock.FIRST_CONTACT:
        row.started_at, row.due_at = first_contact(terms, referral.urgency, at, referral.discharged_at)
    else:
        row.started_at, row.due_at = at, due_at(term, at, zone, days)


def _plan(row: ReferralClock, zone: str, days: WorkDays) -> Sequence[tuple[Level, datetime]]:
    """When a clock becomes louder, by the term that it keeps."""
    term = Term(row.working_days, row.due_at - row.started_at, row.is_quiet)
    return moments(term, row.started_at, row.due_at, zone, days)


async def follow(unit: Unit, referral: Referral) -> None:
    """Let a running clock of the first contact follow what is now known of the discharge; it says again what is due."""
    row = await _row(unit, referral, Clock.FIRST_CONTACT)
    if row is None or row.stopped_at is not None or referral.accepted_at is None:
        return
    zone, _, days = await _place(unit, referral)
    terms = await terms_on(unit, referral.program_id, zone, referral.accepted_at)
    _run(row, referral, terms, referral.accepted_at, zone, days)
    following = next_moment(await _said(unit, row), _plan(row, zone, days))
    row.next_at = None if following is None else following[1]


async def stop_when_half_over(unit: Unit, referral: Referral, clock: Clock) -> None:
    """Stop a clock of the present round once half of its term has passed; what comes sooner does not count for it."""
    row = await _row(unit, referral, clock)
    if row is not None and row.stopped_at is None and has_half_passed(row.started_at, row.due_at, unit.started_at):
        row.stopped_at = unit.started_at


async def stop(unit: Unit, referral: Referral, clocks: Sequence[Clock]) -> None:
    """Stop clocks of the present round."""
    if not clocks:
        return
    statement = select(ReferralClock).where(
        col(ReferralClock.referral_id) == referral.id,
        col(ReferralClock.clock).in_(clocks),
        col(ReferralClock.stopped_at).is_(None),
    )
    for row in await unit.scalars(statement):
        row.stopped_at = unit.started_at


async def _row(unit: Unit, referral: Referral, clock: Clock) -> ReferralClock | None:
    statement = select(ReferralClock).where(
        col(ReferralClock.referral_id) == referral.id,
        col(ReferralClock.clock) == clock,
        col(ReferralClock.round) == referral.round,
    )
    found: ReferralClock | None = await unit.scalar(statement)
    return found


@action("job.run")
async def speak(unit: Unit, at: datetime) -> int:
    """Let every clock that is due say what it has not said yet, each level once; returns how many spoke.

    Whoever runs this at the same time takes other clocks; what one of them was about to say when it was killed,
    the next one says.
    """
    statement = (
        select(ReferralClock)
        .where(col(ReferralClock.stopped_at).is_(None), col(ReferralClock.next_at) <= at)
        .order_by(col(ReferralClock.next_at), col(ReferralClock.id))
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    due: Sequence[ReferralClock] = await unit.scalars(statement)
    for clock in due:
        await _say(unit, clock, at)
    return len(due)


async def _say(unit: Unit, clock: ReferralClock, at: datetime) -> None:
    referral = await unit.find(Referral, clock.referral_id)
    zone, foundation, days = await _place(unit, referral)
    if clock.clock in _WAITS and (morning := in_working_hours(at, ZoneInfo(zone), days)) > at:
        clock.next_at = morning
        return
    plan = _plan(clock, zone, days)
    said = await _said(unit, clock)
    while (following := next_moment(said, plan)) is not None and following[1] <= at:
        level = following[0]
        said.append(level)
        unit.add(ReferralReminder(clock_id=clock.id, referral_id=referral.id, level=level, at=at))
        _tell(unit, referral, level, foundation)
    clock.next_at = None if following is None else following[1]


async def _said(unit: Unit, clock: ReferralClock) -> list[Level]:
    """The levels that a clock has reached."""
    spoken = select(ReferralReminder.level).where(col(ReferralReminder.clock_id) == clock.id)
    return list(await unit.scalars(spoken))


def _tell(unit: Unit, referral: Referral, level: Level, foundation: UUID) -> None:
    """Whose turn it is hears it first; then their coordinator and the sender; at last the foundation."""
    kind = NoticeKind.REFERRAL_DUE if level in {Level.HALF, Level.LATE} else NoticeKind.REFERRAL_OVERDUE
    if level is Level.FOUNDATION:
        notices.tell_holders(unit, (Role.PROGRAM_OFFICER,), foundation, kind, "referral", referral.id)
        return
    notices.tell_holders(unit, _HEARS[level], referral.target_id, kind, "referral", referral.id)
    if level is Level.COORDINATOR:
        notices.tell_holders(unit, _HEARS[level], referral.source_id, kind, "referral", referral.id)
