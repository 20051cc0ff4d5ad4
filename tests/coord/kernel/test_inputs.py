"""Inputs: every wrong value is a problem with its field and code, never an exception of another kind."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from coord.contacts import LogContact
from coord.kernel.errors import Invalid, Problem
from coord.kernel.inputs import Blank, Day, Input, Instant, Line, Month, Whole
from coord.language import LANGUAGES, words
from tests.world import LIN, PROGRAM


class Form(Input):
    """One field of each kind."""

    day: Annotated[Day | None, Blank] = None
    instant: Annotated[Instant | None, Blank] = None
    month: Annotated[Month | None, Blank] = None
    number: Annotated[Annotated[Whole, Field(ge=0, le=100)] | None, Blank] = None
    line: Annotated[Annotated[Line, Field(max_length=10)] | None, Blank] = None


def problem(**raw: Any) -> tuple[str, str]:
    """The one problem of a form."""
    with pytest.raises(Invalid) as refused:
        Form.parse(raw)
    (only,) = refused.value.problems
    assert all(words(language).problem(only) for language in LANGUAGES)
    return only.field, only.code


WRONG_DATES = [
    "2026-02-30", "2026-13-01", "2026-00-10", "2026-9-3", "20260903", "03/09/2026", "2026/09/03", "tomorrow",
    "2026年9月3日", "0000-00-00", "2026-09-03T10:00:00", "9999-12-31", "1899-12-31", 20260903, 1.5, True, [],
    datetime(2026, 9, 3, tzinfo=UTC),
]  # fmt: skip


@pytest.mark.parametrize("value", WRONG_DATES, ids=repr)
def test_a_wrong_date_is_a_bad_date(value: object) -> None:
    assert problem(day=value) == ("day", "BAD_DATE")


@pytest.mark.parametrize("value", ["2026-09-03", "２０２６-０９-０３", " 2026-09-03 ", date(2026, 9, 3)])
def test_a_day_may_come_as_text_in_any_width(value: object) -> None:
    assert Form.parse({"day": value}).day == date(2026, 9, 3)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026-09-03T10:00:00", "NO_TIME_ZONE"),
        ("2026-09-03", "BAD_DATE"),
        ("10:00", "BAD_DATE"),
        ("2026-09-03T25:00:00+08:00", "BAD_DATE"),
        ("0001-01-01T00:00:00+14:00", "BAD_DATE"),
        ("9999-12-31T23:59:59-14:00", "BAD_DATE"),
        (1788000000, "BAD_DATE"),
        (True, "BAD_DATE"),
    ],
)
def test_a_wrong_moment_is_named(value: object, code: str) -> None:
    assert problem(instant=value) == ("instant", code)


@pytest.mark.parametrize("value", ["2026-9", "2026-13", "2026", "1899-01", "2200-01", "09-2026"])
def test_a_wrong_month_is_a_bad_month(value: str) -> None:
    assert problem(month=value) == ("month", "BAD_MONTH")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "NOT_A_WHOLE_NUMBER"),
        (False, "NOT_A_WHOLE_NUMBER"),
        (1.0, "NOT_A_WHOLE_NUMBER"),
        ("1.5", "NOT_A_WHOLE_NUMBER"),
        ("1e3", "NOT_A_WHOLE_NUMBER"),
        ("thirty", "NOT_A_WHOLE_NUMBER"),
        ("٣", "NOT_A_WHOLE_NUMBER"),
        ("NaN", "NOT_A_WHOLE_NUMBER"),
        ([], "NOT_A_WHOLE_NUMBER"),
        (-1, "TOO_SMALL"),
        ("-2", "TOO_SMALL"),
        (101, "TOO_LARGE"),
        (10**40, "TOO_LARGE"),
        ("9" * 6000, "TOO_LARGE"),
        ("-" + "9" * 6000, "TOO_SMALL"),
    ],
)
def test_a_wrong_number_is_named_with_its_limit(value: object, code: str) -> None:
    assert problem(number=value) == ("number", code)


@pytest.mark.parametrize(("value", "number"), [("30", 30), (" ３０ ", 30), ("+7", 7), ("000000000000000000030", 30)])
def test_digits_as_text_are_a_number(value: str, number: int) -> None:
    assert Form.parse({"number": value}).number == number


@pytest.mark.parametrize(
    ("value", "code"),
    [("x" * 11, "TOO_LONG"), ("a\x00b", "CONTROL_CHARACTERS"), ("a\u202eb", "CONTROL_CHARACTERS"), (5, "NOT_VALID")],
)
def test_a_wrong_line_is_named(value: object, code: str) -> None:
    assert problem(line=value) == ("line", code)


@pytest.mark.parametrize("field", ["day", "instant", "month", "number", "line"])
def test_an_empty_form_field_is_not_given(field: str) -> None:
    assert getattr(Form.parse({field: "  "}), field) is None


CONTACT = {
    "idempotency_key": str(uuid.UUID(int=5)), "program": PROGRAM, "client": str(LIN), "service_code": "CASE_CONTACT",
    "occurred_on": "2026-09-03", "duration_minutes": 30,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"note": "x" * 4001}, ("note", "TOO_LONG", {"limit": 4000})),
        ({"note": "a\u200fb"}, ("note", "CONTROL_CHARACTERS", {})),
        ({"note": "a\x07b"}, ("note", "CONTROL_CHARACTERS", {})),
        ({"program": ""}, ("program", "REQUIRED", {})),
        ({"client": "1"}, ("client", "NOT_AN_ID", {})),
        ({"client": 7}, ("client", "NOT_AN_ID", {})),
        ({"attendees": ["x"]}, ("attendees", "NOT_AN_ID", {})),
        ({"attendees": [str(LIN)] * 501}, ("attendees", "TOO_MANY", {"limit": 500})),
        ({"service_code": "FLY"}, ("service_code", "NOT_A_CHOICE", {})),
        ({"service_code": None}, ("service_code", "NOT_A_CHOICE", {})),
        ({"collateral": "perhaps"}, ("collateral", "NOT_A_CHOICE", {})),
        ({"duration_minutes": 1441}, ("duration_minutes", "TOO_LARGE", {"limit": 1440})),
        ({"duration_minutes": ""}, ("duration_minutes", "REQUIRED", {})),
        ({"anonymous_count": 100_001}, ("anonymous_count", "TOO_LARGE", {"limit": 100_000})),
        ({"occurred_on": ""}, ("occurred_on", "REQUIRED", {})),
        ({"is_admin": True}, ("is_admin", "UNKNOWN_FIELD", {})),
    ],
)
def test_every_wrong_field_of_a_contact_has_its_problem(changed: dict[str, Any], expected: tuple[object, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        LogContact.parse({**CONTACT, **changed})
    assert [(p.field, p.code, p.arguments) for p in refused.value.problems] == [expected]


def test_emoji_new_lines_and_four_thousand_characters_fit_a_note() -> None:
    note = "🙂 好转\n第二行 👨‍👩‍👧".ljust(4000, "字")
    assert LogContact.parse({**CONTACT, "note": note}).note == note


def test_all_problems_are_reported_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        LogContact.parse({})
    assert {p.code for p in refused.value.problems} == {"REQUIRED"}
    assert [p.field for p in refused.value.problems] == [
        "idempotency_key", "program", "service_code", "occurred_on", "duration_minutes",
    ]  # fmt: skip


_ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(codec=None)), st.binary(),
    st.dates(), st.datetimes(), st.lists(st.integers(), max_size=3), st.dictionaries(st.text(), st.none(), max_size=2),
)  # fmt: skip


# How busy the machine is must not decide.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from([*LogContact.model_fields, "other"]), _ANYTHING, max_size=6))
def test_whatever_is_sent_is_taken_or_refused_with_sentences_in_three_languages(raw: dict[str, Any]) -> None:
    problems = _problems_of({**CONTACT, **raw})
    assert all(words(language).problem(p) for p in problems for language in LANGUAGES)
    assert {p.field for p in problems} <= {*raw, ""}


def _problems_of(raw: dict[str, Any]) -> Sequence[Problem]:
    try:
        LogContact.parse(raw)
    except Invalid as refused:
        return refused.problems
    return ()
