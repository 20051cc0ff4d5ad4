"""Logging one contact: it works, who may, who may not and nothing changed, bad input, its trace."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from coord.audit.tables import AuditEntry
from coord.contacts import LogContact, log_contact
from coord.contacts.codes import Source
from coord.contacts.tables import Absence, CoWorker, EventHost, Presence, ServiceContact
from coord.kernel.errors import Conflict, Invalid, NotAllowed
from coord.kernel.sql import select
from coord.placements.tables import Placement
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob, Submission
from tests.coord.making import contact, log, stored, total, without_client
from tests.world import (
    AGENCY,
    BUILDER,
    CENTER,
    CHEN,
    EVE_WORKER,
    LIN,
    NIA_WORKER,
    NORTH,
    NORTH_GROUP,
    NORTH_MEMBERS,
    PROGRAM_ID,
    SAM_WORKER,
    SOUTH,
    SOUTH_QIAN,
    SOUTH_ZHAO,
    STARTS,
    cast,
    fixed,
)

pytestmark = pytest.mark.anyio
ROSTER = {"client": None, "service_code": "GROUP_SESSION"}
WRITTEN = (ServiceContact, Presence, CoWorker, EventHost, Absence, Submission, OutboxJob, AuditEntry)


async def person_times() -> int:
    return (await total())["person_times"]


async def nothing_is_written() -> bool:
    return [len(await stored(model)) for model in WRITTEN] == [0] * len(WRITTEN)


async def refusal(given: LogContact) -> Sequence[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        await log(given)
    return [(p.field, p.code) for p in refused.value.problems]


async def test_a_logged_contact_is_one_person_time_for_the_foundation(database: Database) -> None:
    await log(contact())
    assert await person_times() == 1


async def test_a_contact_is_stored_with_the_post_of_the_worker_and_the_facts_of_the_form(database: Database) -> None:
    given = {"setting": "WARD", "stage": "TREATMENT", "phase": "POST_VISIT", "issues": ["STIGMA", "CARE"]}
    logged = await log(contact(**given, note="NORTH 记录 🙂", family_present=1))
    (row,) = await stored(ServiceContact)
    assert row.id == logged.contact_id
    assert (row.program_id, row.hospital_id, row.agency_id, row.worker_id) == (PROGRAM_ID, NORTH, AGENCY, SAM_WORKER)
    assert (row.setting, row.stage, row.phase, row.issues) == ("WARD", "TREATMENT", "POST_VISIT", ["STIGMA", "CARE"])
    assert (row.heads_present, row.source, row.status) == (2, Source.PAGE, "SUBMITTED")
    assert row.recorded_by_id == cast.sam.user_id


async def test_a_group_session_keeps_who_came_who_did_not_and_its_number(database: Database) -> None:
    members = [str(member) for member in NORTH_MEMBERS]
    for day in ("2026-09-01", "2026-09-08"):
        session = {**ROSTER, "group": str(NORTH_GROUP), "attendees": members[:7], "absentees": members[7:]}
        await log(contact(**session, occurred_on=day))
    assert sorted(row.session_number for row in await stored(ServiceContact)) == [1, 2]
    assert len(await stored(Presence)) == 14
    assert {row.client_id for row in await stored(Absence)} == set(NORTH_MEMBERS[7:])


async def test_joint_hosts_and_a_second_worker_are_kept(database: Database) -> None:
    event = {"service_code": "COMMUNITY_EVENT", "hosts": [str(SOUTH), str(CENTER)], "co_workers": [str(EVE_WORKER)]}
    await log(without_client(**event))
    assert {row.organization_id for row in await stored(EventHost)} == {SOUTH, CENTER}
    assert [row.worker_id for row in await stored(CoWorker)] == [EVE_WORKER]


async def test_the_same_key_and_content_gives_the_first_answer_and_adds_nothing(database: Database) -> None:
    given = contact()
    first, second = await log(given), await log(given)
    assert (second.contact_id, second.replayed, first.replayed) == (first.contact_id, True, False)
    assert [len(await stored(m)) for m in (ServiceContact, Presence, OutboxJob, AuditEntry)] == [1, 1, 1, 1]


async def test_the_same_key_with_other_content_is_a_conflict(database: Database) -> None:
    key = str(uuid.uuid4())
    await log(contact(idempotency_key=key))
    with pytest.raises(Conflict) as refused:
        await log(contact(idempotency_key=key, duration_minutes=45))
    assert [(p.field, p.code) for p in refused.value.problems] == [("idempotency_key", "KEY_REUSED")]
    assert await person_times() == 1


async def test_a_key_belongs_to_its_user(database: Database) -> None:
    key = str(uuid.uuid4())
    await log(contact(idempotency_key=key))
    await log(contact(idempotency_key=key, client=str(SOUTH_ZHAO)), cast.nia)
    assert await person_times() == 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"client": str(SOUTH_ZHAO)}, ("client", "NO_SUCH_CLIENT")),
        ({"client": str(fixed("nobody"))}, ("client", "NO_SUCH_CLIENT")),
        ({**ROSTER, "attendees": [str(LIN), str(SOUTH_QIAN)]}, ("attendees", "NO_SUCH_CLIENT")),
        ({**ROSTER, "attendees": [str(LIN)], "absentees": [str(SOUTH_QIAN)]}, ("absentees", "NO_SUCH_CLIENT")),
        ({**ROSTER, "attendees": [str(LIN)], "group": str(fixed("no group"))}, ("group", "NO_SUCH_GROUP")),
        ({"co_workers": [str(NIA_WORKER)]}, ("co_workers", "NO_SUCH_WORKER")),
        ({"co_workers": [str(SAM_WORKER)]}, ("co_workers", "NO_SUCH_WORKER")),
        ({"program": "NOPE"}, ("program", "NO_POST_IN_PROGRAM")),
        ({"hospital": str(SOUTH)}, ("hospital", "NO_POST_AT_HOSPITAL")),
        ({"occurred_on": "2025-12-31"}, ("occurred_on", "OUTSIDE_PROGRAM")),
        ({"occurred_on": "2199-12-31"}, ("occurred_on", "FUTURE_DATE")),
    ],
)
async def test_what_is_not_of_this_hospital_or_program_is_refused_and_nothing_is_written(
    database: Database, given: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert await refusal(contact(**given)) == [expected]
    assert await nothing_is_written()


async def test_an_unknown_host_is_refused(database: Database) -> None:
    event = without_client(service_code="COMMUNITY_EVENT", hosts=[str(fixed("nowhere"))])
    assert await refusal(event) == [("hosts", "NO_SUCH_ORGANIZATION")]


@pytest.mark.parametrize("name", ["fatima", "ola", "sun", "petra", "adam"])
async def test_who_cares_for_nobody_may_not_log_and_nothing_changes(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        await log(contact(), getattr(cast, name))
    assert refused.value.permission == "contact.log"
    assert await nothing_is_written()


async def test_a_community_worker_logs_from_a_post_of_their_own(database: Database) -> None:
    with pytest.raises(Invalid, match="NO_POST_IN_PROGRAM"):
        await log(contact(), cast.cai)
    assert await nothing_is_written()


async def test_a_late_entry_is_taken_and_keeps_both_its_days(database: Database) -> None:
    await log(contact(occurred_on="2026-01-05"))
    (row,) = await stored(ServiceContact)
    assert row.occurred_on.isoformat() == "2026-01-05"
    assert row.recorded_at.date().isoformat() > "2026-09-01"


async def test_a_day_under_an_earlier_post_at_the_hospital_is_taken(database: Database) -> None:
    async with begin(BUILDER) as unit:
        (old,) = await unit.scalars(_post_of(SAM_WORKER))
        old.ends_on = old.starts_on.replace(month=3)
        again = {name: getattr(old, name) for name in ("program_id", "hospital_id", "employer_id", "worker_id")}
        unit.add(Placement.model_validate({**again, "starts_on": old.starts_on.replace(month=6)}))
    await log(contact(occurred_on="2026-02-02"))
    assert await refusal(contact(occurred_on="2026-05-02")) == [("occurred_on", "OUTSIDE_POST")]


def _post_of(worker: uuid.UUID) -> Any:
    return select(Placement).where(Placement.worker_id == worker)


async def test_a_worker_of_two_hospitals_must_say_which(database: Database) -> None:
    async with begin(BUILDER) as unit:
        post = {"program_id": PROGRAM_ID, "hospital_id": SOUTH, "employer_id": AGENCY, "worker_id": SAM_WORKER}
        unit.add(Placement.model_validate({**post, "starts_on": STARTS}))
    both = type(cast.sam).of(fixed("user/sam"), "Sam", "en", [*cast.sam.grants, *cast.nia.grants])
    with pytest.raises(Invalid) as refused:
        await log(contact(), both)
    assert [(p.field, p.code) for p in refused.value.problems] == [("hospital", "WHICH_HOSPITAL")]
    await log(contact(hospital=str(NORTH)), both)
    await log(contact(hospital=str(SOUTH), client=str(SOUTH_ZHAO)), both)
    assert {row.hospital_id for row in await stored(ServiceContact)} == {NORTH, SOUTH}


async def test_the_trail_tells_who_did_what_and_names_no_person(database: Database) -> None:
    await log(contact(client=str(CHEN), note="陈秀兰 came with her husband NORTH"))
    (entry,) = await stored(AuditEntry)
    assert (entry.verb, entry.subject, entry.actor_id, entry.before) == (
        "contact.log", "service_contact", cast.sam.user_id, None,
    )  # fmt: skip
    assert entry.after["duration_minutes"] == 30
    assert (entry.after["note"], entry.after["client_id"]) == ("(personal)", "(personal)")
    told = json.dumps(entry.after, ensure_ascii=False)
    assert not any(word in told for word in ("陈秀兰", "NORTH", str(CHEN)))


async def test_the_job_is_written_with_the_contact_and_carries_ids_only(database: Database) -> None:
    logged = await log(contact(note="NORTH"))
    (job,) = await stored(OutboxJob)
    assert (job.job, job.arguments) == ("contacts.flag_quality", {"contact": str(logged.contact_id)})
    assert (job.enqueued_at, job.done_at) == (None, None)


async def test_a_unit_that_fails_after_the_action_leaves_neither_contact_nor_job_nor_trail(database: Database) -> None:
    with pytest.raises(InterruptedError):
        await _log_and_break()
    assert await nothing_is_written()


async def _log_and_break() -> None:
    async with begin(cast.sam) as unit:
        await log_contact(unit, contact())
        raise InterruptedError
