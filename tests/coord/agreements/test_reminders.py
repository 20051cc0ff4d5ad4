"""Officers are told of what the law wants published: in time, once more when it ran out, and whatever day the job missed."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from coord.access import system
from coord.agreements.disclosing import remind
from coord.agreements.rules import reminder_on
from coord.notices import NoticeKind
from coord.notices.tables import Notice
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.agreements.making import gift
from tests.coord.making import stored
from workers.perform import perform

pytestmark = pytest.mark.anyio
_CLOCK = system("test", "reminds as the job does", "job.run", "agreement.list")
DUE = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (date(2026, 11, 16), None),
        (date(2026, 11, 17), date(2026, 11, 17)),
        (DUE, date(2026, 11, 17)),
        (date(2026, 12, 2), date(2026, 12, 2)),
        (date(2027, 5, 1), date(2026, 12, 2)),
    ],
)
def test_somebody_is_to_be_told_two_weeks_before_and_when_it_ran_out(today: date, since: date | None) -> None:
    assert reminder_on(DUE, today) == since


async def _told(day: date) -> int:
    """How many programs the job of a day told of, once those who are told have been found."""
    with time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC), tick=False):
        async with begin(_CLOCK) as unit:
            told = await remind(unit)
        for job in await stored(OutboxJob, OutboxJob.job == "notices.tell_holders"):
            await perform(str(job.id))
    return told


async def test_each_stage_is_told_once_even_where_a_day_was_missed(database: Database) -> None:
    received = date(2026, 10, 5)
    with time_machine.travel(datetime(2026, 10, 5, 4, tzinfo=UTC), tick=False):
        await gift(related_party="true", received_on=received.isoformat())
    due = received + timedelta(days=30)
    await _told(received)
    before = len(await stored(Notice, Notice.kind == NoticeKind.DISCLOSURE_DUE))
    told = [await _told(due + timedelta(days=days)) for days in (-15, -12, -11, 0, 6, 7)]
    assert told == [0, 1, 0, 0, 1, 0]
    assert len(await stored(Notice, Notice.kind == NoticeKind.DISCLOSURE_DUE)) > before
