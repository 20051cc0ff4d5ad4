"""The clock after discharge: wired to what the care team records, whoever sends and whenever it is recorded."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from coord.access import Grant, Role
from coord.access.actor import Actor
from coord.clients.discharges import RecordDischarge, RecordReadmission, record_discharge, record_readmission
from coord.clients.tables import Discharge
from coord.kernel.errors import Invalid
from coord.referrals.codes import Clock, Level
from coord.referrals.discharged import follow_discharge, note_discharge
from coord.referrals.inputs import RecordContact
from coord.referrals.responding import record_contact
from coord.referrals.tables import Referral, ReferralClock, ReferralReminder
from coord.referrals.ticking import TIME, speak
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.making import contact, log, signed_in, stored
from tests.coord.referrals.making import E, by_target, consent, key, post_at_center, row, send
from tests.world import BUILDER, FOUNDATION, LIN, NORTH, cast, fixed

pytestmark = pytest.mark.anyio
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: str, hour: str = "11:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}:00").replace(tzinfo=SHANGHAI)


async def discharge(day: str, hour: str = "11:00") -> uuid.UUID:
    async with begin(cast.sam) as unit:
        given = {"client": str(LIN), "discharged_at": at(day, hour).isoformat()}
        return await record_discharge(unit, RecordDischarge.parse(given))


async def readmit(discharge_id: uuid.UUID, day: str) -> None:
    async with begin(cast.sam) as unit:
        await record_readmission(unit, RecordReadmission.parse({"discharge": str(discharge_id), "readmitted_on": day}))


async def the_job() -> int:
    """What the outbox asks for after a discharge is recorded."""
    asked = [job for job in await stored(OutboxJob) if job.job == "referrals.follow_discharge"]
    assert asked[-1].arguments == {"client": str(LIN)}
    async with begin(TIME) as unit:
        return await follow_discharge(unit, LIN)


async def clock(referral: uuid.UUID) -> tuple[datetime, datetime]:
    (found,) = await stored(
        ReferralClock, ReferralClock.referral_id == referral, ReferralClock.clock == Clock.FIRST_CONTACT
    )
    return found.started_at.astimezone(SHANGHAI), found.due_at.astimezone(SHANGHAI)


async def accepted() -> uuid.UUID:
    await post_at_center()
    await consent()
    referral = await send()
    await by_target(referral, E.ACCEPT)
    return referral


async def test_a_referral_sent_after_the_discharge_is_due_72_hours_from_it(database: Database) -> None:
    with time_machine.travel(at("2026-10-09", "15:00"), tick=False):
        await discharge("2026-10-09")
        referral = await accepted()
    assert await clock(referral) == (at("2026-10-09"), at("2026-10-12"))


@pytest.mark.parametrize(("day", "refused"), [("2026-10-09", True), ("2026-10-10", False)])
async def test_the_day_of_discharge_is_no_first_contact(database: Database, day: str, refused: bool) -> None:
    with time_machine.travel(at("2026-10-09", "15:00"), tick=False):
        await discharge("2026-10-09")
        referral = await accepted()
    with time_machine.travel(at("2026-10-10", "18:00"), tick=False):
        cai = await signed_in("cai")
        made = await log(contact(occurred_on=day), cai)
        given = {"idempotency_key": key(), "referral": str(referral), "service_contact": str(made.contact_id)}
        problems = []
        try:
            async with begin(cai) as unit:
                await record_contact(unit, RecordContact.parse(given))
        except Invalid as refusal:
            problems = [problem.code for problem in refusal.problems]
    assert problems == (["ON_DISCHARGE_DAY"] if refused else [])


async def test_a_discharge_recorded_later_moves_the_clock_that_runs(database: Database) -> None:
    with time_machine.travel(at("2026-10-09", "15:00"), tick=False):
        referral = await accepted()
        assert await clock(referral) == (at("2026-10-09", "15:00"), at("2026-10-16", "15:00"))
    with time_machine.travel(at("2026-10-10", "09:00"), tick=False):
        await discharge("2026-10-10", "08:00")
        assert (await the_job(), await the_job()) == (1, 0)
    assert await clock(referral) == (at("2026-10-10", "08:00"), at("2026-10-13", "08:00"))


async def test_after_a_readmission_the_last_discharge_alone_counts(database: Database) -> None:
    with time_machine.travel(at("2026-10-09", "15:00"), tick=False):
        first = await discharge("2026-10-09")
        referral = await accepted()
    with time_machine.travel(at("2026-10-11", "09:00"), tick=False):
        await readmit(first, "2026-10-11")
        await the_job()
        assert (await row(referral)).discharged_at is None
        assert await clock(referral) == (at("2026-10-09", "15:00"), at("2026-10-16", "15:00"))
    with time_machine.travel(at("2026-10-12", "12:00"), tick=False):
        await discharge("2026-10-12")
        await the_job()
    assert await clock(referral) == (at("2026-10-12"), at("2026-10-15"))
    assert len(await stored(Discharge)) == 2


async def test_the_clock_after_discharge_says_each_level_once(database: Database) -> None:
    with time_machine.travel(at("2026-10-09", "15:00"), tick=False):
        await discharge("2026-10-09")
        referral = await accepted()
    for moment in (at("2026-10-12", "11:00"), at("2026-10-12", "11:00")):
        async with begin(TIME) as unit:
            await speak(unit, moment)
    said = await stored(ReferralReminder, ReferralReminder.referral_id == referral)
    (own,) = await stored(
        ReferralClock, ReferralClock.referral_id == referral, ReferralClock.clock == Clock.FIRST_CONTACT
    )
    assert sorted(one.level for one in said if one.clock_id == own.id) == sorted([Level.HALF, Level.LATE, Level.BREACH])


async def test_a_sender_who_sees_no_discharges_leaves_the_look_up_to_a_job(database: Database) -> None:
    with time_machine.travel(at("2026-10-09", "15:00"), tick=False):
        await discharge("2026-10-09")
        referral = await accepted()
    coordinator = Actor.of(
        fixed("user/petra"), "Petra", "en", [Grant(NORTH, Role.HOSPITAL_COORDINATOR, FOUNDATION)], {}
    )
    async with begin(BUILDER) as unit:
        (await unit.find(Referral, referral)).discharged_at = None
    async with begin(coordinator) as unit:
        await note_discharge(unit, await unit.find(Referral, referral))
    assert await the_job() == 1
    assert (await row(referral)).discharged_at == at("2026-10-09")
