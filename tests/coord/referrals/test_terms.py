"""A program's own terms: they hold for what begins after them; what runs keeps the terms under which it began."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from coord.access import Actor
from coord.kernel.clock import now
from coord.kernel.errors import Invalid
from coord.outcomes.codes import AlertUrgency
from coord.outcomes.tables import SafetyAlert
from coord.programs import Setting
from coord.programs.setting_values import SetValue, set_value
from coord.referrals import ticking
from coord.referrals.codes import Clock, Level, ReferralState, Urgency
from coord.referrals.reviewing import expire
from coord.referrals.tables import Referral, ReferralClock, ReferralReminder
from coord.referrals.ticking import TIME, speak
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.outcomes.recording import danger
from tests.coord.referrals.making import (
    E,
    by_target,
    consent,
    feedback,
    post_at_center,
    referral,
    row,
    seen,
    send,
    sent,
)
from tests.world import BUILDER, CHEN, HUANG, PROGRAM_ID, cast

pytestmark = pytest.mark.anyio
MONDAY = datetime.fromisoformat("2026-03-02T10:00:00+08:00")


async def put(setting: Setting, value: int, day: date | None = None, actor: Actor = cast.ola) -> None:
    given = {
        "program": str(PROGRAM_ID),
        "setting": setting,
        "value": value,
        "valid_from": (day or MONDAY.date()).isoformat(),
    }
    async with begin(actor) as unit:
        await set_value(unit, SetValue.parse(given))


async def _clock(referral_id: object, clock: Clock) -> ReferralClock:
    (found,) = await stored(ReferralClock, ReferralClock.referral_id == referral_id, ReferralClock.clock == clock)
    assert isinstance(found, ReferralClock)
    return found


async def test_what_runs_keeps_its_term_and_what_begins_takes_the_new_one(database: Database) -> None:
    with time_machine.travel(MONDAY, tick=False):
        first = await sent()
        await by_target(first, E.RECEIVE)
        before = await _clock(first, Clock.DECIDE)
        await put(Setting.DECIDE_DAYS, 2)
        await consent(client=str(CHEN))
        second = await send(referral(client=str(CHEN)))
        await by_target(second, E.RECEIVE)
    after, new = await _clock(first, Clock.DECIDE), await _clock(second, Clock.DECIDE)
    assert (after.due_at, after.working_days) == (before.due_at, 5)
    assert (new.due_at, new.working_days) == (datetime.fromisoformat("2026-03-05T00:00:00+08:00"), 2)


async def test_a_clock_that_began_before_a_change_speaks_by_its_old_term(database: Database) -> None:
    """Half of five working days is the third day at one; half of two would have been the evening of the first."""
    with time_machine.travel(MONDAY, tick=False):
        made = await sent()
        await by_target(made, E.RECEIVE)
        await put(Setting.DECIDE_DAYS, 2)
    clock = await _clock(made, Clock.DECIDE)
    assert clock.next_at == datetime.fromisoformat("2026-03-05T13:00:00+08:00")
    async with begin(TIME) as unit:
        assert await speak(unit, clock.next_at) == 1
    assert (await _clock(made, Clock.DECIDE)).next_at == datetime.fromisoformat("2026-03-06T17:00:00+08:00")


async def test_silence_expires_by_the_term_of_the_day_of_sending(database: Database) -> None:
    await sent()
    await put(Setting.SILENT_DAYS, 10, now().date() + timedelta(days=1))
    await consent(client=str(CHEN))
    with time_machine.travel(now() + timedelta(days=2), tick=True):
        await send(referral(client=str(CHEN)))
        async with begin(TIME) as unit:
            assert await expire(unit, now() + timedelta(days=11)) == 1
    states = {one.client_id: one.state for one in await stored(Referral)}
    assert [states.pop(CHEN), *states.values()] == [ReferralState.EXPIRED, ReferralState.SENT]


async def test_feedback_is_due_again_after_ninety_days(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    await seen(made)
    await by_target(made, E.ASSESS)
    await feedback(made, None, note="on the way")
    first, again = await _clock(made, Clock.FEEDBACK), await _clock(made, Clock.FEEDBACK_AGAIN)
    assert (first.stopped_at is None, again.stopped_at) == (False, None)
    assert again.due_at - again.started_at == timedelta(days=90)
    half = again.started_at + timedelta(days=45)
    with time_machine.travel(half - timedelta(hours=1), tick=True):
        await feedback(made, None, note="soon again")
    assert (await _clock(made, Clock.FEEDBACK_AGAIN)).stopped_at is None
    with time_machine.travel(half, tick=True):
        await feedback(made, None, note="still on the way")
    assert (await _clock(made, Clock.FEEDBACK_AGAIN)).stopped_at is not None


async def test_the_second_feedback_is_never_asked_for_on_a_holiday(database: Database) -> None:
    """Half of its term ends on Tuesday, Feb 17, 2026, in the Spring Festival; it speaks on the next working day."""
    with time_machine.travel("2026-01-03T11:00:00+08:00", tick=True):
        made = await sent()
        await by_target(made, E.ACCEPT)
        await seen(made)
        await by_target(made, E.ASSESS)
        await feedback(made, None, note="on the way")
        async with begin(BUILDER) as unit:
            await ticking.stop(unit, await unit.find(Referral, made), [Clock.NEXT_CONTACT])
    clock = await _clock(made, Clock.FEEDBACK_AGAIN)
    assert clock.next_at is not None
    async with begin(TIME) as unit:
        await speak(unit, clock.next_at)
    assert await stored(ReferralReminder) == []
    waits = (await _clock(made, Clock.FEEDBACK_AGAIN)).next_at
    assert waits == datetime.fromisoformat("2026-02-24T09:00:00+08:00")
    async with begin(TIME) as unit:
        await speak(unit, waits)
    assert [one.level for one in await stored(ReferralReminder)] == [Level.HALF]


async def test_an_urgent_referral_follows_the_programs_own_hours(database: Database) -> None:
    with time_machine.travel(MONDAY, tick=False):
        await put(Setting.EMERGENCY_DECIDE_HOURS, 3)
        await post_at_center()
        await consent(client=str(HUANG))
        made = await send(referral(client=str(HUANG), urgency=Urgency.EMERGENCY.value))
        await by_target(made, E.RECEIVE)
    assert (await _clock(made, Clock.DECIDE)).due_at == MONDAY + timedelta(hours=3)
    assert (await row(made)).urgency is Urgency.EMERGENCY


async def test_an_alert_climbs_by_the_terms_of_the_moment_it_was_opened(database: Database) -> None:
    today = now().date() + timedelta(days=1)
    await danger()
    await put(Setting.ALERT_MINUTES, 30, today)
    with time_machine.travel(now() + timedelta(days=2), tick=True):
        await danger()
    assert sorted(one.within for one in await stored(SafetyAlert)) == [30, 60]
    assert {one.urgency for one in await stored(SafetyAlert)} == {AlertUrgency.SAME_DAY}


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        (Setting.ALERT_MINUTES, 61, "TOO_LARGE"),
        (Setting.IMMINENT_ALERT_MINUTES, 11, "TOO_LARGE"),
        (Setting.SCHEDULE_DAY_2, 30, "OUT_OF_ORDER"),
        (Setting.SCHEDULE_DAY_6, 181, "TOO_LARGE"),
        (Setting.RESPONSE_REVIEW_WEEKS, 12, "OUT_OF_ORDER"),
        (Setting.LOST_DAYS, 14, "OUT_OF_ORDER"),
        (Setting.LOCK_DAY, 29, "TOO_LARGE"),
    ],
)
async def test_a_term_that_does_not_fit_is_refused(database: Database, setting: Setting, value: int, code: str) -> None:
    with time_machine.travel(MONDAY, tick=False), pytest.raises(Invalid) as refused:
        await put(setting, value)
    assert [problem.code for problem in refused.value.problems] == [code]


async def test_a_value_must_fit_until_it_is_set_anew(database: Database) -> None:
    """Lost after 60 days from next week on: reaching within 80 days would not fit then."""
    with time_machine.travel(MONDAY, tick=False):
        await put(Setting.LOST_DAYS, 60, MONDAY.date() + timedelta(days=7))
        with pytest.raises(Invalid):
            await put(Setting.REACH_DAYS, 80)
        await put(Setting.REACH_DAYS, 20, MONDAY.date() + timedelta(days=7))
        await put(Setting.REACH_DAYS, 80)
