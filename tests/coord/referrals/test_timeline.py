"""The whole story of a referral: moves, attempts, feedback and reminders in one order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coord.kernel.clock import now
from coord.referrals.codes import Clock, ContactChannel, Level, ReferralEventKind, ReferralState, Side
from coord.referrals.stories import Told
from coord.referrals.tables import ReferralAttempt, ReferralClock, ReferralReminder
from coord.referrals.timeline import Attempt, Feedback, Reminder, timeline
from coord.referrals.whole import whole
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.referrals.making import sent
from tests.web.visit import visiting
from tests.world import BUILDER, cast

pytestmark = pytest.mark.anyio
AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def _moved(at: datetime) -> Told:
    return Told(at, ReferralEventKind.SEND, None, ReferralState.SENT, Side.SOURCE, None, None, None)


def test_the_newest_stands_first_and_a_move_above_what_happened_with_it() -> None:
    moved, later = _moved(AT), _moved(AT + timedelta(hours=2))
    tried = Attempt(AT + timedelta(hours=1), ContactChannel.PHONE)
    said, reminded = Feedback(AT, None, {}), Reminder(AT, Clock.ACKNOWLEDGE, Level.HALF)
    lines = timeline([moved, later], [tried], [said], [reminded])
    assert [line.moved or line.tried or line.came_back or line.reminded for line in lines] == [
        later,
        tried,
        moved,
        said,
        reminded,
    ]
    assert [line.at for line in lines] == [later.at, tried.at, AT, AT, AT]


async def test_attempts_and_reminders_stand_in_the_story_of_both_sides(database: Database) -> None:
    one = await sent()

    clock = (await stored(ReferralClock, ReferralClock.referral_id == one))[0]
    added: list[Any] = [
        ReferralAttempt(referral_id=one, at=now(), channel=ContactChannel.PHONE),
        ReferralReminder(clock_id=clock.id, referral_id=one, level=Level.HALF),
    ]
    async with begin(BUILDER) as unit:
        for each in added:
            unit.add(each)
    for actor in (cast.sam, cast.cai):
        async with begin(actor) as unit:
            lines = (await whole(unit, one)).timeline
        assert [line.reminded.clock for line in lines if line.reminded] == [clock.clock]
        assert [line.tried.channel for line in lines if line.tried] == [ContactChannel.PHONE]
        assert any(line.moved for line in lines)
    async with visiting("sam") as sam:
        page = (await sam.get(f"/referrals/{one}")).text
    assert page.count('<ol class="timeline">') == 1
    assert ("Not reached" in page, "half of the time is over" in page) == (True, True)
