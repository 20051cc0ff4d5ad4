"""Figures of referrals and of what follows discharges, computed by hand."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from coord.clients.tables import Discharge
from coord.contacts.tables import ServiceContact
from coord.measures import measure_table
from coord.measures.inputs import cell_of
from coord.measures.listing_discharges import Left, Met, tally
from coord.measures.ratios import RATIOS
from coord.measures.rows_behind import discharges_behind
from coord.referrals.codes import (
    Clock,
    ReferralDirection,
    ReferralEventKind,
    ReferralNeed,
    ReferralReason,
    ReferralState,
    Side,
)
from coord.referrals.tables import Referral, ReferralClock, ReferralEvent
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import asked, behind, cells, contact, log
from tests.world import BUILDER, CENTER, CHEN, HUANG, LIN, NORTH, NORTH_MEMBERS, PROGRAM_ID, cast

AT = datetime(2026, 5, 4, 2, tzinfo=UTC)
"""Monday 10 o'clock in Shanghai."""
SHANGHAI = "Asia/Shanghai"
MAY = ("2026-05-01", "2026-05-31")


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def left(day: str, back_on: str | None = None, client: str = "a") -> Left:
    back = None if back_on is None else date.fromisoformat(back_on)
    named = uuid.uuid5(uuid.NAMESPACE_URL, client)
    at = shanghai(f"{day}T11:00:00")
    return Left(uuid.uuid5(named, day), named, NORTH, at, at.date(), back)


def met(day: str, hour: str | None = None) -> Met:
    return Met(date.fromisoformat(day), None if hour is None else shanghai(f"{day}T{hour}:00"))


def counts(
    discharges: Sequence[Left], contacts: Sequence[Met], now: str = "2026-12-31"
) -> Mapping[str, tuple[int, int]]:
    rows = tally(discharges, {discharges[0].client: contacts}, shanghai(f"{now}T12:00:00"), SHANGHAI)
    size = {name: len(found) for name, found in rows.items()}
    names = [name for name in RATIOS if name.startswith(("followup", "readmission"))]
    return {name: (size.get(RATIOS[name].part, 0), size.get(RATIOS[name].whole, 0)) for name in names}


@pytest.mark.parametrize(
    ("contact_made", "expected"),
    [
        (met("2025-10-03", "16:00"), (0, 0, 0)),
        (met("2025-10-04"), (1, 1, 1)),
        (met("2025-10-06", "11:00"), (1, 1, 1)),
        (met("2025-10-06", "11:01"), (0, 1, 1)),
        (met("2025-10-06"), (0, 1, 1)),
        (met("2025-10-10"), (0, 1, 1)),
        (met("2025-10-11"), (0, 0, 1)),
        (met("2025-11-02"), (0, 0, 1)),
        (met("2025-11-03"), (0, 0, 0)),
    ],
)  # fmt: skip
def test_the_discharge_of_the_third_of_october(contact_made: Met, expected: tuple[int, int, int]) -> None:
    """72 hours end on 10-06 at 11:00, holidays count; 7 days are 10-04 to 10-10, 30 days reach to 11-02."""
    found = counts([left("2025-10-03")], [contact_made])
    pairs = [found[f"followup_{window}_rate"] for window in ("72h", "7d", "30d")]
    assert pairs == [(number, 1) for number in expected]


def test_of_two_discharges_with_a_readmission_between_only_the_last_counts() -> None:
    found = counts([left("2025-10-03", "2025-10-15"), left("2025-10-20")], [met("2025-10-04"), met("2025-10-25")])
    assert (found["followup_30d_rate"], found["followup_7d_rate"]) == ((1, 1), (1, 1))
    # By the end of the 72 hours nobody was back: England counts both discharges.
    assert found["followup_72h_rate"] == (1, 2)
    assert (found["readmission_30d_rate"], found["readmission_90d_rate"]) == ((1, 2), (1, 2))


@pytest.mark.parametrize(("back_on", "whole"), [("2025-11-02", 0), ("2025-11-03", 1)], ids=["on day 30", "on day 31"])
def test_a_readmission_within_thirty_days_takes_the_discharge_out(back_on: str, whole: int) -> None:
    found = counts([left("2025-10-03", back_on)], [])
    assert (found["followup_30d_rate"], found["readmission_30d_rate"]) == ((0, whole), (1 - whole, 1))


@pytest.mark.parametrize(
    ("today", "whole"), [("2025-10-10", (1, 0, 0)), ("2025-10-11", (1, 1, 0)), ("2025-11-03", (1, 1, 1))]
)
def test_a_discharge_counts_when_its_window_is_over(today: str, whole: tuple[int, ...]) -> None:
    found = counts([left("2025-10-03")], [met("2025-10-04")], today)
    assert tuple(found[f"followup_{window}_rate"][1] for window in ("72h", "7d", "30d")) == whole


def _referral(client: uuid.UUID, state: ReferralState, need: ReferralNeed, **facts: Any) -> Referral:
    return Referral(
        program_id=PROGRAM_ID, client_id=client, source_id=NORTH, target_id=CENTER, code=f"R-{uuid.uuid4().hex[:8]}",
        direction=ReferralDirection.DOWN, need=need, state=state, age_band="35-44", reason=b"-", sent_on=AT.date(),
        **{"sent_at": AT, "received_at": AT, "decided_at": AT, **facts},
    )  # fmt: skip


def _clock(referral: Referral, clock: Clock, late: bool) -> ReferralClock:
    due = AT + timedelta(days=1)
    stopped = due + timedelta(seconds=1) if late else due
    return ReferralClock(referral_id=referral.id, clock=clock, started_at=AT, due_at=due, stopped_at=stopped)


async def ten() -> None:
    """Ten referrals of one day: 1 waits, 1 expired, 2 declined, 6 accepted; of these 4 met, 3 with an outcome, 2 closed."""
    need, state = list(ReferralNeed), ReferralState
    contacts = [(await log(contact(client=str(LIN), occurred_on="2026-05-05"))).contact_id
                for _ in range(4)]  # fmt: skip
    accepted = {"accepted_at": AT}
    rows = [
        _referral(CHEN, state.SENT, need[0], received_at=None, decided_at=None),
        _referral(CHEN, state.EXPIRED, need[1], decided_at=None),
        _referral(CHEN, state.DECLINED, need[2]),
        _referral(CHEN, state.DECLINED, need[3]),
        _referral(HUANG, state.ACCEPTED, need[4], **accepted),
        _referral(HUANG, state.UNREACHABLE, need[5], **accepted),
        *(
            _referral(LIN, end, need[6 + n], **accepted, first_contact_id=contacts[n],
                      first_contact_at=AT + timedelta(hours=hours, minutes=59), outcome=outcome)
            for n, (hours, outcome, end) in enumerate(
                [(2, None, state.IN_SERVICE), (50, "LOST", state.FEEDBACK_SENT), (20, "COMPLETED", state.CLOSED),
                 (100, "COMPLETED", state.CLOSED)]
            )
        ),
    ]  # fmt: skip
    async with begin(BUILDER) as unit:
        unit.add(*rows)
        await unit.session.flush()
        for row in rows[1:]:
            unit.add(
                _clock(row, Clock.ACKNOWLEDGE, late=row is rows[1]), _clock(row, Clock.DECIDE, late=row is rows[2])
            )
        for row, reason in ((rows[2], ReferralReason.NO_CAPACITY), (rows[3], ReferralReason.OUTSIDE_AREA)):
            unit.add(ReferralEvent(referral_id=row.id, event=ReferralEventKind.DECLINE, from_state=state.RECEIVED,
                                   to_state=state.DECLINED, side=Side.TARGET, reason_code=reason))  # fmt: skip


@pytest.mark.anyio
async def test_ten_referrals_computed_by_hand(database: Database) -> None:
    await ten()
    async with begin(cast.ola, read_only=True) as unit:
        table = await measure_table(unit, asked(MAY))
    found = table.total
    names = ("sent", "received", "acknowledged_in_time", "decided_in_time", "accepted", "declined", "expired",
             "first_contact", "closed_loop", "ended", "lost")  # fmt: skip
    assert [found[f"referrals_{name}"] for name in names] == [10, 9, 8, 7, 6, 2, 1, 4, 2, 3, 1]
    assert table.quantiles == {"first_contact_median": 20, "first_contact_p90": 100}
    assert found["first_contact_hours"] == 172
    assert RATIOS["closed_loop_rate"].of(found) == 0.2
    # Q1: seven of the nine that arrived were answered before the clock ran out.
    assert RATIOS["response_in_time_rate"].of(found) == 7 / 9
    for name in found:
        rows = await behind(name, {}, MAY)
        assert (rows.figure, sum(row["value"] for row in rows.rows)) == (found[name], found[name]), name


@pytest.mark.anyio
async def test_reasons_of_refusal_add_up_to_what_was_declined(database: Database) -> None:
    await ten()
    by_reason = await cells("REASON_CODE", days=MAY)
    declined = {key[0]: figures["referrals_declined"] for key, figures in by_reason.items()}
    assert {key: number for key, number in declined.items() if number} == {"NO_CAPACITY": 1, "OUTSIDE_AREA": 1}
    assert (await behind("referrals_declined", cell_of({"REASON_CODE": "NO_CAPACITY"}), MAY)).figure == 1


@pytest.mark.anyio
async def test_the_way_from_hospital_to_community_adds_up_for_every_figure_of_the_funnel(database: Database) -> None:
    await ten()
    flow = await cells("HOSPITAL", "RECEIVER", days=MAY)
    assert {key: figures["referrals_sent"] for key, figures in flow.items() if figures["referrals_sent"]} == {
        ("H001", "C01"): 10
    }
    cell = cell_of({"HOSPITAL": "H001", "RECEIVER": "C01"})
    for name in (
        "referrals_sent",
        "referrals_accepted",
        "referrals_first_contact",
        "referrals_closed_loop",
        "first_contact_hours",
    ):
        assert (await behind(name, cell, MAY)).figure == flow["H001", "C01"][name], name


@pytest.mark.anyio
async def test_a_first_appointment_is_kept_or_missed_and_a_canceled_one_is_none(database: Database) -> None:
    async with begin(BUILDER) as unit:
        unit.add(*(_referral(client, ReferralState.ACCEPTED, list(ReferralNeed)[n], accepted_at=AT)
                   for n, client in enumerate((LIN, CHEN, HUANG, NORTH_MEMBERS[0]))))  # fmt: skip
    given = {
        LIN: [("2026-05-05", "CANCELED"), ("2026-05-06", "ATTENDED")], CHEN: [("2026-05-05", "NO_SHOW"), ("2026-05-06", "ATTENDED")],
        HUANG: [("2026-05-03", "ATTENDED")],
    }  # fmt: skip
    for client, entries in given.items():
        for day, attendance in entries:
            await _at_center(client, day, attendance)
    async with begin(cast.ola, read_only=True) as unit:
        found = (await measure_table(unit, asked(MAY), ["appointment_kept_rate"])).total
    assert (found["first_appointments_kept"], found["first_appointments"]) == (1, 2)


async def _at_center(client: uuid.UUID, day: str, attendance: str) -> None:
    """What the center would have written, whoever brought it into the database."""
    logged = await log(contact(client=str(client), occurred_on=day, attendance=attendance))
    async with begin(BUILDER) as unit:
        (await unit.find(ServiceContact, logged.contact_id)).hospital_id = CENTER


@pytest.mark.anyio
async def test_discharges_of_the_database_are_followed_by_contacts_with_the_person(database: Database) -> None:
    """Lin is met on day 2; of Chen only a relative's attempt and a missed visit; Huang on the day of discharge."""
    for client in (LIN, CHEN, HUANG):
        async with begin(BUILDER) as unit:
            unit.add(Discharge(program_id=PROGRAM_ID, hospital_id=NORTH, client_id=client,
                               discharged_at=shanghai("2026-05-10T11:00:00")))  # fmt: skip
    await log(contact(client=str(LIN), occurred_on="2026-05-12"))
    await log(contact(client=str(CHEN), occurred_on="2026-05-12", attendance="NO_SHOW"))
    await log(contact(client=str(HUANG), occurred_on="2026-05-10"))
    async with begin(cast.ola, read_only=True) as unit:
        found = (await measure_table(unit, asked(MAY))).total
    for window in ("72h", "7d", "30d"):
        assert (found[f"followed_{window}"], found[f"followup_due_{window}"]) == (1, 3)
    rows = await behind("followed_7d", cell_of({"HOSPITAL": "H001", "MONTH": "2026-05"}), MAY)
    async with begin(cast.ola, read_only=True) as unit:
        assert [row["code"] for row in (await discharges_behind(unit, [r["id"] for r in rows.rows])).values()] == [
            "NORTH-0001"
        ]
    assert (await behind("followed_7d", cell_of({"MONTH": "2026-04"}), MAY)).figure == 0
    assert (
        await behind("followed_7d", cell_of({"AGENCY": "NOT_GIVEN", "PROVINCE": "北京", "QUARTER": "2026Q2"}), MAY)
    ).figure == 1
