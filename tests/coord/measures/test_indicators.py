"""Quality indicators with numbers computed by hand."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col

from coord.access import Actor
from coord.cases.codes import AdequateTreatment, CaseOrigin, CaseStatus
from coord.cases.tables import CaseFile
from coord.contacts.group_rules import Roll, absences_in_a_row, attendance_rate, came_as_guests, weekly
from coord.contacts.tables import ServiceContact
from coord.kernel.sql import select
from coord.kernel.workdays import workdays
from coord.measures import MEASURES, measure_table
from coord.measures.listing_cases import assessed_in_time
from coord.measures.listing_work import months_between, post_days
from coord.measures.ratios import QUANTILES, RATIOS
from coord.measures.rows_behind import workers_behind
from coord.placements.rules import is_trained_before
from coord.placements.tables import Placement
from coord.programs.tables import ProgramSetting, Setting
from coord.supervision import RecordSupervision, caseloads, record_supervision, withdraw_supervision
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import TODAY, case_in, filed
from tests.coord.making import asked, behind, contact, log, stored, without_client
from tests.world import (
    AGENCY,
    BUILDER,
    CHEN,
    EVE_WORKER,
    HUANG,
    LIN,
    NIA_WORKER,
    NORTH,
    NORTH_GROUP,
    NORTH_MEMBERS,
    PROGRAM,
    PROGRAM_ID,
    SAM_WORKER,
    SOUTH,
    cast,
    fixed,
)

SEPTEMBER = ("2026-09-01", "2026-09-30")
TWELVE = [fixed(f"person/{n}") for n in range(12)]


def test_four_sessions_of_twelve_members_with_nine_eleven_ten_and_eight_are_79_percent() -> None:
    rolls = [Roll(date(2026, 1, 5 + 7 * n), TWELVE[:came], TWELVE[came:]) for n, came in enumerate((9, 11, 10, 8))]
    assert attendance_rate(rolls, TWELVE) == 38 / 48
    assert (attendance_rate([], TWELVE), attendance_rate(rolls, [])) == (None, None)
    assert absences_in_a_row(rolls, TWELVE) == {TWELVE[8]: 1, TWELVE[9]: 1, TWELVE[10]: 2, TWELVE[11]: 4}
    guest = fixed("person/guest")
    assert came_as_guests([*rolls, Roll(date(2026, 2, 2), [TWELVE[0], guest], [])], TWELVE) == [guest]


def test_weekly_sessions_pass_over_holidays_and_keep_their_weekday() -> None:
    days = list(weekly(date(2026, 9, 21), 3, workdays("CN").is_holiday))
    assert days == [date(2026, 9, 21), date(2026, 9, 28), date(2026, 10, 12)]
    assert list(weekly(date(2026, 9, 21), 3, lambda _: True)) == []


@pytest.mark.parametrize(
    ("starts", "ends", "days"),
    [("2026-01-01", None, 30), ("2026-09-10", None, 21), ("2026-09-01", "2026-09-01", 1), ("2026-10-01", None, 0)],
)
def test_post_days_count_both_ends(starts: str, ends: str | None, days: int) -> None:
    first, last = map(date.fromisoformat, SEPTEMBER)
    until = None if ends is None else date.fromisoformat(ends)
    assert post_days(date.fromisoformat(starts), until, first, last) == days


def test_of_nothing_there_is_no_ratio_and_a_median_is_one_of_the_values() -> None:
    ratio, whole = RATIOS["staffed_rate"], {"staffed_days": 0, "post_days": 4}
    assert [ratio.of({**whole, **f}) for f in ({"post_days": 0}, {}, {"staffed_days": 3})] == [None, 0.0, 0.75]
    median, ninth = QUANTILES["first_contact_median"], QUANTILES["first_contact_p90"]
    assert (median.of([]), median.of([5, 1, 9, 3]), ninth.of(list(range(1, 11))), ninth.of([7])) == (None, 3, 9, 7)


def test_every_ratio_is_of_two_measures() -> None:
    assert {name for ratio in RATIOS.values() for name in (ratio.part, ratio.whole)} <= set(MEASURES)
    assert {ratio.indicator for ratio in RATIOS.values()} - {None} == {*(f"Q{n}" for n in range(1, 13)), "Q14", "Q15"}


@pytest.mark.parametrize(
    ("received", "assessed", "in_time"),
    [
        ("2025-09-25", "2025-10-16", False), ("2025-09-25", "2025-10-15", True), ("2025-09-25", None, False),
        ("2030-12-20", "2030-12-30", True), ("2030-12-20", "2030-12-31", None),
    ],
)  # fmt: skip
def test_ten_working_days_to_assess_skip_the_holidays(
    received: str, assessed: str | None, in_time: bool | None
) -> None:
    """Sep 26, 28, 29, 30, Oct 9, 10, 11, 13, 14 and 15: the make-up days of Sep 28 and Oct 11 are worked."""
    day = None if assessed is None else date.fromisoformat(assessed)
    assert assessed_in_time(date.fromisoformat(received), day, workdays("CN")) is in_time


def test_months_between_touch_both_ends() -> None:
    assert list(months_between(date(2026, 1, 31), date(2026, 2, 1))) == [
        (date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28)),
    ]  # fmt: skip


@pytest.mark.anyio
async def test_the_indicators_of_a_month_computed_by_hand(database: Database) -> None:
    for day, recorded in (("2026-09-03", 6), ("2026-09-03", 7), ("2026-09-10", 10), ("2026-09-11", 30)):
        kept = await log(contact(client=str(LIN), occurred_on=day))
        async with begin(BUILDER) as unit:
            row = await unit.find(ServiceContact, kept.contact_id)
            row.recorded_at = datetime(2026, 9, recorded, 15, 59, tzinfo=UTC)
    members = list(map(str, NORTH_MEMBERS))
    for day, came in (("2026-09-07", 9), ("2026-09-14", 7), ("2026-10-12", 1)):
        kept = await log(contact(client=None, service_code="GROUP_SESSION", group=str(NORTH_GROUP), occurred_on=day,
                                 attendees=members[:came], absentees=members[came:]))  # fmt: skip
        async with begin(BUILDER) as unit:
            row = await unit.find(ServiceContact, kept.contact_id)
            row.recorded_at = datetime.combine(row.occurred_on, datetime.min.time(), UTC)
    async with begin(BUILDER) as unit:
        unit.add(Placement(program_id=PROGRAM_ID, hospital_id=NORTH, employer_id=AGENCY, starts_on=date(2026, 9, 21)))
    found = await figures(hospitals=[str(NORTH)])
    assert pair(found, "record_in_time_rate") == (4, 6)
    assert pair(found, "group_attendance_rate") == (16, 20)
    assert pair(found, "staffed_rate") == (60, 70)
    assert [(await behind(name, {}, SEPTEMBER)).total_rows for name in ("member_places", "post_days")] == [2, 4]


@pytest.mark.anyio
async def test_adequate_treatment_is_what_the_doctor_said_at_the_closure(database: Database) -> None:
    """Two of three closures of the month say that it was reached; one says nothing, one lies in October."""
    told = (("REACHED", 3), ("REACHED", 29), ("NOT_REACHED", 30), (None, 15))
    for client, (said, day) in zip((LIN, *NORTH_MEMBERS), told, strict=False):
        closed_on = date(2026, 9, day)
        await filed(client, status=CaseStatus.CLOSED, opened_on=date(2026, 8, 1), closed_on=closed_on,
                    closure="GOALS_REACHED", adequate_treatment=said)  # fmt: skip
    await filed(NORTH_MEMBERS[8], status=CaseStatus.CLOSED, opened_on=date(2026, 8, 1), closed_on=date(2026, 10, 1),
                closure="GOALS_REACHED", adequate_treatment="REACHED")  # fmt: skip
    assert pair(await figures(), "adequate_treatment_rate") == (2, 3)
    assert (await behind("treatments_adequate", {}, SEPTEMBER)).figure == 2


@pytest.mark.anyio
async def test_who_was_trained_before_the_post_began_computed_by_hand(database: Database) -> None:
    """Sam's post and Eve's began on January 1: two posts and two months; Sam was trained in December, Eve on January 2."""
    for worker, trained_on in ((SAM_WORKER, date(2025, 12, 31)), (EVE_WORKER, date(2026, 1, 2))):
        async with begin(BUILDER) as unit:
            for row in await unit.scalars(select(Placement).where(col(Placement.worker_id) == worker)):
                row.trained_on = trained_on
    months = ("2026-08-20", "2026-09-10")
    found = await figures(months, hospitals=[str(NORTH)])
    assert pair(found, "trained_before_deployed_rate") == (2, 4)
    assert (await behind("trained_post_months", {}, months)).figure == 2
    assert is_trained_before(date(2026, 1, 1), date(2026, 1, 1))
    assert not is_trained_before(None, date(2026, 1, 1))


@pytest.mark.anyio
async def test_certificates_of_trainings_are_added_up_by_the_day_of_the_training(database: Database) -> None:
    for day, given in (("2026-09-03", 8), ("2026-09-10", None), ("2026-09-17", 0), ("2026-10-01", 5)):
        training = {"service_code": "SUPPORTER_TRAINING", "anonymous_count": 10, "occurred_on": day}
        await log(without_client(**training, certificates=given))
    await log(without_client(service_code="SUPPORTER_TRAINING", attendance="CANCELED", occurred_on="2026-09-20"))
    assert (await figures())["supporters_certified"] == 8
    assert (await figures(actor=cast.sam))["supporters_certified"] == 8
    assert (await behind("supporters_certified", {}, SEPTEMBER)).figure == 8


async def figures(days: tuple[str, str] = SEPTEMBER, actor: Actor = cast.ola, **more: Any) -> Mapping[str, int]:
    async with begin(actor, read_only=True) as unit:
        return (await measure_table(unit, asked(days, **more))).total


def pair(found: Mapping[str, int], ratio: str) -> tuple[int, int]:
    """The part and the whole of a ratio."""
    return found[RATIOS[ratio].part], found[RATIOS[ratio].whole]


async def _recorded_at(contact_id: object, moment: datetime) -> None:
    async with begin(BUILDER) as unit:
        (await unit.find(ServiceContact, contact_id)).recorded_at = moment  # type: ignore[arg-type]


@pytest.mark.anyio
@pytest.mark.parametrize(("moment", "in_time"), [("2026-09-06T15:59:59", 1), ("2026-09-06T16:00:00", 0)])
async def test_three_days_end_at_midnight_in_shanghai(database: Database, moment: str, in_time: int) -> None:
    kept = await log(contact(occurred_on="2026-09-03"))
    await _recorded_at(kept.contact_id, datetime.fromisoformat(f"{moment}+00:00"))
    assert pair(await figures(), "record_in_time_rate") == (in_time, 1)
    assert (await behind("records_in_time", {}, SEPTEMBER)).figure == in_time


@pytest.mark.anyio
async def test_cases_of_a_year_computed_by_hand(database: Database) -> None:
    """Five new, two reopened, one taken over; of the closed ones one lost, goals 3 of 5, three answers with 13 points."""
    year = ("2025-01-01", "2025-12-31")
    closed = {"status": CaseStatus.CLOSED, "closed_on": date(2025, 6, 30)}
    new = {"opened_on": date(2025, 3, 3), "received_on": date(2025, 2, 26)}
    given: list[dict[str, Any]] = [
        {**new, **closed, "closure": "GOALS_REACHED", "goals": 3, "goals_reached": 2, "satisfaction": 5,
         "assessed_on": date(2025, 3, 1), "plan_approved_on": date(2025, 3, 9)},
        {**new, **closed, "closure": "LOST_CONTACT", "goals": 2, "goals_reached": 0, "satisfaction": None,
         "assessed_on": date(2025, 3, 20), "plan_approved_on": date(2025, 3, 30)},
        {**new, **closed, "closure": "ENDED_BY_CLIENT", "goals": 0, "satisfaction": 4},
        {**new, **closed, "closure": "TRANSFERRED", "assessed_on": date(2025, 3, 12)},
        {**new, "assessed_on": date(2025, 3, 13)},
        {**new, **closed, "closure": "GOALS_REACHED", "origin": CaseOrigin.REOPENED, "goals_reached": 0,
         "satisfaction": 4, "plan_approved_on": date(2025, 4, 1)},
        {**new, "origin": CaseOrigin.REOPENED, "received_on": date(2025, 2, 27)},
        {**new, "origin": CaseOrigin.TAKEN_OVER, "plan_approved_on": date(2025, 4, 1)},
        {"status": CaseStatus.NOT_OPENED, "received_on": date(2025, 5, 5)},
        {"status": CaseStatus.ASSESSING, "received_on": date(2025, 5, 6)},
    ]  # fmt: skip
    for client, facts in zip((CHEN, HUANG, *NORTH_MEMBERS), given, strict=False):
        await filed(client, **facts)
    found = await figures(year)
    names = ("cases_opened", "cases_reopened", "cases_taken_over", "cases_closed", "cases_active")
    assert [found[name] for name in names] == [5, 2, 1, 5, 3]
    assert found["cases_active"] == sum(found[name] for name in names[:3]) - found["cases_closed"]
    assert {ratio.indicator: pair(found, name) for name, ratio in RATIOS.items() if ratio.indicator in CASES} == {
        "Q2": (7, 8),
        # Received on 2025-02-26, a Wednesday: the tenth working day is 2025-03-12.
        "Q3": (2, 7),
        "Q4": (3, 7),
        "Q6": (2, 5),
        "Q10": (1, 5),
    }
    assert (pair(found, "mean_satisfaction"), pair(found, "satisfaction_response_rate")) == ((13, 3), (3, 5))
    for name in MEASURES:
        rows = await behind(name, {}, year)
        assert (rows.figure, sum(row["value"] for row in rows.rows)) == (found[name], found[name]), name


CASES = {"Q2", "Q3", "Q4", "Q6", "Q10"}


async def _supervised(day: str, minutes: int, *workers: UUID) -> UUID:
    kind = "INDIVIDUAL" if len(workers) == 1 else "GROUP"
    given = {"idempotency_key": uuid4(), "program": PROGRAM, "kind": kind, "held_on": day, "minutes": minutes,
             "workers": workers, "topics": ["CASES"]}  # fmt: skip
    async with begin(cast.sun) as unit:
        return await record_supervision(unit, RecordSupervision.parse(given))


@pytest.mark.anyio
async def test_supervision_counts_whole_months_of_each_worker(database: Database) -> None:
    """Q8: Sam, Eve and Nia hold posts since January, new workers who need 240 minutes a month: Sam has 200 + 40 in February."""
    await _supervised("2026-02-03", 200, SAM_WORKER, EVE_WORKER)
    last = await _supervised("2026-02-20", 40, SAM_WORKER)
    # A worker's own note that they were supervised is working time, and no session of a supervisor.
    await log(contact(client=None, service_code="SUPERVISION_RECEIVED", occurred_on="2026-02-24", duration_minutes=300))
    first_quarter = ("2026-01-02", "2026-03-30")
    for actor in (cast.ola, cast.sun, cast.sam):
        found = await figures(first_quarter, actor=actor, hospitals=[str(NORTH)])
        assert (actor.name, pair(found, "supervision_rate")) == (actor.name, (1, 2))
    assert pair(await figures(first_quarter), "supervision_rate") == (1, 3)
    rows = await behind("supervised_months", {}, first_quarter)
    async with begin(cast.ola, read_only=True) as unit:
        assert list((await workers_behind(unit, [row["id"] for row in rows.rows])).values()) == ["Sam"]
        loads = {load.worker: load for load in await caseloads(unit, PROGRAM, "2026-02")}
    # The page of caseloads and the figure read the same minutes and ask for the same.
    assert [(loads[name].minutes, loads[name].due) for name in ("Sam", "Eve", "Nia")] == [
        (240, 240),
        (200, 240),
        (0, 240),
    ]
    async with begin(cast.sun) as unit:
        await withdraw_supervision(unit, last)
    assert pair(await figures(first_quarter), "supervision_rate") == (0, 3)


@pytest.mark.anyio
async def test_what_a_program_asks_for_is_what_a_month_is_measured_by(database: Database) -> None:
    """From February on 200 minutes are enough for new workers: January still asks for 240."""
    for day in ("2026-01-12", "2026-02-12"):
        await _supervised(day, 200, NIA_WORKER)
    async with begin(BUILDER) as unit:
        unit.add(ProgramSetting(program_id=PROGRAM_ID, setting=Setting.SUPERVISION_MINUTES_NEW, value=200,
                                valid_from=date(2026, 2, 1)))  # fmt: skip
    for month, expected in (("2026-01-01", "2026-01-31"), (0, 1)), (("2026-02-01", "2026-02-28"), (1, 1)):
        assert pair(await figures(month, hospitals=[str(SOUTH)]), "supervision_rate") == expected


@pytest.mark.anyio
async def test_what_supervisors_decide_stands_on_the_case_for_its_figures(database: Database) -> None:
    case = await case_in(CaseStatus.CLOSED)
    (row,) = await stored(CaseFile, CaseFile.id == case)
    assert (row.assessed_on, row.plan_approved_on) == (TODAY, TODAY)
    assert (row.goals, row.goals_reached, row.satisfaction) == (1, 1, None)
    assert row.adequate_treatment is AdequateTreatment.REACHED
