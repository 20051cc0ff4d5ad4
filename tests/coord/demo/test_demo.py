"""The demo program: plausible, consistent, odd where it should be, and never mistaken for real."""

import json
import shutil
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import func
from sqlmodel import col

from coord.access import Actor, system
from coord.audit.tables import AuditEntry
from coord.cases.tables import CaseFile
from coord.clients.tables import Client, ClientIdentity, ClientKey
from coord.clients.vault import opened_identity
from coord.contacts.codes import AttendanceStatus, FlagKind, FlagState, ServiceCode, Source
from coord.contacts.inputs import LogContact
from coord.contacts.rules import Surroundings, check_contact
from coord.contacts.tables import Absence, GroupMember, Presence, QualityFlag, ServiceContact, ServiceGroup
from coord.demo import Built, build_demo
from coord.demo.build import YEARLY, drawn, program_year
from coord.demo.groundwork import CORRECTED, DOUBLED, LATE, SUPERVISORS, VACANT, demo_posts, fixed, lay, month_start
from coord.demo.oddities import ZONE
from coord.demo.places import CENTER
from coord.identity import SignIn, actor_by_session, sign_in
from coord.identity.tables import User
from coord.kernel.clock import local_date, now
from coord.kernel.sql import select
from coord.measures import MeasureQuery, ProgressQuery, hospital_progress, measure_table
from coord.organizations.tables import Organization, OrganizationKind
from coord.placements.tables import Placement
from coord.programs.tables import Program
from coord.work import Unit, begin, engine
from tests.databases import migrated_sqlite
from tests.shared import made_once
from tests.world import CAST

# Whoever comes first builds two years; the others wait.
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(900)]
READER = system("test reader", "looks at all of the demo data", "job.run")


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Built]:
    """The demo program of 24 months, built once for all workers of a run; each has a copy."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite"

    def make(told: Path) -> None:
        built = build(migrated_sqlite(told.with_name("demo.sqlite")), months=24)
        told.write_text(json.dumps(asdict(built), default=str), "utf-8")

    told = made_once("demo.json", make)
    known = json.loads(told.read_text("utf-8"))
    shutil.copy(told.with_name("demo.sqlite"), path)
    return f"sqlite:///{path}", Built(known["contacts"], known["months"], date.fromisoformat(known["today"]))


def build(url: str, **given: Any) -> Built:
    async def work() -> Built:
        store = engine.Database(url, pooled=False)
        engine.use(store)
        try:
            return await build_demo(**given)
        finally:
            engine.use(None)
            await store.dispose()

    return anyio.run(work)


@pytest.fixture
async def demo(demo_file: tuple[str, Built]) -> AsyncIterator[Unit]:
    """A unit that sees the whole demo."""
    store = engine.Database(demo_file[0], pooled=False)
    engine.use(store)
    async with begin(READER, read_only=True) as unit:
        yield unit
    engine.use(None)
    await store.dispose()


async def signed_in(name: str) -> Actor:
    secret = (await sign_in(SignIn.parse({"email": f"{name}@demo.example", "password": "demo-password-1"}))).session
    return (await actor_by_session(secret)).actor


async def contacts_of(unit: Unit, code: str) -> list[ServiceContact]:
    statement = select(ServiceContact).where(ServiceContact.hospital_id == fixed(code)).order_by(ServiceContact.id)
    return list(await unit.scalars(statement))


async def test_twelve_hospitals_five_agencies_and_eighteen_posts_are_all_fictional(demo: Unit) -> None:
    kinds = Counter(await demo.scalars(select(Organization.kind)))
    assert (kinds[OrganizationKind.HOSPITAL], kinds[OrganizationKind.AGENCY], kinds[OrganizationKind.SPONSOR]) == (
        12, 5, 2,
    )  # fmt: skip
    assert await demo.scalars(select(Organization.code).where(col(Organization.fictional).is_(False))) == []
    assert await demo.scalars(select(Program.fictional)) == [True]
    at_hospitals = col(Placement.hospital_id) != fixed(CENTER)
    assert await demo.count(select(Placement.id).where(col(Placement.worker_id).is_not(None), at_hospitals)) == 18


async def test_it_reaches_from_the_first_of_a_month_24_months_ago_up_to_now(
    demo: Unit, demo_file: tuple[str, Built]
) -> None:
    today = demo_file[1].today
    first, last, recorded = await demo.row(
        select(
            func.min(ServiceContact.occurred_on),
            func.max(ServiceContact.occurred_on),
            func.max(ServiceContact.recorded_at),
        )
    )
    assert month_start(today, 24) <= first <= month_start(today, 24) + timedelta(days=7)
    assert today - timedelta(days=5) <= last <= today
    assert recorded <= now()


async def test_every_post_year_lies_within_its_range(demo: Unit, demo_file: tuple[str, Built]) -> None:
    starts_on = month_start(demo_file[1].today, 24)
    totals: Counter[tuple[Any, int, ServiceCode]] = Counter()
    for worker, day, code, heads in await demo.rows(
        select(ServiceContact.worker_id, ServiceContact.occurred_on, ServiceContact.service_code, ServiceContact.heads_present)
        .where(col(ServiceContact.service_code).in_(YEARLY))
        .where(ServiceContact.attendance == AttendanceStatus.ATTENDED, col(ServiceContact.withdrawn_at).is_(None))
        .where(col(ServiceContact.hospital_id) != fixed(CENTER))
    ):  # fmt: skip
        totals[worker, program_year(day, starts_on), code] += 1 if code is ServiceCode.CASE_CONTACT else heads
    assert len(totals) == 18 * 2 * 3
    outside = {key: n for key, n in totals.items() if not YEARLY[key[2]][0] <= n <= YEARLY[key[2]][1]}
    assert outside == {}


async def test_heads_present_equal_the_presence_behind_them(demo: Unit) -> None:
    behind = (
        select(Presence.contact_id, func.sum(Presence.heads).label("heads"))
        .group_by(col(Presence.contact_id))
        .subquery()
    )
    wrong = (
        select(ServiceContact.id)
        .outerjoin(behind, behind.c.contact_id == ServiceContact.id)
        .where(
            func.coalesce(behind.c.heads, 0) != ServiceContact.heads_present, col(ServiceContact.withdrawn_at).is_(None)
        )
    )
    assert await demo.count(wrong) == 0


async def test_presence_repeats_the_dimensions_of_its_contact(demo: Unit) -> None:
    shared = ("program_id", "hospital_id", "agency_id", "occurred_on", "service_code")
    different = [getattr(Presence, name) != getattr(ServiceContact, name) for name in shared]
    joined = select(Presence.id).join(ServiceContact, col(ServiceContact.id) == col(Presence.contact_id))
    assert [await demo.count(joined.where(condition)) for condition in different] == [0] * 5


async def test_every_contact_would_have_passed_the_form(demo: Unit) -> None:
    """A sample of each service goes through the input and the rules of entry again."""
    starts_on = (await demo.row(select(Program.starts_on)))[0]
    around = Surroundings(ZONE, now(), starts_on, None, starts_on, None)
    problems = []
    for code in ServiceCode:
        rows = await demo.scalars(select(ServiceContact).where(ServiceContact.service_code == code).limit(40))
        for row in rows:
            here = select(Presence.client_id).where(Presence.contact_id == row.id, col(Presence.client_id).is_not(None))
            roster = list(await demo.scalars(here)) if row.group_id else []
            raw = {
                **row.model_dump(include={"service_code", "setting", "stage", "phase", "target", "issues", "occurred_on",
                                          "started_at", "duration_minutes", "attendance", "anonymous_count",
                                          "family_present"}),
                "idempotency_key": row.id, "program": "DIP", "client": row.client_id, "group": row.group_id,
                "attendees": roster, "collateral": row.is_collateral,
            }  # fmt: skip
            problems += check_contact(LogContact.parse(raw), around)
    assert problems == []


async def test_nobody_is_both_present_and_absent_and_all_are_members(demo: Unit) -> None:
    both = select(Absence.id).join(
        Presence,
        (col(Presence.contact_id) == col(Absence.contact_id)) & (col(Presence.client_id) == col(Absence.client_id)),
    )
    member = select(GroupMember.client_id).where(GroupMember.group_id == ServiceContact.group_id)
    strangers = (
        select(Presence.id)
        .join(ServiceContact, col(ServiceContact.id) == col(Presence.contact_id))
        .where(col(ServiceContact.group_id).is_not(None), col(Presence.client_id).not_in(member))
    )
    assert [await demo.count(both), await demo.count(strangers)] == [0, 0]


async def test_sessions_of_a_series_are_numbered_without_a_gap(demo: Unit) -> None:
    per_group = select(func.count(), func.max(ServiceContact.session_number)).where(
        col(ServiceContact.group_id).is_not(None)
    )
    rows = await demo.rows(per_group.group_by(col(ServiceContact.group_id)))
    assert 100 < len(rows) <= await demo.count(select(ServiceGroup.id))
    assert [row for row in rows if row[0] != row[1]] == []


async def test_no_contact_lies_outside_its_post_or_before_its_client(demo: Unit) -> None:
    outside = (
        select(ServiceContact.id)
        .join(Placement, col(Placement.worker_id) == col(ServiceContact.worker_id))
        .where(
            (col(ServiceContact.occurred_on) < col(Placement.starts_on))
            | (col(ServiceContact.occurred_on) > col(Placement.ends_on))
        )
    )
    seen = select(ServiceContact.occurred_on, Client.registered_at).join(
        Client, col(Client.id) == col(ServiceContact.client_id)
    )
    sat = select(Presence.occurred_on, Client.registered_at).join(Client, col(Client.id) == col(Presence.client_id))
    rows = [*await demo.rows(seen), *await demo.rows(sat)]
    early = [day for day, registered in rows if day < local_date(registered, ZONE)]
    assert (await demo.count(outside), early) == (0, [])


async def test_one_client_has_at_most_one_open_case_and_cases_close_after_they_open(demo: Unit) -> None:
    open_cases = await demo.scalars(select(CaseFile.client_id).where(col(CaseFile.closed_on).is_(None)))
    assert len(open_cases) == len(set(open_cases))
    assert await demo.count(select(CaseFile.id).where(col(CaseFile.closed_on) < col(CaseFile.opened_on))) == 0
    by_worker = Counter(await demo.scalars(select(CaseFile.worker_id).where(col(CaseFile.closed_on).is_(None))))
    assert 4 <= sum(by_worker.values()) / 18 <= 14


async def test_the_late_hospital_writes_down_two_weeks_after_the_service(demo: Unit) -> None:
    lag = min((local_date(c.recorded_at, ZONE) - c.occurred_on).days for c in await contacts_of(demo, LATE))
    assert lag >= 15


async def test_one_month_was_sent_twice(demo: Unit, demo_file: tuple[str, Built]) -> None:
    again = [c for c in await contacts_of(demo, DOUBLED) if c.source is Source.IMPORT]
    first, following = month_start(demo_file[1].today, 6), month_start(demo_file[1].today, 5)
    facts = Counter(
        (c.client_id, c.occurred_on, c.service_code, c.duration_minutes) for c in await contacts_of(demo, DOUBLED)
    )
    assert len(again) > 20
    assert all(first <= c.occurred_on < following for c in again)
    assert all(facts[c.client_id, c.occurred_on, c.service_code, c.duration_minutes] >= 2 for c in again)


async def test_some_contacts_were_taken_back_and_count_nowhere(demo: Unit) -> None:
    gone = [c for c in await contacts_of(demo, CORRECTED) if c.withdrawn_at is not None]
    ids = [contact.id for contact in gone]
    counted = await demo.count(select(Presence.id).where(col(Presence.contact_id).in_(ids)))
    trail = await demo.count(select(AuditEntry.seq).where(AuditEntry.verb == "contact.withdraw"))
    assert (len(gone), counted, trail) == (12, 0, 12)


async def test_one_post_has_been_empty_for_six_weeks(demo: Unit, demo_file: tuple[str, Built]) -> None:
    (empty,) = await demo.scalars(select(Placement).where(col(Placement.worker_id).is_(None)))
    assert (empty.hospital_id, empty.ends_on) == (fixed(VACANT), None)
    assert (demo_file[1].today - empty.starts_on).days == 41


async def test_doubts_of_every_kind_wait_for_a_reviewer(demo: Unit) -> None:
    waiting = select(QualityFlag.kind).where(col(QualityFlag.state) == FlagState.OPEN)
    assert set(await demo.scalars(waiting)) == set(FlagKind)


async def test_sums_over_services_hospitals_and_months_are_the_total(demo: Unit, demo_file: tuple[str, Built]) -> None:
    ola, today = await signed_in("ola"), demo_file[1].today
    days = {"program": "DIP", "from_day": month_start(today, 24), "to_day": today}
    async with begin(ola, read_only=True) as unit:
        tables = [
            await measure_table(unit, MeasureQuery(**days, group_by=(by,)))
            for by in ("SERVICE_CODE", "HOSPITAL", "MONTH")
        ]
    total = tables[0].total["person_times"]
    assert total > 50_000
    assert [sum(row.figures["person_times"] for row in table.rows) for table in tables] == [total] * 3
    assert all(row.figures["persons"] <= row.figures["person_times"] for table in tables for row in table.rows)


async def test_some_hospitals_are_behind_and_most_are_not(demo: Unit) -> None:
    ola = await signed_in("ola")
    async with begin(ola, read_only=True) as unit:
        progress = await hospital_progress(unit, ProgressQuery(program="DIP"))
    standings = {row.code: row.standing.value for row in progress}
    assert len(standings) == 12
    assert standings[LATE] == "BEHIND"
    assert {row.code for row in progress if row.vacant_posts} == {VACANT}


async def test_the_cast_can_sign_in_with_the_documented_password(demo: Unit) -> None:
    names = [*CAST, "oscar", "paul", *(f"supervisor.{agency.lower()}" for agency in SUPERVISORS)]
    assert sorted(await demo.scalars(select(User.email))) == sorted(f"{name}@demo.example" for name in names)
    sam, petra = await signed_in("sam"), await signed_in("petra")
    assert (sam.at(), petra.grants) == ((fixed("H001"),), ())


async def identities_in(unit: Unit) -> list[tuple[uuid.UUID, str, str | None]]:
    """Everybody's id, name and phone, in the order of the ids."""
    statement = (
        select(ClientIdentity.id, ClientKey.wrapped, ClientIdentity.name, ClientIdentity.phone)
        .join(ClientKey, col(ClientKey.id) == col(ClientIdentity.id))
        .order_by(col(ClientIdentity.id))
    )
    return [(row.id, *opened_identity(*row)) for row in await unit.rows(statement)]


async def test_names_are_varied_and_numbers_belong_to_nobody(demo: Unit) -> None:
    people = [(name, phone) for _, name, phone in await identities_in(demo)]
    names, phones = [name for name, _ in people], [phone for _, phone in people if phone is not None]
    assert len({name[0] for name in names}) > 80
    assert len(set(names)) > 2500
    assert {phone[:4] for phone in phones} == {"1000"}


def _people(seed: str) -> list[tuple[uuid.UUID, str, str | None]]:
    """Everybody whom a seed makes at the first hospital in two months, before anything is stored."""
    at = now()
    stays = lay(local_date(at, ZONE), 2, demo_posts(), seed).stays
    harvest, _ = drawn([stay for stay in stays if stay.hospital == stays[0].hospital], at, seed)
    keys = {row["id"]: row["wrapped"] for row in harvest.rows[ClientKey]}
    rows = harvest.rows[ClientIdentity]
    return [(r["id"], *opened_identity(r["id"], keys[r["id"]], r["name"], r["phone"])) for r in rows]


def test_the_same_seed_makes_the_same_people_and_another_seed_others() -> None:
    first, again, other = map(_people, ("a", "a", "b"))
    assert len(first) > 20
    assert first == again
    assert first != other


def test_a_program_year_is_twelve_calendar_months_from_its_first_day() -> None:
    start = date(2024, 12, 1)
    assert [program_year(day, start) for day in (start, date(2025, 11, 30), date(2025, 12, 1))] == [0, 0, 1]
    assert [month_start(date(2026, 1, 31), n) for n in (1, 2, 13)] == [
        date(2026, 1, 1),
        date(2025, 12, 1),
        date(2025, 1, 1),
    ]


async def test_most_worker_months_have_the_supervision_that_is_asked_for(
    demo: Unit, demo_file: tuple[str, Built]
) -> None:
    """Q8 of the last full year: measured from sessions of supervisors, below the whole and above nine in ten."""
    ola, today = await signed_in("ola"), demo_file[1].today
    last = today.replace(day=1) - timedelta(days=32)
    days = {"from_day": last.replace(year=last.year - 1, day=1), "to_day": last.replace(day=1) - timedelta(days=1)}
    year = {"program": "DIP", **days, "hospitals": [str(fixed(f"H{n:03d}")) for n in range(1, 13)]}
    async with begin(ola, read_only=True) as unit:
        found = (await measure_table(unit, MeasureQuery.parse(year))).total
    assert found["worker_months"] == 12 * 18
    assert 0.9 < found["supervised_months"] / found["worker_months"] < 1
