"""Which hospitals are behind, for those who follow them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from coord.access import Actor, Grant, Role
from coord.kernel.errors import Invalid, NotAllowed, NotFound
from coord.measures import HospitalProgress, ProgressQuery, Standing, hospital_progress
from coord.organizations.actions import organization_row
from coord.organizations.inputs import AddOrganization
from coord.organizations.tables import OrganizationKind
from coord.placements.tables import Placement
from coord.programs.tables import Part, Participation
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log
from tests.coord.measures.rolling import by_rows, caught_up, watched
from tests.world import (
    AGENCY,
    BUILDER,
    FOUNDATION,
    NIA_WORKER,
    NORTH,
    PROGRAM,
    PROGRAM_ID,
    SOUTH,
    SOUTH_ZHAO,
    STARTS,
    cast,
    fixed,
)

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 9, 11, 4, tzinfo=UTC)  # a Friday; September has eight working days behind it


async def progress(actor: Actor = cast.ola, **query: Any) -> Sequence[HospitalProgress]:
    async with begin(actor, read_only=True) as unit:
        return await hospital_progress(unit, ProgressQuery.parse({"program": PROGRAM, **query}))


async def _hospital(code: str, *posts: Placement, ends_on: date | None = None) -> None:
    row = organization_row(
        AddOrganization(foundation_id=FOUNDATION, code=code, name=f"{code} hospital", kind=OrganizationKind.HOSPITAL)
    )
    row.id = fixed(f"hospital/{code}")
    part = Participation(
        program_id=PROGRAM_ID, organization_id=row.id, part=Part.HOSPITAL, starts_on=STARTS, ends_on=ends_on
    )
    async with begin(BUILDER) as unit:
        for rows in ([row], [part], posts):
            unit.add(*rows)
            await unit.session.flush()


def _vacancy(code: str) -> Placement:
    return Placement(program_id=PROGRAM_ID, hospital_id=fixed(f"hospital/{code}"), employer_id=AGENCY, starts_on=STARTS)


@time_machine.travel(NOON, tick=False)
async def test_hospitals_stand_worst_first_with_their_days_and_person_times(database: Database) -> None:
    for day in (1, 2, 3, 4, 7, 8, 9, 10):
        await log(contact(client=str(SOUTH_ZHAO), occurred_on=f"2026-09-{day:02d}"), cast.nia)
    await log(contact(occurred_on="2026-09-01", family_present=1))
    north, south = await progress()
    assert (north.code, north.standing, north.completeness) == ("H001", Standing.BEHIND, 1 / 16)
    assert (south.code, south.standing, south.completeness) == ("H002", Standing.ON_TRACK, 1.0)
    assert north.monthly_person_times == (*[0] * 11, 2)
    assert south.monthly_person_times == (*[0] * 11, 8)
    assert (north.last_report_on, south.last_report_on) == (date(2026, 9, 11), date(2026, 9, 11))


@time_machine.travel(NOON, tick=False)
async def test_a_hospital_with_a_vacancy_or_without_any_post_is_on_the_foundations_list(database: Database) -> None:
    await _hospital("H100", _vacancy("H100"))
    await _hospital("H101")
    found = {row.code: (row.standing, row.vacant_posts) for row in await progress()}
    assert found["H100"] == (Standing.WATCH, 1)
    assert found["H101"] == (Standing.WATCH, 0)


@time_machine.travel(NOON, tick=False)
async def test_a_hospital_that_left_is_listed_for_its_months_and_not_after(database: Database) -> None:
    await _hospital("H102", ends_on=date(2026, 6, 30))
    assert "H102" in {row.code for row in await progress(month="2026-06")}
    assert "H102" not in {row.code for row in await progress(month="2026-07")}


@time_machine.travel(NOON, tick=False)
async def test_a_past_month_is_judged_as_of_its_end(database: Database) -> None:
    for day in range(3, 32):
        await log(contact(client=str(SOUTH_ZHAO), occurred_on=f"2026-08-{day:02d}"), cast.nia)
    with time_machine.travel(datetime(2026, 12, 1, 4, tzinfo=UTC), tick=False):
        august = {row.code: row.standing for row in await progress(month="2026-08")}
        december = {row.code: row.standing for row in await progress()}
    assert (august["H002"], december["H002"]) == (Standing.ON_TRACK, Standing.BEHIND)


@time_machine.travel(NOON, tick=False)
async def test_person_times_are_the_same_kept_ready_and_counted_and_change_at_once(database: Database) -> None:
    await log(contact(client=str(SOUTH_ZHAO), occurred_on="2026-08-03"), cast.nia)
    await log(contact(occurred_on="2026-09-01", family_present=1))
    await caught_up()
    await log(contact(occurred_on="2026-09-02"))
    for actor in (cast.ola, _coordinator()):
        with watched() as found:
            ready = await progress(actor)
        with by_rows():
            assert await progress(actor) == ready
        assert found == [True]
    assert {row.code: row.monthly_person_times[-2:] for row in await progress()} == {"H001": (0, 3), "H002": (1, 0)}


@time_machine.travel(NOON, tick=False)
async def test_a_day_counts_once_and_only_where_the_post_is(database: Database) -> None:
    assert {row.completeness for row in await progress()} == {0.0}
    for _ in range(2):
        await log(contact(client=str(SOUTH_ZHAO), occurred_on="2026-09-07"), cast.nia)
    async with begin(BUILDER) as unit:
        unit.add(
            Placement(
                program_id=PROGRAM_ID, hospital_id=NORTH, employer_id=AGENCY, worker_id=NIA_WORKER, starts_on=STARTS
            )
        )
    found = {row.code: row.completeness for row in await progress()}
    assert found == {"H001": 0.0, "H002": 1 / 8}


def _coordinator() -> Actor:
    return Actor.of(fixed("user/coo"), "Coo", "en", [Grant(SOUTH, Role.HOSPITAL_COORDINATOR, FOUNDATION)])


async def test_an_agency_sees_where_it_has_posts_and_a_coordinator_the_own_hospital(database: Database) -> None:
    await _hospital("H103", _vacancy("H103"))
    await _hospital("H104")
    manager = Actor.of(fixed("user/manager"), "Manager", "en", [Grant(AGENCY, Role.AGENCY_MANAGER, FOUNDATION)])
    assert {row.code for row in await progress(manager)} == {"H001", "H002", "H103"}
    assert {row.hospital_id for row in await progress(_coordinator())} == {SOUTH}


@pytest.mark.parametrize("name", ["sam", "fatima", "cai", "sun", "petra", "adam"])
async def test_who_does_not_oversee_hospitals_may_not_follow_them(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        await progress(getattr(cast, name))


async def test_an_officer_of_another_foundation_finds_no_such_program(database: Database) -> None:
    stranger = Actor.of(
        fixed("user/x"), "X", "en", [Grant(fixed("elsewhere"), Role.PROGRAM_OFFICER, fixed("elsewhere"))]
    )
    with pytest.raises(NotFound):
        await progress(stranger)
    assert {row.hospital_id for row in await progress()} == {NORTH, SOUTH}
    assert FOUNDATION not in {row.hospital_id for row in await progress()}


@pytest.mark.parametrize("month", ["2026-13", "0001-01", "2026-9", "9999-12", "２０２６－０９－01", "\x00"])
def test_a_month_that_is_none_is_refused(month: str) -> None:
    with pytest.raises(Invalid) as refused:
        ProgressQuery.parse({"program": PROGRAM, "month": month})
    assert [p.field for p in refused.value.problems] == ["month"]
    assert refused.value.problems[0].code in {"BAD_MONTH", "CONTROL_CHARACTERS"}
