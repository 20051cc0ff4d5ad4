"""REF-4: whatever becomes of workers, queue and clock, each clock says each level once, and each hearer hears it once."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest

from coord.kernel.clock import now
from coord.kernel.workdays import workdays
from coord.notices import NoticeKind
from coord.notices.tables import Notice
from coord.referrals import ticking
from coord.referrals.clocks import moments
from coord.referrals.codes import Level, Urgency
from coord.referrals.tables import Referral, ReferralClock, ReferralReminder
from coord.referrals.terms import USUAL
from coord.referrals.ticking import TIME, speak
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.referrals.making import E, by_target, consent, post_at_center, referral, send
from tests.world import CHEN, HUANG, LIN, fixed
from workers.jobs import notices as notice_jobs
from workers.run import run_waiting

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]
KINDS = {NoticeKind.REFERRAL_DUE, NoticeKind.REFERRAL_OVERDUE}
ZONE = "Asia/Shanghai"
DAYS = 45
_AT_ONCE = 1e9


async def three_referrals() -> None:
    """Three on their way; one of them is taken on, one is an emergency."""
    await post_at_center()
    made = []
    for client, urgency in ((LIN, Urgency.ROUTINE), (CHEN, Urgency.URGENT), (HUANG, Urgency.EMERGENCY)):
        await consent(client=str(client))
        made.append(await send(referral(client=str(client), urgency=urgency.value)))
    await by_target(made[0], E.ACCEPT)


def _looks(rng: random.Random, start: datetime) -> Sequence[datetime]:
    """When somebody looks at the clock: minutes to days apart, sometimes set back, once a whole day not at all."""
    at, found = start, []
    while at < start + timedelta(days=DAYS):
        at += timedelta(minutes=rng.choice([1, 7, 45, 200, 800, 1800]))
        found.append(at - timedelta(minutes=rng.choice([0, 0, 0, 3, 90, 600])))
    gap = found[len(found) // 3]
    return [one for one in found if not gap < one < gap + timedelta(hours=24)]


class Killed(Exception):
    """A worker dies: what it had not committed never was."""


class Mortal:
    """Lets workers die at random words, and jobs in the middle of telling."""

    def __init__(self, rng: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rng, self.deaths = rng, 0
        for module, name in ((ticking, "_tell"), (notice_jobs, "tell_whoever_holds")):
            monkeypatch.setattr(module, name, self._dying(getattr(module, name)))

    def _dying(self, words: Callable[..., Any]) -> Callable[..., Any]:
        def spoken(*given: Any) -> Any:
            self.die(0.15)
            return words(*given)

        return spoken

    def die(self, chance: float) -> None:
        if self.rng.random() < chance:
            self.deaths += 1
            raise Killed

    async def look(self, at: datetime) -> None:
        """One worker; it may also die with everything said and nothing committed, or right after."""
        with suppress(Killed):
            async with begin(TIME) as unit:
                await speak(unit, at)
                self.die(0.2)


def _expected(clock: ReferralClock, urgency: Urgency, last: datetime) -> set[Level]:
    plan = moments(USUAL.of(clock.clock, urgency), clock.started_at, clock.due_at, ZONE, workdays("CN"))
    return {level for level, moment in plan if moment <= last}


async def test_each_level_is_said_once_whoever_dies_and_whenever(
    real_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    mortal = Mortal(random.Random(20261), monkeypatch)  # noqa: S311  the same deaths in every run
    await three_referrals()
    start = now()
    looks = _looks(mortal.rng, start)
    for number, at in enumerate(looks):
        async with anyio.create_task_group() as tasks:
            for _ in range(2):
                tasks.start_soon(mortal.look, at)
        if number % 9 == 0:
            await run_waiting(hurry=_AT_ONCE)
    assert mortal.deaths > 10
    monkeypatch.undo()
    last = max(looks)
    for at in (last, start):  # at the end nobody dies; a clock that is set back for good says nothing again
        async with begin(TIME) as unit:
            await speak(unit, at)
    await run_waiting(hurry=_AT_ONCE)
    await nothing_lost_and_nothing_twice(last)


async def nothing_lost_and_nothing_twice(last: datetime) -> None:
    reminders = await stored(ReferralReminder)
    said = Counter((one.clock_id, one.level) for one in reminders)
    assert set(said.values()) == {1}
    by_clock = {clock.id: clock for clock in await stored(ReferralClock)}
    for clock in by_clock.values():
        levels = {level for clock_id, level in said if clock_id == clock.id}
        if clock.stopped_at is None:
            assert levels == _expected(clock, await _urgency_of(clock), last), clock.clock
        else:
            assert levels <= set(Level)
    heard = Counter(one.user_id for one in await stored(Notice) if one.kind in KINDS)
    loud = sum(one.level is Level.FOUNDATION for one in reminders)
    assert loud > 0
    assert heard == {fixed("user/cai"): len(reminders) - loud, fixed("user/ola"): loud}


async def _urgency_of(clock: ReferralClock) -> Urgency:
    (row,) = await stored(Referral, Referral.id == clock.referral_id)
    found: Urgency = row.urgency
    return found
