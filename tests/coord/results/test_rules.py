"""Progress, putting hospitals together, relapses, what an indicator may be, money as text: computed by hand."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.kernel.errors import Invalid
from coord.kernel.money import major, minor_units
from coord.kernel.quantity import Quantity, capped, progress, ratio_of_sums, total
from coord.measures.outcome_parts import At, relapses
from coord.outcomes.windows import Taken
from coord.results.codes import Aggregation
from coord.results.inputs import DefineIndicator
from coord.results.rules import together, wrong_definition

_HERE = UUID(int=1)


def of(numerator: int, denominator: int = 1) -> Quantity:
    return Quantity(numerator, denominator)


@pytest.mark.parametrize(
    ("actual", "baseline", "target", "expected", "bar"),
    [
        (of(30), of(40), of(20), Fraction(1, 2), Fraction(1, 2)),
        (of(462, 1000), of(40, 100), of(48, 100), Fraction(775, 1000), Fraction(775, 1000)),
        (of(50, 100), of(40, 100), of(48, 100), Fraction(5, 4), Fraction(1)),
        (of(38, 100), of(40, 100), of(48, 100), Fraction(-1, 4), Fraction(0)),
        (of(45), of(40), of(40), None, Fraction(0)),
        (of(45), None, of(50), None, Fraction(0)),
        (of(45), of(40), None, None, Fraction(0)),
        (None, of(40), of(50), None, Fraction(0)),
        (of(0, 0), of(40), of(50), None, Fraction(0)),
    ],
)
def test_progress_is_the_way_from_the_baseline_to_the_target(
    actual: Quantity | None,
    baseline: Quantity | None,
    target: Quantity | None,
    expected: Fraction | None,
    bar: Fraction,
) -> None:
    """A falling indicator needs no case of its own; a missing part gives nothing; the bar is cut, the number is not."""
    assert progress(actual, baseline, target) == expected
    assert capped(expected) == bar


def test_a_rate_of_two_hospitals_is_sum_over_sum_and_not_the_mean_of_their_rates() -> None:
    """9 of 10 and 10 of 90 are 19 percent, not the 50.6 that a mean would say."""
    parts = [of(9, 10), of(10, 90)]
    assert together(parts, Aggregation.RATIO_OF_SUMS) == of(19, 100)
    assert together([of(3), of(4)], Aggregation.SUM) == of(7)
    assert together([], Aggregation.SUM) is None
    with pytest.raises(ValueError, match="rate"):
        total(parts)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1))
def test_the_order_and_the_grouping_of_hospitals_change_no_rate(pairs: list[tuple[int, int]]) -> None:
    parts = [of(min(pair), max(pair)) for pair in pairs]
    whole = ratio_of_sums(parts)
    assert ratio_of_sums(reversed(parts)) == whole
    assert ratio_of_sums([ratio_of_sums(parts[:1]), ratio_of_sums(parts[1:])]) == whole
    assert whole.value is None or 0 <= whole.value <= 1


def scores(*taken: tuple[int, int]) -> list[At]:
    """Scores by day of the year."""
    return [At(_HERE, Taken(date.fromordinal(date(2026, 1, 1).toordinal() + day), score)) for day, score in taken]


@pytest.mark.parametrize(
    ("taken", "days"),
    [
        ([(0, 4), (90, 10)], [90]),
        ([(0, 4), (90, 9)], []),
        ([(0, 5), (90, 20)], []),
        ([(0, 4), (30, 2), (60, 6), (90, 10)], [90]),
        ([(0, 4), (40, 12), (50, 13), (80, 3), (100, 11)], [40, 20]),
        ([(0, 18)], []),
    ],
)
def test_a_relapse_is_ten_or_more_and_six_above_the_lowest_since_the_remission(
    taken: list[tuple[int, int]], days: list[int]
) -> None:
    """After one relapse only a new remission begins another."""
    assert [one.days for one in relapses(scores(*taken))] == days


@pytest.mark.parametrize(
    ("changed", "known", "codes"),
    [
        ({}, 0, []),
        ({}, 1, ["REQUIRED"]),
        ({"reason": "Another source"}, 1, []),
        ({"source": "happiness"}, 0, ["NO_SUCH_SOURCE"]),
        ({"source": None}, 0, ["REQUIRED"]),
        ({"source_kind": "NONE"}, 0, ["SOURCE_OF_NONE"]),
        ({"source_kind": "NONE", "source": None}, 0, []),
        ({"aggregation": "SUM"}, 0, ["WRONG_AGGREGATION"]),
        ({"unit": "COUNT"}, 0, ["WRONG_UNIT"]),
        ({"source_kind": "MEASURE", "source": "persons", "aggregation": "SUM", "unit": "COUNT"}, 0, ["NOT_ADDITIVE"]),
        ({"source_kind": "MEASURE", "source": "sessions", "aggregation": "SUM", "unit": "COUNT"}, 0, []),
        ({"source_kind": "OUTCOME", "source": "OUT_DAYS_TO_RELAPSE", "unit": "DAYS"}, 0, []),
    ],
)
def test_what_an_indicator_may_be(changed: dict[str, object], known: int, codes: list[str]) -> None:
    raw = {
        "program": "DIP", "node": "CARE", "code": "LOOP", "title": "Closed loop", "unit": "PERCENT",
        "source_kind": "RATIO", "source": "closed_loop_rate", "citation": "Q", **changed,
    }  # fmt: skip
    definition = DefineIndicator.parse({name: value for name, value in raw.items() if value is not None})
    assert [one.code for one in wrong_definition(definition, known)] == codes


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [("12,500.50", "CNY", 1250050), ("１００", "CNY", 10000), ("0.01", "USD", 1), ("5000", "KRW", 5000)],
)
def test_amounts_are_read_as_people_write_them(text: str, currency: str, expected: int) -> None:
    assert minor_units("amount", text, currency) == expected
    assert str(major(expected, currency)) == text.replace(",", "").replace("１００", "100.00")


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("", "CNY", "REQUIRED"), ("lots", "CNY", "NOT_AN_AMOUNT"), ("-5", "CNY", "NOT_AN_AMOUNT"),
        ("1e9", "CNY", "NOT_AN_AMOUNT"), ("0.001", "CNY", "TOO_MANY_DIGITS"), ("0.5", "KRW", "TOO_MANY_DIGITS"),
        ("0.00", "CNY", "AMOUNT_ZERO"), ("999999999999999", "CNY", "AMOUNT_TOO_LARGE"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str, currency: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        minor_units("amount", text, currency)
    assert refused.value.problems[0].code == code
