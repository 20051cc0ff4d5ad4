"""The review queue: which records it holds, who decides, what that changes, and how it is taken back."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import anyio
import pytest
import time_machine
from hypothesis import given as for_all
from hypothesis import strategies as st

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.contacts import withdraw_contact
from coord.contacts.amending import amend_contact
from coord.contacts.codes import ContactStatus, FlagKind, FlagState
from coord.contacts.quality import flag_quality
from coord.contacts.reviews import (
    ApproveContacts,
    ReturnContact,
    ReviewFilter,
    approve_contacts,
    count_queue,
    queue_on_page,
    return_contact,
    undo_review,
)
from coord.contacts.reviews.rules import sample
from coord.contacts.reviews.sampling import SAMPLER, draw_recent
from coord.contacts.reviews.tables import RecordReview, ReviewPick, ReviewSeed
from coord.contacts.tables import QualityFlag, ServiceContact
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.notices.tables import Notice
from coord.programs.tables import MonthLock
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log, stored
from tests.world import BUILDER, EVE_WORKER, NORTH, PROGRAM_ID, SAM_WORKER, SOUTH, SOUTH_ZHAO, cast, fixed

pytestmark = pytest.mark.anyio
WHY = "督导核对了签到表，记录属实。"


@pytest.fixture(autouse=True)
def in_september() -> Iterator[None]:
    """A day after the services: nothing is flagged for being entered late."""
    with time_machine.travel(datetime(2026, 9, 5, 4, tzinfo=UTC)):
        yield


async def written(number: int = 1, actor: Actor = cast.sam, **changed: Any) -> list[UUID]:
    """Some records, looked at by the job that follows every log."""
    made = [(await log(contact(**changed), actor)).contact_id for _ in range(number)]
    await looked_at(made)
    return made


async def looked_at(contacts: Sequence[UUID]) -> None:
    async with begin(SAMPLER) as unit:
        await flag_quality(unit, *contacts)


async def flag(record: UUID) -> None:
    async with begin(BUILDER) as unit:
        unit.add(QualityFlag(contact_id=record, kind=FlagKind.TOO_SHORT))


async def queue(actor: Actor = cast.sun, **narrowed: Any) -> list[UUID]:
    async with begin(actor, read_only=True) as unit:
        given = ReviewFilter.parse(narrowed)
        rows = await queue_on_page(unit, ("id",), given, page=1, size=100)
        assert await count_queue(unit, given) == len(rows)
    return [row["id"] for row in rows]


async def approve(*contacts: UUID, actor: Actor = cast.sun, justification: str | None = None) -> UUID:
    said = {"contacts": [str(one) for one in contacts], "justification": justification}
    async with begin(actor) as unit:
        return await approve_contacts(unit, ApproveContacts.parse({k: v for k, v in said.items() if v}))


async def give_back(record: UUID, actor: Actor = cast.sun, **said: Any) -> UUID:
    async with begin(actor) as unit:
        return await return_contact(unit, ReturnContact.parse({"contact": str(record), **said}))


async def undo(batch: UUID, actor: Actor = cast.sun) -> int:
    async with begin(actor) as unit:
        return await undo_review(unit, batch)


async def one(record: UUID) -> ServiceContact:
    (row,) = await stored(ServiceContact, ServiceContact.id == record)
    found: ServiceContact = row
    return found


@for_all(st.uuids().map(str), st.sets(st.uuids(), max_size=60), st.randoms())
def test_a_sample_is_a_tenth_rounded_up_and_does_not_depend_on_the_order(
    seed: str, records: set[UUID], chance: Any
) -> None:
    shuffled = list(records)
    chance.shuffle(shuffled)
    drawn = sample(seed, shuffled)
    assert drawn == sample(seed, records) <= records
    assert len(drawn) == -(-len(records) // 10)


def test_another_seed_draws_others() -> None:
    records = [uuid.UUID(int=n) for n in range(200)]
    drawn = [sample(f"{n:032x}", records) for n in range(20)]
    assert len(set(drawn)) == 20
    assert all(len(found) == 20 for found in drawn)
    assert len(frozenset.union(*drawn)) > 150


async def test_the_seed_is_stored_once_and_a_month_is_drawn_alike_again(database: Database) -> None:
    made = await written(11, duration_minutes=30)
    (seed,) = await stored(ReviewSeed)
    assert (seed.worker_id, seed.hospital_id, seed.program_id, seed.month) == (
        SAM_WORKER, NORTH, PROGRAM_ID, "2026-09",
    )  # fmt: skip
    drawn = {row.contact_id for row in await stored(ReviewPick)}
    assert drawn == sample(seed.seed, made)
    await looked_at(made)
    assert [row.seed for row in await stored(ReviewSeed)] == [seed.seed]
    assert {row.contact_id for row in await stored(ReviewPick)} == drawn
    assert set(await queue(why="SAMPLED")) == drawn == set(await queue(actor=cast.ola, why="SAMPLED"))


async def test_each_worker_and_each_month_has_a_sample_of_its_own(database: Database) -> None:
    await written(2)
    await written(2, occurred_on="2026-08-31")
    await written(2, cast.nia, client=str(SOUTH_ZHAO))
    seeds = {(row.worker_id, row.month): row.id for row in await stored(ReviewSeed)}
    assert len(seeds) == 3
    assert sorted(row.seed_id for row in await stored(ReviewPick)) == sorted(seeds.values())


async def test_what_is_taken_back_or_moved_leaves_no_gap_in_the_sample(database: Database) -> None:
    with time_machine.travel(datetime(2026, 9, 6, 4, tzinfo=UTC), tick=False):
        made = await written(5)
        (drawn,) = [row.contact_id for row in await stored(ReviewPick)]
        async with begin(cast.sam) as unit:
            await withdraw_contact(unit, drawn)
        async with begin(SAMPLER) as unit:
            await draw_recent(unit)
    (again,) = [row.contact_id for row in await stored(ReviewPick)]
    (seed,) = await stored(ReviewSeed)
    assert again != drawn
    assert {again} == sample(seed.seed, set(made) - {drawn})


async def test_the_queue_holds_flagged_and_drawn_records_and_those_alone(database: Database) -> None:
    made = await written(12)
    drawn = {row.contact_id for row in await stored(ReviewPick)}
    await flag(odd := next(record for record in made if record not in drawn))
    assert (set(await queue()), await queue(why="FLAGGED")) == (drawn | {odd}, [odd])
    assert set(await queue(search="NORTH-0001", month="2026-09", hospital=str(NORTH), program="DIP")) == drawn | {odd}
    assert await queue(search="sam") == await queue(worker=str(SAM_WORKER)) == await queue()
    elsewhere: list[dict[str, Any]] = [
        {"search": "%"},
        {"month": "2026-10"},
        {"hospital": str(SOUTH)},
        {"worker": str(EVE_WORKER)},
    ]
    for nothing in elsewhere:
        assert await queue(**nothing) == []


async def test_several_are_approved_at_once_and_leave_the_queue(database: Database) -> None:
    made = await written(12)
    drawn = await queue()
    await approve(*drawn)
    assert await queue() == []
    assert [(await one(record)).status for record in drawn] == [ContactStatus.VERIFIED] * len(drawn)
    reviews = await stored(RecordReview)
    assert {(row.decision, row.by_id, row.by_name) for row in reviews} == {("APPROVED", cast.sun.user_id, "Sun")}
    assert len({row.batch_id for row in reviews}) == 1
    assert len(await stored(AuditEntry, AuditEntry.verb == "contact.approve")) == len(drawn)
    assert {(await one(record)).status for record in set(made) - set(drawn)} == {ContactStatus.SUBMITTED}


async def test_a_flagged_record_is_approved_with_a_justification_or_not_at_all(database: Database) -> None:
    plain, odd = await written(2)
    await flag(odd)
    with pytest.raises(Invalid) as refused:
        await approve(plain, odd)
    assert [(p.field, p.code, p.arguments) for p in refused.value.problems] == [
        ("justification", "JUSTIFICATION_NEEDED", {"n": 1})
    ]
    assert {(await one(record)).status for record in (plain, odd)} == {ContactStatus.SUBMITTED}
    with pytest.raises(Invalid):
        await approve(odd, justification="属实")
    await approve(plain, odd, justification=WHY)
    (accepted,) = await stored(QualityFlag)
    assert (accepted.state, accepted.justification, accepted.reviewed_by_id) == (
        FlagState.ACCEPTED, WHY, cast.sun.user_id,
    )  # fmt: skip


@pytest.mark.parametrize("said", [{"kind": "WRONG_TIME"}, {"kind": "OTHER", "reason": "请核对服务时长"}])
async def test_a_record_goes_back_with_its_reason_and_the_writer_is_told(
    database: Database, said: dict[str, Any]
) -> None:
    (record,) = await written()
    await give_back(record, **said)
    back = await one(record)
    assert (back.status, back.return_reason) == (ContactStatus.RETURNED, said.get("reason"))
    (told,) = await stored(Notice)
    assert (told.user_id, told.kind, told.subject, told.subject_id) == (
        fixed("user/sam"), "RECORD_RETURNED", "contact", record,
    )  # fmt: skip
    assert await queue() == []


@pytest.mark.parametrize("said", [{}, {"kind": "OTHER"}, {"kind": "OTHER", "reason": "改"}])
async def test_another_reason_needs_words(database: Database, said: dict[str, Any]) -> None:
    (record,) = await written()
    with pytest.raises(Invalid):
        await give_back(record, **said)
    assert (await one(record)).status is ContactStatus.SUBMITTED


async def test_a_returned_record_stays_editable_however_old_it_is(database: Database) -> None:
    with time_machine.travel(datetime(2026, 9, 3, 4, tzinfo=UTC), tick=False) as clock:
        (record,) = await written()
        clock.shift(timedelta(days=60))
        async with begin(cast.sam) as unit:
            with pytest.raises(Conflict):
                await amend_contact(unit, record, contact(duration_minutes=45))
        await give_back(record, kind="WRONG_TIME")
        async with begin(cast.sam) as unit:
            await amend_contact(unit, record, contact(duration_minutes=45))
    mended = await one(record)
    assert (mended.status, mended.duration_minutes, mended.return_reason) == (ContactStatus.SUBMITTED, 45, None)


async def test_within_twelve_seconds_a_decision_is_taken_back_and_then_it_stands(database: Database) -> None:
    with time_machine.travel(datetime(2026, 9, 6, 4, tzinfo=UTC), tick=False) as clock:
        plain, odd = await written(2)
        await flag(odd)
        batch = await approve(plain, odd, justification=WHY)
        with pytest.raises(NotFound):
            await undo(batch, cast.ola)
        clock.shift(timedelta(seconds=12))
        assert await undo(batch) == 2
        (flagged,) = await stored(QualityFlag)
        assert (flagged.state, flagged.justification, flagged.reviewed_at) == (FlagState.OPEN, None, None)
        assert {(await one(record)).status for record in (plain, odd)} == {ContactStatus.SUBMITTED}
        with pytest.raises(NotFound):
            await undo(batch)
        back = await give_back(plain, kind="WRONG_TIME")
        clock.shift(timedelta(seconds=13))
        with pytest.raises(Conflict):
            await undo(back)
    assert (await one(plain)).status is ContactStatus.RETURNED


async def test_an_undo_never_runs_over_what_the_writer_has_mended_since(database: Database) -> None:
    with time_machine.travel(datetime(2026, 9, 6, 4, tzinfo=UTC), tick=False):
        (record,) = await written()
        batch = await give_back(record, kind="WRONG_TIME")
        async with begin(cast.sam) as unit:
            await amend_contact(unit, record, contact(duration_minutes=45))
        with pytest.raises(Conflict):
            await undo(batch)


@pytest.mark.parametrize(
    ("name", "refused"),
    [("sam", NotAllowed), ("nia", NotAllowed), ("cai", NotAllowed), ("fatima", NotAllowed), ("adam", NotAllowed),
     ("petra", NotAllowed)],
)  # fmt: skip
async def test_others_decide_nothing_and_see_no_queue(database: Database, name: str, refused: type[Exception]) -> None:
    (record,) = await written()
    actor = getattr(cast, name)
    for attempt in (approve(record, actor=actor), give_back(record, actor, kind="WRONG_TIME"), queue(actor)):
        with pytest.raises(refused):
            await attempt
    assert (await one(record)).status is ContactStatus.SUBMITTED


async def test_nobody_decides_twice_about_a_record_or_at_all_in_a_locked_month(database: Database) -> None:
    first, second, third = await written(3)
    await approve(first)
    await give_back(second, kind="WRONG_TIME")
    for record in (first, second):
        with pytest.raises(Conflict):
            await approve(record)
    with pytest.raises(Conflict):
        await give_back(second, kind="WRONG_TIME")
    await give_back(first, kind="ENTERED_TWICE")
    async with begin(BUILDER) as unit:
        unit.add(MonthLock(program_id=PROGRAM_ID, hospital_id=NORTH, month="2026-09"))
    for attempt in (approve(third), give_back(third, kind="WRONG_TIME")):
        with pytest.raises(Conflict):
            await attempt
    with pytest.raises(NotFound):
        await approve(uuid.uuid4())


async def test_nobody_reviews_a_record_of_their_own(database: Database) -> None:
    (record,) = await written()
    async with begin(BUILDER) as unit:
        (await unit.find(ServiceContact, record)).recorded_by_id = cast.sun.user_id
    assert await queue() == []
    for attempt in (approve(record), give_back(record, kind="WRONG_TIME")):
        with pytest.raises(Conflict) as refused:
            await attempt
        assert refused.value.problems[0].code == "NOT_ONES_OWN_RECORD"


async def test_of_a_hundred_approvals_and_returns_at_once_one_wins(real_database: Database) -> None:
    (record,) = await written()
    won, at_once = [], anyio.CapacityLimiter(8)

    async def attempt(number: int) -> None:
        async with at_once:
            try:
                await (approve(record) if number % 2 else give_back(record, kind="WRONG_TIME"))
            except Conflict:
                return
        won.append("VERIFIED" if number % 2 else "RETURNED")

    async with anyio.create_task_group() as group:
        for number in range(100):
            group.start_soon(attempt, number)
    # A record that was approved first may still go back; what was returned takes no approval.
    assert won in (["RETURNED"], ["VERIFIED"], ["VERIFIED", "RETURNED"])
    assert (await one(record)).status == won[-1]
    assert len(await stored(RecordReview)) == len(won)
