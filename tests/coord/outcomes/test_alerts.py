"""The chain of an alert: each level once and on time, until a named person takes it on with a plan."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlmodel import col, update

from coord.identity.tables import Membership
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.sql import select
from coord.notices.mailing import mailbox
from coord.outcomes import CloseAlert, RaiseAlert, RaiseUrgency, close_alert, raise_alert, raise_urgency
from coord.outcomes.alert_reads import ALERTS, alerts_on_page, tasks_of, words_of
from coord.outcomes.alerts import finish_task
from coord.outcomes.chain import MINUTES, TASKS
from coord.outcomes.codes import AlertOutcome, AlertTrigger, AlertUrgency
from coord.outcomes.dispatching import DISPATCHER, beat, overdue_tasks
from coord.outcomes.tables import AlertDelivery, AlertTask, AlertWords, SafetyAlert
from coord.outcomes.watching import health, shell_state
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.outcomes.recording import (
    HIGH,
    NOON,
    danger,
    minutes,
    record,
    scale,
    steps,
    take,
    the_alert,
    told,
    turns,
    with_coordinator,
)
from tests.world import BUILDER, LIN, NORTH, SOUTH_ZHAO, cast, fixed

pytestmark = pytest.mark.anyio
EVERYBODY = ["sam", "sun", "coordinator", "ola"]


@pytest.fixture
async def clock(database: Database) -> AsyncIterator[Any]:
    """Noon at North, standing still."""
    await with_coordinator()
    with time_machine.travel(NOON, tick=False) as frozen:
        yield frozen


@pytest.mark.parametrize("urgency", AlertUrgency)
async def test_every_level_hears_at_its_minute_and_not_a_second_before(clock: Any, urgency: AlertUrgency) -> None:
    await (danger() if urgency is AlertUrgency.SAME_DAY else record(scale(HIGH, "CSSRS")))
    heard = []
    for level, at in enumerate(MINUTES[urgency]):
        if at:
            clock.move_to(NOON + minutes(at) - timedelta(seconds=1))
            assert await turns() == 0
        clock.move_to(NOON + minutes(at))
        heard.append((level, await turns()))
    assert heard == [(0, 1), (1, 1), (2, 1), (3, 1)]
    assert (await told(), await steps()) == (EVERYBODY, [(0, 1), (1, 1), (2, 1), (3, 1)])
    clock.shift(timedelta(days=3))
    assert await turns() == 0
    assert (await the_alert()).exhausted_at == NOON + minutes(MINUTES[urgency][-1])


async def test_after_somebody_took_it_on_nobody_else_is_told(clock: Any) -> None:
    alert = await danger()
    await turns()
    await take(alert)
    clock.shift(timedelta(hours=5))
    assert (await turns(), await told()) == (0, ["sam"])
    row = await the_alert()
    assert (row.taken_by_name, row.plan, row.next_at, row.exhausted_at) == ("Sam", ["STAYING_WITH_PERSON"], None, None)


async def test_a_level_without_anybody_is_passed_over_at_once_and_the_chain_does_not_end(clock: Any) -> None:
    async with begin(BUILDER) as unit:
        gone = [fixed(f"user/{name}") for name in ("sun", "coordinator")]
        over = (
            update(Membership).where(col(Membership.user_id).in_(gone)).values(ends_on=NOON.date() - timedelta(days=1))
        )
        await unit.session.run(over)
    await danger()
    await turns()
    clock.shift(minutes(10))
    assert await turns() == 3
    assert (await told(), await steps()) == (["sam", "ola"], [(0, 1), (1, 0), (2, 0), (3, 1)])


async def test_with_nobody_at_all_the_alert_is_red_at_once(clock: Any) -> None:
    async with begin(BUILDER) as unit:
        await unit.session.run(
            update(Membership)
            .where(col(Membership.user_id) != fixed("user/adam"))
            .values(ends_on=NOON.date() - timedelta(days=1))
        )
    await danger()
    await turns()
    assert (await told(), await steps()) == ([], [(0, 0), (1, 0), (2, 0), (3, 0)])
    assert (await the_alert()).exhausted_at == NOON
    async with begin(cast.sun, read_only=True) as unit:
        assert (await shell_state(unit)).exhausted == 1


async def test_nobody_is_told_twice_at_one_level(clock: Any) -> None:
    await danger()
    await turns()
    assert [await turns(), await turns()] == [0, 0]
    assert len(await stored(AlertDelivery)) == 1


async def test_taking_on_needs_a_plan_and_happens_once(clock: Any) -> None:
    alert = await danger()
    with pytest.raises(Invalid, match="plan:"):
        await take(alert, plan=[])
    assert (await the_alert()).taken_at is None
    await take(alert, cast.sun)
    with pytest.raises(Conflict, match="ALERT_TAKEN"):
        await take(alert)
    assert (await the_alert()).taken_by_name == "Sun"


@pytest.mark.parametrize(
    ("name", "refused"), [("fatima", NotAllowed), ("cai", NotAllowed), ("adam", NotAllowed), ("nia", NotFound)]
)
async def test_others_cannot_take_it_on(clock: Any, name: str, refused: type[Exception]) -> None:
    alert = await danger()
    with pytest.raises(refused):
        await take(alert, getattr(cast, name))
    assert (await the_alert()).taken_at is None


async def test_the_program_officer_takes_it_on_without_reading_a_word(clock: Any) -> None:
    async with begin(cast.sam) as unit:
        alert = await raise_alert(unit, _flag(note="CANARY says goodbye"))
    await take(alert, cast.ola, note="ignored")
    async with begin(cast.ola, read_only=True) as unit:
        assert await ALERTS.total(unit, []) == 1
        assert await unit.scalars(_words()) == []
        with pytest.raises(NotAllowed):
            await words_of(unit, LIN, [alert])
    (word,) = await stored(AlertWords)
    assert b"CANARY" not in word.sealed
    async with begin(cast.sam, read_only=True) as unit:
        assert [said.text for said in await words_of(unit, LIN, [alert])] == ["CANARY says goodbye"]


def _words() -> Any:
    return select(AlertWords)


def _flag(**more: Any) -> RaiseAlert:
    return RaiseAlert.parse({"idempotency_key": str(uuid.uuid4()), "client": str(LIN), **more})


async def test_mails_of_an_alert_name_nobody(clock: Any) -> None:
    await danger(note="CANARY")
    clock.shift(timedelta(hours=1))
    await turns()
    mails = await mailbox(cast.adam)
    assert {mail.to.split("@")[0] for mail in mails} == {"sam", "sun", "coordinator", "ola"}
    canaries = ("CANARY", "NORTH", "林芳", "北岸", str(LIN), str(NORTH), "PHQ")
    text = "".join(mail.letter.subject + mail.letter.body for mail in mails)
    assert [word for word in canaries if word in text] == []


async def test_a_flag_is_raised_once_for_a_key_and_its_urgency_only_rises(clock: Any) -> None:
    given = _flag(urgency="SAME_DAY")
    async with begin(cast.sam) as unit:
        alert = await raise_alert(unit, given)
    async with begin(cast.sam) as unit:
        assert await raise_alert(unit, given) == alert
    await turns()
    clock.shift(minutes(3))
    with pytest.raises(Invalid, match="reason:REQUIRED"):
        await _faster(alert, "")
    await _faster(alert, "he left the ward")
    assert await turns() == 1
    assert (await told(), (await the_alert()).cause) == (["sam", "sun"], AlertTrigger.WORKER_FLAG)
    with pytest.raises(Conflict, match="URGENCY_IS_HIGHEST"):
        await _faster(alert, "again")


async def _faster(alert: UUID, reason: str) -> None:
    async with begin(cast.sam) as unit:
        await raise_urgency(unit, RaiseUrgency.parse({"alert": str(alert), "reason": reason}))


async def test_a_flag_about_a_foreign_person_is_not_found(clock: Any) -> None:
    with pytest.raises(NotFound):
        async with begin(cast.sam) as unit:
            await raise_alert(unit, _flag(client=str(SOUTH_ZHAO)))
    assert await stored(SafetyAlert) == []


async def _close(alert: UUID, outcome: str, note: str | None = None, actor: Any = cast.sam) -> None:
    async with begin(actor) as unit:
        await close_alert(unit, CloseAlert.parse({"alert": str(alert), "outcome": outcome, "note": note}))


async def test_it_cannot_be_closed_without_being_taken_on_and_without_an_outcome_that_shows(clock: Any) -> None:
    alert = await danger()
    with pytest.raises(Conflict, match="ALERT_NOT_TAKEN"):
        await _close(alert, "TRANSFERRED")
    await take(alert)
    with pytest.raises(Invalid, match="outcome:"):
        await _close(alert, "")
    with pytest.raises(Invalid, match="note:REQUIRED"):
        await _close(alert, "FALSE_ALARM")
    with pytest.raises(Invalid, match="NO_SCREENER_SINCE"):
        await _close(alert, "CSSRS_DONE")
    with pytest.raises(NotAllowed):
        await _close(alert, "TRANSFERRED", actor=cast.ola)
    assert (await the_alert()).closed_at is None
    clock.shift(minutes(1))
    await record(scale((0, 0, None, None, None, 0), "CSSRS"))
    await _close(alert, "CSSRS_DONE")
    with pytest.raises(Conflict, match="ALERT_CLOSED"):
        await _close(alert, "CSSRS_DONE")
    assert (await the_alert()).outcome is AlertOutcome.CSSRS_DONE


async def test_what_has_to_follow_opens_an_alert_when_it_is_not_done_in_time(clock: Any) -> None:
    alert = await danger()
    await turns()
    await take(alert)
    await _close(alert, "SAFETY_PLAN_MADE")
    async with begin(cast.sam, read_only=True) as unit:
        following = await tasks_of(unit, [alert])
    assert [(task.kind, task.due_at) for task in following] == [(kind, NOON + after) for kind, after in TASKS.items()]
    async with begin(cast.sam) as unit:
        await finish_task(unit, following[0].id)
    clock.move_to(NOON + timedelta(days=7, seconds=1))
    async with begin(DISPATCHER, read_only=True) as unit:
        assert await overdue_tasks(unit) == [following[1].id]
    await turns()
    opened = [row for row in await stored(SafetyAlert) if row.id != alert]
    assert [(row.cause, row.level) for row in opened] == [(AlertTrigger.FOLLOW_UP_OVERDUE, 1)]
    assert await turns() == 0


async def test_a_false_alarm_has_nothing_to_follow(clock: Any) -> None:
    alert = await danger()
    await take(alert)
    await _close(alert, "FALSE_ALARM", "wrong form")
    assert await stored(AlertTask) == []


async def test_the_watch_sees_a_dispatcher_that_stopped_and_alerts_past_their_time(clock: Any) -> None:
    assert (await health()).is_stale
    async with begin(DISPATCHER) as unit:
        await beat(unit, "one")
    await danger()
    clock.shift(timedelta(seconds=60))
    assert not (await health()).is_stale
    clock.shift(timedelta(seconds=1))
    found = await health()
    assert (found.is_stale, found.late) == (True, 1)


async def test_open_alerts_are_listed_for_those_who_see_them(clock: Any) -> None:
    await danger()
    seen = {}
    for name in ("sam", "sun", "ola", "nia"):
        async with begin(getattr(cast, name), read_only=True) as unit:
            seen[name] = len(await alerts_on_page(unit))
    assert seen == {"sam": 1, "sun": 1, "ola": 1, "nia": 0}
