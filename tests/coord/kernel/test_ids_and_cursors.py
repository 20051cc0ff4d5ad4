"""Ids made in Python, cursors, and local dates."""

import base64
import json
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from coord.kernel.clock import holds_on, local_date, now, today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, Problem
from coord.kernel.ids import person_key, uuid7
from coord.kernel.paging import DEFAULT_SIZE, MAX_SIZE, PageRequest, decode_cursor, encode_cursor


def test_an_id_is_a_version_7_uuid_of_the_present_moment() -> None:
    with time_machine.travel(datetime(2026, 9, 3, tzinfo=UTC), tick=False):
        made = uuid7()
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(datetime(2026, 9, 3, tzinfo=UTC).timestamp() * 1000)


def test_ids_of_later_moments_sort_later() -> None:
    made = []
    for second in range(50):
        with time_machine.travel(datetime(2026, 9, 3, tzinfo=UTC) + timedelta(milliseconds=second), tick=False):
            made.append(uuid7())
    assert made == sorted(made)
    assert [str(one) for one in made] == sorted(str(one) for one in made)


def test_ids_of_one_moment_differ() -> None:
    with time_machine.travel(datetime(2026, 9, 3, tzinfo=UTC), tick=False):
        assert len({uuid7() for _ in range(5000)}) == 5000


def test_a_client_is_the_person_and_each_relative_another_one_each_time_the_same() -> None:
    client, other = uuid7(), uuid7()
    keys = [person_key(who, n) for who in (client, other) for n in range(4)]
    assert person_key(client, 0) == client
    assert len(set(keys)) == 8
    assert keys == [person_key(who, n) for who in (client, other) for n in range(4)]


@given(st.lists(st.text(st.characters(categories=["L", "N", "P"]), max_size=40), min_size=1, max_size=3))
def test_a_cursor_gives_back_its_values(values: list[str]) -> None:
    cursor = encode_cursor(values)
    assert cursor.isascii()
    assert decode_cursor(cursor, width=len(values)) == tuple(values)


def _packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "é", "====", "a" * 501, "[" * 400, _packed(5), _packed({}), _packed([]), _packed([1]), _packed([1, 2, 3]),
        _packed([2, "a", "b"]), _packed([1, "a"]), _packed([1, "a", "b", "c"]), _packed([1, None, "b"]),
        _packed([1, "a\x00", "b"]), _packed([1, "\ud800", "b"]), _packed("[1,2]"), _packed([1, ["a"], "b"]),
        base64.urlsafe_b64encode(b"[" * 300).decode(),
    ],
)  # fmt: skip
def test_a_cursor_that_this_list_did_not_hand_out_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode_cursor(cursor, width=2)
    assert [(p.field, p.code) for p in refused.value.problems] == [("after", "BAD_CURSOR")]


@given(st.text(st.characters(codec=None), max_size=600))
def test_any_text_as_a_cursor_is_values_or_refused(cursor: str) -> None:
    values = _values_of(cursor)
    assert values is None or (len(values) == 2 and all(value.isprintable() for value in values))


def _values_of(cursor: str) -> tuple[str, ...] | None:
    try:
        return decode_cursor(cursor, width=2)
    except Invalid:
        return None


def test_a_page_request_has_a_default_size_and_a_cap() -> None:
    assert PageRequest.parse(None, None, width=1) == PageRequest(DEFAULT_SIZE, None)
    assert PageRequest.parse(MAX_SIZE, encode_cursor(["a"]), width=1) == PageRequest(MAX_SIZE, ("a",))


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2026-08-31T16:30:00+00:00", "Asia/Shanghai", date(2026, 9, 1)),
        ("2026-08-31T15:59:59+00:00", "Asia/Shanghai", date(2026, 8, 31)),
        ("2026-08-31T15:30:00+00:00", "Asia/Seoul", date(2026, 9, 1)),
        ("2026-12-31T20:00:00-08:00", "Asia/Shanghai", date(2027, 1, 1)),
    ],
)
def test_an_instant_falls_on_the_local_date_of_the_program(instant: str, zone: str, day: date) -> None:
    assert local_date(datetime.fromisoformat(instant), zone) == day


def test_now_is_aware_and_today_is_local() -> None:
    with time_machine.travel(datetime(2026, 8, 31, 16, 30, tzinfo=UTC), tick=False):
        assert now() == datetime(2026, 8, 31, 16, 30, tzinfo=UTC)
        assert (today("Asia/Shanghai"), today("UTC")) == (date(2026, 9, 1), date(2026, 8, 31))


def test_what_lasts_to_a_date_holds_on_that_date() -> None:
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    days = [date(2025, 12, 31), first, last, date(2026, 4, 1)]
    assert [holds_on(first, last, day) for day in days] == [False, True, True, False]
    assert [holds_on(first, None, day) for day in days] == [False, True, True, True]


def test_refusals_name_fields_codes_and_the_keys_of_their_sentences() -> None:
    problem = Problem("program", "NO_SUCH_PROGRAM")
    assert problem.message == "problem.no_such_program"
    assert (str(Invalid(problem, problem)), str(Conflict(problem))) == (
        "program:NO_SUCH_PROGRAM, program:NO_SUCH_PROGRAM",
        "program:NO_SUCH_PROGRAM",
    )
    assert NotAllowed("contact.log").message == "permission.contact.log.refused"
