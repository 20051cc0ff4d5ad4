"""Flags in the database: raised once, seen only where the contact is seen, accepted with a reason."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest

from coord.access import Actor, Grant, Role, system
from coord.cases.flagging import flag_after_closure
from coord.clients import RegisterClient, register_client
from coord.clients.consents.codes import WithdrawalReason
from coord.clients.consents.tables import Consent, ConsentWithdrawal
from coord.contacts import LogContact, log_contact, withdraw_contact
from coord.contacts.codes import FlagKind, FlagState
from coord.contacts.quality import (
    FLAGS,
    AcceptFlag,
    FlagFilter,
    accept_flag,
    count_flags,
    flag_quality,
    flags,
    flags_by_hospital,
    flags_of,
    flags_on_page,
)
from coord.contacts.tables import QualityFlag
from coord.identity.tables import User
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.sql import select
from coord.work import begin
from coord.work.engine import Database
from coord.workforce.tables import Worker
from tests.coord.cases.making import closed_case, filed
from tests.coord.making import DEMANDED
from tests.world import CHEN, EVE_WORKER, FOUNDATION, LIN, NORTH, PROGRAM, SOUTH_ZHAO, cast, fixed

pytestmark = pytest.mark.anyio
FLAGGER = system("test flagger", "raises flags in a test", "job.run")
NOTE = "与患者及家属沟通病情，患者情绪稳定，配合治疗，继续关注。"
REASON = "督导核对了签到表，记录属实。"


async def logged(who: Actor, **changed: Any) -> uuid.UUID:
    given = {
        "idempotency_key": str(uuid.uuid4()), "program": PROGRAM, "client": str(LIN), "service_code": "CASE_CONTACT",
        "occurred_on": "2026-09-03", "started_at": "2026-09-03T09:00:00+08:00", "duration_minutes": 30,
    }  # fmt: skip
    async with begin(who) as unit:
        return (await log_contact(unit, LogContact.parse({**given, **changed}))).contact_id


async def raised(contact: uuid.UUID) -> int:
    async with begin(FLAGGER) as unit:
        return await flag_quality(unit, contact)


async def kinds_of(*contacts: uuid.UUID) -> list[list[FlagKind]]:
    async with begin(cast.ola, read_only=True) as unit:
        found = await flags_of(unit, contacts)
    return [sorted(flag.kind for flag in found.get(contact, ())) for contact in contacts]


async def long_ago(who: Actor = cast.sam) -> uuid.UUID:
    """A contact that is flagged for its length and for being entered late."""
    contact = await logged(who, occurred_on="2026-02-03", started_at=None, duration_minutes=400,
                           client=str(LIN if who is cast.sam else SOUTH_ZHAO))  # fmt: skip
    await raised(contact)
    return contact


async def flag_of(contact: uuid.UUID, kind: FlagKind) -> uuid.UUID:
    async with begin(FLAGGER, read_only=True) as unit:
        statement = select(QualityFlag.id).where(QualityFlag.contact_id == contact, QualityFlag.kind == kind)
        return uuid.UUID(str(await unit.scalar(statement)))


async def test_flags_are_raised_once_however_often_the_job_runs(database: Database) -> None:
    contact = await logged(cast.sam, occurred_on="2026-02-03", started_at=None, duration_minutes=400)
    assert [await raised(contact), await raised(contact)] == [2, 0]
    assert await kinds_of(contact) == [[FlagKind.BACKDATED, FlagKind.TOO_LONG]]


async def test_overlapping_hours_flag_both_records_whichever_job_runs(database: Database) -> None:
    first = await logged(cast.sam)
    second = await logged(cast.sam, client=None, service_code="ADMIN", started_at="2026-09-03T09:29:00+08:00")
    await raised(first)
    assert [FlagKind.OVERLAPPING_TIMES in kinds for kinds in await kinds_of(first, second)] == [True, True]


async def test_a_copied_note_flags_both_records(database: Database) -> None:
    first = await logged(cast.sam, note=NOTE)
    second = await logged(cast.sam, occurred_on="2026-09-04", started_at=None, note=NOTE.replace("，", ", "))
    third = await logged(cast.sam, occurred_on="2026-09-05", started_at=None, note="另一件事，" + NOTE)
    await raised(second)
    assert [FlagKind.COPIED_NOTE in kinds for kinds in await kinds_of(first, second, third)] == [True, True, False]


async def test_twenty_one_entries_in_five_minutes_are_all_flagged(database: Database) -> None:
    contacts = [await logged(cast.sam, started_at=None) for _ in range(21)]
    await raised(contacts[3])
    assert [FlagKind.ENTERED_IN_BURST in kinds for kinds in await kinds_of(*contacts)] == [True] * 21


async def test_a_client_served_by_two_workers_on_one_day_is_flagged_at_both(database: Database) -> None:
    eve = await worker_at_north("eve", EVE_WORKER)
    first, second = await logged(cast.sam), await logged(eve, started_at=None)
    await raised(second)
    both = await kinds_of(first, second)
    assert [FlagKind.SAME_CLIENT_TWO_WORKERS in kinds for kinds in both] == [True, True]


async def worker_at_north(name: str, worker: uuid.UUID) -> Actor:
    """Eve, who has a post at North, gets an account."""
    async with begin(FLAGGER) as unit:
        unit.add(User(id=fixed(f"user/{name}"), email=f"{name}@demo.example", name=name, password_hash="-"))
        await unit.session.flush()
        (await unit.find(Worker, worker)).user_id = fixed(f"user/{name}")
    return Actor.of(fixed(f"user/{name}"), name, "en", [Grant(NORTH, Role.SOCIAL_WORKER, FOUNDATION)])


async def test_the_same_person_at_two_organizations_on_one_day_is_flagged_at_both(database: Database) -> None:
    """SVC-3: whichever organization: by the hashes of the duplicate search, nothing of a person is read or shown."""
    made = []
    for who, contact in ((cast.sam, "13900139000"), (cast.nia, "139 0013 9000")):
        given = {
            "idempotency_key": str(uuid.uuid4()),
            "program": PROGRAM,
            "name": "欧阳晓",
            "phone": contact,
            **DEMANDED,
        }
        async with begin(who) as unit:
            made.append(str(await register_client(unit, RegisterClient.parse(given))))
    first = await logged(cast.sam, client=made[0])
    second = await logged(cast.nia, client=made[1], started_at=None)
    stranger = await logged(cast.nia, client=str(SOUTH_ZHAO), started_at=None)
    await raised(second)
    await raised(stranger)
    both = await kinds_of(first, second, stranger)
    assert [FlagKind.SAME_CLIENT_TWO_WORKERS in kinds for kinds in both] == [True, True, False]


async def test_a_service_on_a_day_without_consent_is_flagged_unless_it_needs_none(database: Database) -> None:
    given = {"idempotency_key": str(uuid.uuid4()), "program": PROGRAM, "name": "欧阳晓", **DEMANDED}
    async with begin(cast.sam) as unit:
        client = await register_client(unit, RegisterClient.parse(given))
    told = [
        await logged(cast.sam, client=str(client), service_code=code, started_at=None)
        for code in ("CASE_CONTACT", "CRISIS", "CONSULTATION")
    ]
    covered = await logged(cast.sam, started_at=None)
    consent = fixed("consent/NORTH-0001")
    async with begin(FLAGGER) as unit:
        on = await unit.scalar(select(Consent.client_id).where(Consent.id == consent))
        at = datetime(2026, 9, 2, 4, tzinfo=UTC)
        unit.add(ConsentWithdrawal(consent_id=consent, client_id=on, hospital_id=NORTH, withdrawn_at=at,
                                   reason=WithdrawalReason.ASKED_BY_PERSON))  # fmt: skip
    days = [
        await logged(cast.sam, client=str(on), occurred_on=day, started_at=None) for day in ("2026-09-02", "2026-09-03")
    ]
    for contact in (*told, covered, *days):
        await raised(contact)
    found = await kinds_of(*told, covered, *days)
    assert [FlagKind.NO_CONSENT in kinds for kinds in found] == [True, False, False, str(on) == str(LIN), False, True]


async def test_a_service_of_a_case_that_was_closed_is_flagged_until_another_is_opened(database: Database) -> None:
    await closed_case(CHEN, date(2026, 3, 1), date(2026, 9, 1), "GOALS_REACHED")
    given = {"client": str(CHEN), "started_at": None}
    after = await logged(cast.sam, **given)
    on_the_day = await logged(cast.sam, **given, occurred_on="2026-09-01")
    on_the_ward = await logged(cast.sam, **given, service_code="BEDSIDE_VISIT")
    async with begin(FLAGGER) as unit:
        assert await flag_after_closure(unit, after, on_the_day, on_the_ward) == 1
        assert await flag_after_closure(unit, after) == 0
    assert [FlagKind.AFTER_CLOSURE in kinds for kinds in await kinds_of(after, on_the_day, on_the_ward)] == [
        True,
        False,
        False,
    ]
    await filed(CHEN, opened_on=date(2026, 9, 3))
    again = await logged(cast.sam, **given)
    async with begin(FLAGGER) as unit:
        assert await flag_after_closure(unit, again) == 0


async def test_a_withdrawn_contact_or_an_id_of_nothing_gives_no_flag(database: Database) -> None:
    contact = await logged(cast.sam, occurred_on="2026-02-03", started_at=None)
    async with begin(cast.sam) as unit:
        await withdraw_contact(unit, contact)
    assert [await raised(contact), await raised(uuid.uuid4())] == [0, 0]


async def test_a_withdrawn_neighbour_is_not_compared(database: Database) -> None:
    first = await logged(cast.sam)
    second = await logged(cast.sam, client=None, service_code="ADMIN")
    async with begin(cast.sam) as unit:
        await withdraw_contact(unit, first)
    await raised(second)
    assert FlagKind.OVERLAPPING_TIMES not in (await kinds_of(second))[0]


async def test_people_may_not_raise_flags(database: Database) -> None:
    contact = await logged(cast.sam, duration_minutes=400)
    with pytest.raises(NotAllowed):
        async with begin(cast.sun) as unit:
            await flag_quality(unit, contact)
    assert await kinds_of(contact) == [[]]


async def test_a_worker_sees_the_flags_of_their_hospital_and_none_of_another(database: Database) -> None:
    north, south = await long_ago(), await long_ago(cast.nia)
    for who, seen in ((cast.sam, {north}), (cast.nia, {south}), (cast.ola, {north, south})):
        async with begin(who, read_only=True) as unit:
            assert set(await flags_of(unit, [north, south])) == seen


async def test_no_contacts_have_no_flags(database: Database) -> None:
    async with begin(cast.sam, read_only=True) as unit:
        assert await flags_of(unit, []) == {}


async def test_the_review_list_shows_the_flag_with_its_contact_worker_client_and_hospital(database: Database) -> None:
    contact = await long_ago()
    async with begin(cast.ola, read_only=True) as unit:
        page = await flags(unit, FLAGS.paths, FLAGS.request(10, None), FlagFilter(program=PROGRAM))
    assert {row["kind"] for row in page.rows} == {FlagKind.BACKDATED, FlagKind.TOO_LONG}
    row = page.rows[0]
    shown = (row["contact_id"], row["worker.display_name"], row["client.code"], row["hospital.code"])
    assert shown == (contact, "Sam", "NORTH-0001", "H001")
    assert (row["contact.duration_minutes"], row["state"]) == (400, FlagState.OPEN)


async def test_the_review_list_is_paged_without_repeating_a_flag(database: Database) -> None:
    await long_ago(), await long_ago(cast.nia)
    seen, after, has_next = [], None, True
    async with begin(cast.ola, read_only=True) as unit:
        for _ in range(4):
            page = await flags(unit, ["kind"], FLAGS.request(1, after), FlagFilter())
            seen += [row["id"] for row in page.rows]
            after, has_next = page.cursors[-1], page.has_next
    assert (len(set(seen)), has_next) == (4, False)


async def test_the_filters_of_the_review_list_narrow_its_count_and_its_pages_alike(database: Database) -> None:
    await long_ago(), await long_ago(cast.nia)
    filters = [FlagFilter(), FlagFilter(hospital=NORTH), FlagFilter(kind=FlagKind.TOO_LONG),
               FlagFilter(worker=EVE_WORKER), FlagFilter(state=FlagState.ACCEPTED), FlagFilter(program="NONE")]  # fmt: skip
    async with begin(cast.ola, read_only=True) as unit:
        counts = [await count_flags(unit, given) for given in filters]
        pages = [len(await flags_on_page(unit, ["id"], given, page=1, size=50)) for given in filters]
        by_hospital = await flags_by_hospital(unit, FlagFilter())
    assert counts == pages == [4, 2, 2, 0, 0, 0]
    assert by_hospital == {NORTH: 2, cast.nia.grants[0].organization_id: 2}


async def test_only_reviewers_read_the_review_list(database: Database) -> None:
    for who in (cast.sam, cast.fatima, cast.petra):
        with pytest.raises(NotAllowed):
            async with begin(who, read_only=True) as unit:
                await count_flags(unit, FlagFilter())


async def test_an_accepted_flag_keeps_its_reason_and_leaves_the_open_list(database: Database) -> None:
    contact = await long_ago()
    flag = await flag_of(contact, FlagKind.TOO_LONG)
    async with begin(cast.sun) as unit:
        await accept_flag(unit, AcceptFlag.parse({"flag": str(flag), "justification": REASON}))
    async with begin(cast.ola, read_only=True) as unit:
        found = (await flags_of(unit, [contact]))[contact]
        still_open = await count_flags(unit, FlagFilter())
    assert [(f.kind, f.state, f.justification) for f in found] == [
        (FlagKind.BACKDATED, FlagState.OPEN, None),
        (FlagKind.TOO_LONG, FlagState.ACCEPTED, REASON),
    ]
    assert still_open == 1


async def test_a_flag_is_accepted_once(database: Database) -> None:
    flag = await flag_of(await long_ago(), FlagKind.TOO_LONG)
    given = AcceptFlag.parse({"flag": str(flag), "justification": REASON})
    async with begin(cast.ola) as unit:
        await accept_flag(unit, given)
    with pytest.raises(Conflict) as refused:
        async with begin(cast.ola) as unit:
            await accept_flag(unit, given)
    assert [problem.code for problem in refused.value.problems] == ["FLAG_ACCEPTED_ALREADY"]


async def test_who_may_not_accept_a_flag_changes_nothing(database: Database) -> None:
    contact = await long_ago(cast.nia)
    given = AcceptFlag.parse({"flag": str(await flag_of(contact, FlagKind.TOO_LONG)), "justification": REASON})
    with pytest.raises(NotAllowed):
        async with begin(cast.nia) as unit:
            await accept_flag(unit, given)
    async with begin(cast.ola, read_only=True) as unit:
        assert {flag.state for flag in (await flags_of(unit, [contact]))[contact]} == {FlagState.OPEN}


async def test_a_flag_that_a_reviewer_cannot_see_is_not_found(database: Database) -> None:
    given = AcceptFlag.parse({"flag": str(uuid.uuid4()), "justification": REASON})
    with pytest.raises(NotFound):
        async with begin(cast.sun) as unit:
            await accept_flag(unit, given)


@pytest.mark.parametrize(
    ("text", "code"),
    [("太短了", "TOO_SHORT"), ("一" * 401, "TOO_LONG"), ("", "TOO_SHORT"), ("正" * 9 + "\x07字", "CONTROL_CHARACTERS")],
)
def test_a_justification_has_ten_to_four_hundred_printable_characters(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        AcceptFlag.parse({"flag": str(uuid.uuid4()), "justification": text})
    assert [(p.field, p.code) for p in refused.value.problems] == [("justification", code)]
