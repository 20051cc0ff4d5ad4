"""What belongs together in one contact: every problem by name, and nothing else. Pure."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from coord.contacts.codes import ServiceTarget
from coord.contacts.rules import Present, Surroundings, check_contact, people_present, target_of
from coord.kernel.errors import Invalid
from coord.kernel.ids import person_key
from tests.coord.making import contact, without_client
from tests.world import CHEN, HUANG, LIN, NORTH_GROUP, SOUTH, fixed

LIN_ID, CHEN_ID, HUANG_ID = str(LIN), str(CHEN), str(HUANG)
AROUND = Surroundings(
    time_zone="Asia/Shanghai",
    now=datetime(2026, 9, 10, 4, tzinfo=UTC),
    program_starts_on=date(2026, 1, 1),
    program_ends_on=date(2026, 9, 30),
    post_starts_on=date(2026, 2, 1),
    post_ends_on=date(2026, 9, 20),
)
ROSTER = {"client": None, "service_code": "GROUP_SESSION"}
TRAINING: dict[str, Any] = {"client": None, "service_code": "SUPPORTER_TRAINING", "anonymous_count": 10}
EVENT = {"client": None, "service_code": "COMMUNITY_EVENT"}


def problems(given: dict[str, Any], **around: Any) -> list[tuple[str, str]]:
    surroundings = {**{name: getattr(AROUND, name) for name in AROUND.__slots__}, **around}
    return [(p.field, p.code) for p in check_contact(contact(**given), Surroundings(**surroundings))]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"occurred_on": "2026-09-10"}, []),
        ({"occurred_on": "2026-09-11"}, [("occurred_on", "FUTURE_DATE")]),
        ({"occurred_on": "2025-12-31"}, [("occurred_on", "OUTSIDE_PROGRAM")]),
        ({"occurred_on": "2026-01-31"}, [("occurred_on", "OUTSIDE_POST")]),
        ({"started_at": "2026-09-03T10:00:00+08:00"}, []),
        ({"started_at": "2026-09-03T16:00:00+00:00"}, [("started_at", "NOT_ON_THAT_DAY")]),
        ({"started_at": "2026-09-02T16:00:00+00:00"}, []),
        ({"occurred_on": "2026-09-10", "started_at": "2026-09-10T12:01:00+08:00"}, [("started_at", "FUTURE_DATE")]),
        ({"attendees": [CHEN_ID]}, [("attendees", "ROSTER_NOT_FOR_SERVICE")]),
        ({**ROSTER, "attendees": [LIN_ID]}, []),
        ({**ROSTER, "client": LIN_ID}, [("client", "CLIENT_NOT_FOR_SERVICE")]),
        ({"group": str(NORTH_GROUP)}, [("group", "GROUP_NOT_FOR_SERVICE")]),
        ({"hosts": [str(SOUTH)]}, [("hosts", "HOSTS_NOT_FOR_SERVICE")]),
        ({**EVENT, "anonymous_count": 1, "hosts": [str(SOUTH)]}, []),
        ({"client": None}, [("client", "MISSING_CLIENT")]),
        ({"absentees": [CHEN_ID]}, [("absentees", "ABSENTEES_NOT_FOR_SERVICE")]),
        ({**ROSTER, "attendees": [LIN_ID], "absentees": [CHEN_ID]}, []),
        ({**ROSTER, "attendees": [LIN_ID], "absentees": [LIN_ID]}, [("absentees", "PRESENT_AND_ABSENT")]),
        ({**ROSTER, "attendees": [LIN_ID, LIN_ID]}, [("attendees", "NAMED_TWICE")]),
        ({**ROSTER, "attendees": [LIN_ID], "absentees": [CHEN_ID] * 2}, [("absentees", "NAMED_TWICE")]),
        ({"co_workers": [str(fixed("w"))] * 2}, [("co_workers", "NAMED_TWICE")]),
        ({**EVENT, "anonymous_count": 1, "hosts": [str(SOUTH)] * 2}, [("hosts", "NAMED_TWICE")]),
        ({"issues": ["STIGMA", "STIGMA"]}, [("issues", "NAMED_TWICE")]),
        ({"target": "STAFF"}, [("target", "STAFF_ARE_NOT_CLIENTS")]),
        ({**ROSTER, "attendees": [LIN_ID], "target": "STAFF"}, [("target", "STAFF_ARE_NOT_CLIENTS")]),
        (
            {"client": None, "service_code": "CONSULTATION", "family_present": 1, "target": "STAFF"},
            [("target", "STAFF_ARE_NOT_CLIENTS")],
        ),
        ({"client": None, "service_code": "STAFF_SUPPORT", "anonymous_count": 9, "target": "STAFF"}, []),
        ({"collateral": True}, []),
        ({"collateral": True, "family_present": 1}, [("anonymous_count", "COLLATERAL_HAS_NOBODY_PRESENT")]),
        ({"collateral": True, "anonymous_count": 1}, [("anonymous_count", "COLLATERAL_HAS_NOBODY_PRESENT")]),
        (
            {**ROSTER, "attendees": [LIN_ID], "collateral": True},
            [("anonymous_count", "COLLATERAL_HAS_NOBODY_PRESENT")],
        ),
        ({**ROSTER}, [("anonymous_count", "NOBODY_PRESENT")]),
        ({**ROSTER, "attendance": "CANCELED"}, []),
        ({**ROSTER, "collateral": True}, []),
        ({**ROSTER, "family_present": 1}, []),
        ({"certificates": 1}, [("certificates", "CERTIFICATES_NOT_FOR_SERVICE")]),
        ({**TRAINING, "certificates": 10}, []),
        ({**TRAINING, "certificates": 11}, [("certificates", "MORE_CERTIFICATES_THAN_PEOPLE")]),
        ({**TRAINING, "certificates": 0}, []),
        ({"client": None, "service_code": "HOTLINE"}, [("anonymous_count", "NOBODY_PRESENT")]),
        ({"client": None, "service_code": "ADMIN"}, []),
        ({"duration_minutes": 0}, [("duration_minutes", "TOO_SMALL")]),
        ({"duration_minutes": 0, "attendance": "NO_SHOW"}, []),
    ],
)
def test_each_misfit_has_its_problem_and_what_fits_has_none(
    given: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert problems(given) == expected


def test_every_problem_is_named_at_once_in_the_order_of_the_form() -> None:
    given = {"occurred_on": "2027-01-01", "attendees": [CHEN_ID], "hosts": [str(SOUTH)], "duration_minutes": 0}
    assert [field for field, _ in problems(given)] == ["occurred_on", "attendees", "hosts", "duration_minutes"]


def test_open_ended_programs_and_posts_accept_any_later_day() -> None:
    around = {"program_ends_on": None, "post_ends_on": None, "now": datetime(2030, 1, 1, tzinfo=UTC)}
    assert problems({"occurred_on": "2029-12-31"}, **around) == []


def test_a_day_after_the_program_or_after_the_post_is_outside() -> None:
    later = {"now": datetime(2027, 1, 1, tzinfo=UTC)}
    assert problems({"occurred_on": "2026-10-01"}, **later) == [("occurred_on", "OUTSIDE_PROGRAM")]
    assert problems({"occurred_on": "2026-09-21"}, **later) == [("occurred_on", "OUTSIDE_POST")]


@pytest.mark.parametrize(
    ("given", "target"),
    [
        ({"service_code": "CONSULTATION"}, ServiceTarget.PATIENT),
        ({"service_code": "STAFF_SUPPORT"}, ServiceTarget.STAFF),
        ({"service_code": "SUPPORTER_TRAINING"}, ServiceTarget.SUPPORTER),
        ({"service_code": "COMMUNITY_EVENT"}, ServiceTarget.PUBLIC),
        ({"service_code": "COMMUNITY_EVENT", "attendees": [LIN_ID]}, ServiceTarget.PATIENT),
        ({"service_code": "COMMUNITY_EVENT", "target": "FAMILY"}, ServiceTarget.FAMILY),
    ],
)
def test_a_service_has_its_usual_target_unless_one_is_given(given: dict[str, Any], target: ServiceTarget) -> None:
    assert target_of(without_client(**given)) is target


def test_present_are_the_client_the_relatives_and_the_anonymous_in_their_targets() -> None:
    found = people_present(contact(family_present=2, anonymous_count=4))
    assert found == [
        Present(ServiceTarget.PATIENT, LIN, LIN),
        Present(ServiceTarget.FAMILY, LIN, person_key(LIN, 1)),
        Present(ServiceTarget.FAMILY, LIN, person_key(LIN, 2)),
        Present(ServiceTarget.PATIENT, heads=4),
    ]


def test_relatives_without_a_client_are_anonymous_heads_of_the_family() -> None:
    found = people_present(without_client(family_present=3, anonymous_count=0))
    assert found == [Present(ServiceTarget.FAMILY, heads=3)]


def test_a_roster_gives_one_person_each_and_anonymous_heads_once() -> None:
    found = people_present(without_client(**EVENT, attendees=[LIN_ID, HUANG_ID], anonymous_count=5))
    assert [(p.person_id, p.heads) for p in found] == [(LIN, 1), (HUANG, 1), (None, 5)]


@pytest.mark.parametrize("given", [{"attendance": "NO_SHOW"}, {"attendance": "CANCELED"}, {"collateral": True}])
def test_nobody_is_present_where_nothing_took_place_or_the_client_was_away(given: dict[str, Any]) -> None:
    assert people_present(contact(**given)) == []


@pytest.mark.parametrize(
    ("zone", "day", "started_at", "fits"),
    [
        # New York puts the clock back on 2026-11-01: half past one comes twice, both are of that day.
        ("America/New_York", "2026-11-01", "2026-11-01T05:30:00+00:00", True),
        ("America/New_York", "2026-11-01", "2026-11-01T06:30:00+00:00", True),
        ("America/New_York", "2026-11-01", "2026-11-02T04:59:00+00:00", True),
        ("America/New_York", "2026-11-01", "2026-11-02T05:00:00+00:00", False),
        # Berlin puts it on on 2026-03-29: that day has 23 hours.
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00+00:00", True),
        ("Europe/Berlin", "2026-03-29", "2026-03-29T21:59:00+00:00", True),
        ("Europe/Berlin", "2026-03-29", "2026-03-29T22:00:00+00:00", False),
        # Lord Howe moves its clock by half an hour, Seoul never.
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-05T13:29:00+00:00", True),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-05T13:30:00+00:00", False),
        ("Asia/Seoul", "2028-02-29", "2028-02-28T15:00:00+00:00", True),
        ("Asia/Seoul", "2028-02-29", "2028-02-29T15:00:00+00:00", False),
    ],
)
def test_a_session_belongs_to_the_day_on_which_it_began_also_when_clocks_change(
    zone: str, day: str, started_at: str, *, fits: bool
) -> None:
    around = replace(
        AROUND, time_zone=zone, now=datetime(2028, 3, 1, tzinfo=UTC), program_ends_on=None, post_ends_on=None
    )
    found = check_contact(contact(occurred_on=day, started_at=started_at), around)
    assert [(problem.field, problem.code) for problem in found] == ([] if fits else [("started_at", "NOT_ON_THAT_DAY")])


def test_the_29th_of_february_is_a_day_of_leap_years_alone() -> None:
    with pytest.raises(Invalid) as refused:
        contact(occurred_on="2026-02-29")
    assert [problem.field for problem in refused.value.problems] == ["occurred_on"]
