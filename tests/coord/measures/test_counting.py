"""The counting rules, one by one, through real contacts."""

from datetime import date

import pytest

from coord.contacts import withdraw_contact
from coord.contacts.codes import ServiceCode, ServiceTarget
from coord.measures import person_times_of, rules_on
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import behind, cells, contact, log, signed_in, total, without_client
from tests.world import CHEN, EVE_WORKER, HUANG, LIN, NORTH_GROUP, NORTH_MEMBERS, SOUTH, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
MEMBERS = [str(member) for member in NORTH_MEMBERS]
SESSION = {"client": None, "service_code": "GROUP_SESSION", "group": str(NORTH_GROUP), "duration_minutes": 60}


async def test_cr1_each_person_present_in_each_session_is_one_person_time(database: Database) -> None:
    for day in range(1, 9):
        await log(contact(**SESSION, attendees=MEMBERS, occurred_on=f"2026-09-{day:02d}"))
    figures = await total()
    assert (figures["person_times"], figures["sessions"], figures["persons"]) == (80, 8, 10)


@pytest.mark.parametrize("code", sorted(set(ServiceCode)))
async def test_cr1_only_the_services_of_the_rule_count_as_person_times(database: Database, code: ServiceCode) -> None:
    roster = code in {ServiceCode.GROUP_SESSION, ServiceCode.COMMUNITY_EVENT, ServiceCode.SUPPORTER_TRAINING}
    people = {"client": None, "attendees": [str(LIN)]} if roster else {}
    await log(contact(service_code=code, **people))
    uncounted = {
        "RESOURCE_LINK", "PATIENT_AID", "DOCTOR_PATIENT_COMM", "MDT", "VOLUNTEER_MGMT", "STAFF_SUPPORT",
        "SUPERVISION_RECEIVED", "ADMIN",
    }  # fmt: skip
    figures = await total()
    assert (figures["person_times"], figures["contacts"]) == (0 if code in uncounted else 1, 1)


async def test_cr2_persons_are_distinct_and_their_parts_do_not_add_up(database: Database) -> None:
    for day in ("2026-08-03", "2026-09-03"):
        await log(contact(occurred_on=day))
    await log(contact(service_code="HOME_VISIT"))
    by_month, by_service = await cells("MONTH"), await cells("SERVICE_CODE")
    assert (await total())["persons"] == 1
    assert sum(figures["persons"] for figures in by_month.values()) == 2
    assert sum(figures["persons"] for figures in by_service.values()) == 2


async def test_cr2_anonymous_people_are_never_persons(database: Database) -> None:
    await log(without_client(anonymous_count=5))
    figures = await total()
    assert (figures["person_times"], figures["persons"], figures["identified_heads"]) == (5, 0, 0)


async def test_cr2_the_relative_of_a_client_is_the_same_person_each_time(database: Database) -> None:
    await log(contact(family_present=1))
    await log(contact(family_present=2, occurred_on="2026-09-04"))
    assert (await total())["persons"] == 3


async def test_cr3_a_case_counts_where_it_opened_where_it_closed_and_while_it_is_in_hand(database: Database) -> None:
    january, december = ("2026-01-01", "2026-01-31"), ("2025-12-01", "2025-12-31")
    opened, before = await total(january), await total(december)
    assert (opened["cases_opened"], opened["cases_active"], opened["cases_closed"]) == (1, 1, 0)
    assert (before["cases_opened"], before["cases_active"]) == (0, 0)


async def test_cr4_a_series_is_one_group_and_each_meeting_one_session(database: Database) -> None:
    for day in ("2026-09-01", "2026-09-08"):
        await log(contact(**SESSION, attendees=MEMBERS[:3], occurred_on=day))
    await log(contact(**{**SESSION, "group": None}, attendees=MEMBERS[:2]))
    figures = await total()
    assert (figures["groups"], figures["sessions"]) == (1, 3)


async def test_cr5_a_joint_event_counts_once_in_total_and_each_host_sees_it(database: Database) -> None:
    event = without_client(service_code="COMMUNITY_EVENT", anonymous_count=60, hosts=[str(SOUTH)])
    await log(event)
    nia = await signed_in("nia")
    for actor in (cast.ola, cast.sam, nia):
        figures = await total(actor=actor)
        assert (figures["events"], figures["person_times"]) == (1, 60), actor.name


async def test_cr5_without_being_host_the_other_hospital_sees_nothing_of_an_event(database: Database) -> None:
    await log(without_client(service_code="COMMUNITY_EVENT", anonymous_count=60))
    assert (await total(actor=await signed_in("nia")))["events"] == 0


async def test_cr6_patients_relatives_supporters_and_the_public_count_and_staff_do_not(database: Database) -> None:
    for target in ServiceTarget:
        await log(without_client(target=target, anonymous_count=3))
    by_target = {
        key[0]: f["person_times"] for key, f in (await cells("TARGET")).items() if key[0] in set(ServiceTarget)
    }
    assert by_target == {"PATIENT": 3, "FAMILY": 3, "SUPPORTER": 3, "PUBLIC": 3, "STAFF": 0}
    assert (await total())["person_times"] == 12


@pytest.mark.parametrize("attendance", ["NO_SHOW", "CANCELED"])
async def test_cr7_what_did_not_take_place_has_no_heads_and_stays_an_attempt(
    database: Database, attendance: str
) -> None:
    await log(contact(attendance=attendance, family_present=2, duration_minutes=0))
    figures = await total()
    names = ("contacts", "person_times", "persons", "minutes", "attempts_not_delivered")
    assert [figures[name] for name in names] == [0, 0, 0, 0, 1]


async def test_cr8_work_without_the_client_is_minutes_and_nobody(database: Database) -> None:
    await log(contact(collateral=True, duration_minutes=25))
    figures = await total()
    assert (figures["contacts"], figures["person_times"], figures["persons"], figures["minutes"]) == (1, 0, 0, 25)


async def test_cr9_two_workers_in_one_session_count_people_once_and_minutes_for_each(database: Database) -> None:
    await log(contact(co_workers=[str(EVE_WORKER)], duration_minutes=40))
    figures = await total()
    assert (figures["person_times"], figures["persons"], figures["minutes"], figures["contacts"]) == (1, 1, 80, 1)


async def test_cr10_half_past_midnight_in_shanghai_belongs_to_that_local_day(database: Database) -> None:
    await log(contact(occurred_on="2026-09-01", started_at="2026-08-31T16:30:00+00:00"))
    by_month = {key[0]: figures["contacts"] for key, figures in (await cells("MONTH")).items()}
    assert by_month["2026-09"] == 1
    assert by_month.get("2026-08", 0) == 0


async def test_cr10_a_session_over_midnight_belongs_to_the_day_it_starts(database: Database) -> None:
    await log(contact(occurred_on="2026-08-31", started_at="2026-08-31T23:30:00+08:00", duration_minutes=90))
    by_month = {key[0]: figures["contacts"] for key, figures in (await cells("MONTH")).items()}
    assert by_month["2026-08"] == 1
    assert by_month.get("2026-09", 0) == 0


async def test_a_withdrawn_contact_counts_nowhere_for_anybody(database: Database) -> None:
    logged = await log(contact())
    async with begin(cast.sam) as unit:
        await withdraw_contact(unit, logged.contact_id)
    figures = await total()
    assert (figures["contacts"], figures["person_times"], figures["minutes"]) == (0, 0, 0)
    assert (await behind("contacts", {})).total_rows == 0


async def test_each_hospital_counts_its_own_people_and_the_foundation_all(database: Database) -> None:
    await log(contact())
    await log(contact(client=str(SOUTH_ZHAO)), cast.nia)
    seen = [(await total(actor=actor))["persons"] for actor in (cast.sam, cast.nia, cast.ola)]
    assert seen == [1, 1, 2]


def test_one_row_counts_by_the_same_rule_as_the_statement() -> None:
    row = {"occurred_on": date(2026, 9, 3), "service_code": ServiceCode.CASE_CONTACT, "heads_present": 3}
    assert person_times_of({**row, "target": ServiceTarget.PATIENT}) == 3
    assert person_times_of({**row, "target": ServiceTarget.STAFF}) == 0
    assert person_times_of({**row, "target": ServiceTarget.PATIENT, "service_code": ServiceCode.ADMIN}) == 0


def test_the_rules_have_a_version_for_every_day() -> None:
    assert rules_on(date(1999, 1, 1)).version == rules_on(date(2030, 1, 1)).version == "2026.1"


async def test_people_with_two_clients_at_one_event_are_three_persons_with_a_relative(database: Database) -> None:
    await log(contact(client=str(CHEN), family_present=1))
    await log(without_client(service_code="COMMUNITY_EVENT", attendees=[str(CHEN), str(HUANG)], anonymous_count=4))
    figures = await total()
    assert (figures["person_times"], figures["persons"], figures["identified_heads"]) == (8, 3, 4)
