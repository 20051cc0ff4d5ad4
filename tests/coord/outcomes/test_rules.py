"""Response, remission, reliable change, recovery: worked examples, their denominators and their edges."""

from datetime import date, timedelta

import pytest

from coord.outcomes.codes import ChangeClass
from coord.outcomes.rules import (
    Course,
    Pair,
    Rate,
    Results,
    effect_size,
    is_relapse,
    is_remission,
    is_response,
    reliable_change,
)
from coord.outcomes.windows import (
    DRR,
    REMISSION_12_MONTHS,
    RESPONSE_6_MONTHS,
    SCREEN_FOLLOW_UP,
    WAIT_CLASSES,
    Followed,
    Taken,
    followed,
    wait_class,
    wait_days,
)

# PHQ-9, GAD-7, at caseness, class, recovery, reliable recovery.
COURSES = [
    ((15, 9), (12, 7), True, "IMPROVED", True, True),
    ((12, 9), (6, 6), True, "NO_CHANGE", True, False),
    ((20, 13), (10, 14), True, "NO_CHANGE", False, False),
    ((8, 3), (6, 2), False, "IMPROVED", False, False),
    ((10, 9), (3, 7), True, "DETERIORATED", True, False),
    ((9, 9), (8, 7), True, "NO_CHANGE", True, False),
    ((16, None), (11, None), True, "UNCLASSIFIABLE", False, False),
    ((None, 7), (None, 5), None, "UNCLASSIFIABLE", False, False),
    ((20, 10), (12, 8), True, "IMPROVED", False, False),
    ((19, 4), (15, 3), True, "IMPROVED", True, True),
    ((9, 15), (7, 7), False, "DETERIORATED", False, False),
]


def _course(phq9: tuple[int | None, int | None], gad7: tuple[int | None, int | None]) -> Course:
    return Course(Pair(*phq9), Pair(*gad7))


@pytest.mark.parametrize(("phq9", "gad7", "case", "change", "recovered", "reliably"), COURSES)
def test_each_course(
    phq9: tuple[int | None, int | None],
    gad7: tuple[int | None, int | None],
    case: bool | None,
    change: str,
    recovered: bool,
    reliably: bool,
) -> None:
    found = _course(phq9, gad7)
    assert (found.at_caseness, found.change, found.recovered, found.reliably_recovered) == (
        case,
        change,
        recovered,
        reliably,
    )


def test_the_rates_of_the_eleven_courses() -> None:
    results = Results([_course(phq9, gad7) for phq9, gad7, *_ in COURSES])
    classes = {change: results.changed(change).percent for change in ChangeClass}
    assert classes == {"IMPROVED": "36.4", "NO_CHANGE": "27.3", "DETERIORATED": "18.2", "UNCLASSIFIABLE": "18.2"}
    assert (results.recovery, results.recovery.percent) == (Rate(5, 9), "55.6")
    assert (results.reliable_recovery, results.reliable_recovery.percent) == (Rate(2, 9), "22.2")
    assert results.paired == Rate(9, 11)


def test_one_missing_start_score_leaves_caseness_open_unless_the_other_decides() -> None:
    assert _course((9, 3), (None, 3)).at_caseness is None
    assert _course((10, 3), (None, 3)).at_caseness is True


@pytest.mark.parametrize(
    ("start", "end", "response"), [(20, 10, True), (20, 11, False), (19, 8, True), (19, 10, False), (0, 0, None)]
)
def test_response_is_half_compared_in_whole_numbers(start: int, end: int, *, response: bool | None) -> None:
    assert is_response(start, end) is response


def test_remission_and_relapse() -> None:
    assert [is_remission(score) for score in (4, 5)] == [True, False]
    assert [is_relapse(3, now) for now in (9, 10)] == [False, True]
    assert is_relapse(5, 10) is False


@pytest.mark.parametrize(
    ("deviation", "reliability", "expected"),
    [(7.5, 0.80, (3.354, 4.743, 9.297)), (5.5, 0.88, (1.905, 2.694, 5.281))],
)
def test_reliable_change(deviation: float, reliability: float, expected: tuple[float, ...]) -> None:
    found = reliable_change(deviation, reliability)
    assert tuple(round(n, 3) for n in (found.error, found.error_of_difference, found.threshold)) == expected


@pytest.mark.parametrize(
    ("fallen", "phq9", "gad7"), [(3, 0, 0), (4, 0, 1), (5, 0, 1), (6, 1, 1), (-4, 0, -1), (-6, -1, -1)]
)
def test_reliable_movement_begins_at_six_and_at_four(fallen: int, phq9: int, gad7: int) -> None:
    course = _course((12, 12 - fallen), (12, 12 - fallen))
    found = {(1, 1): "IMPROVED", (0, 1): "IMPROVED", (0, 0): "NO_CHANGE"}.get((phq9, gad7), "DETERIORATED")
    assert course.change == found


@pytest.mark.parametrize(
    ("n", "d", "shown"),
    [
        (297_186, 634_388, "46.8"),
        (238_215, 468_482, "50.8"),
        (216_655, 435_500, "49.7"),
        (3_034, 6_560, "46.3"),
        (72, 128, "56.3"),
        (1, 16, "6.3"),
        (0, 3, "0.0"),
        (0, 0, None),
    ],
)
def test_a_percentage_is_rounded_once_and_half_up(n: int, d: int, shown: str | None) -> None:
    assert Rate(n, d).percent == shown


def test_rates_add_up_as_sums_over_sums() -> None:
    assert Rate(1, 2) + Rate(0, 8) == Rate(1, 10)


def test_effect_size_divides_by_the_spread_of_the_start() -> None:
    assert effect_size([(6, 6), (7, 7)]) == 0.0
    assert effect_size([(6, 5), (7, 6)]) == 2.0
    assert effect_size([(6, 7), (7, 8)]) == -2.0
    assert effect_size([(40, 60), (60, 80)], higher_is_better=True) == 2.0
    assert (effect_size([(6, 5)]), effect_size([(6, 5), (6, 4)])) == (None, None)


INDEX = Taken(date(2025, 1, 10), 16)


@pytest.mark.parametrize(
    ("day", "inside"), [("2025-05-09", False), ("2025-05-10", True), ("2025-09-07", True), ("2025-09-08", False)]
)
def test_the_window_of_remission_or_response_has_both_its_days(day: str, *, inside: bool) -> None:
    found = followed(DRR, INDEX, [Taken(date.fromisoformat(day), 4)])
    assert found == Followed(eligible=True, followed_up=inside, response=inside, remission=inside)


def test_the_latest_score_of_the_window_counts() -> None:
    scores = [Taken(date(2025, 5, 10), 4), Taken(date(2025, 9, 7), 8)]
    assert followed(DRR, INDEX, scores) == Followed(eligible=True, followed_up=True, response=True, remission=False)


def test_a_score_of_nine_is_not_eligible() -> None:
    assert followed(DRR, Taken(date(2025, 1, 10), 9), []) == Followed(eligible=False)


def test_windows_of_months() -> None:
    assert SCREEN_FOLLOW_UP.days(date(2025, 3, 1)) == (date(2025, 3, 1), date(2025, 3, 31))
    assert RESPONSE_6_MONTHS.days(INDEX.on) == (date(2025, 5, 11), date(2025, 9, 8))
    assert REMISSION_12_MONTHS.days(INDEX.on) == (date(2025, 12, 11), date(2026, 2, 9))
    assert RESPONSE_6_MONTHS.days(date(2025, 8, 31)) == (date(2025, 12, 30), date(2026, 4, 29))


def test_waits() -> None:
    received = date(2025, 1, 31)
    edges = {"2025-03-14": 42, "2025-03-15": 43, "2025-06-06": 126, "2025-06-07": 127}
    assert {day: wait_days(received, date.fromisoformat(day)) for day in edges} == edges
    assert (wait_days(received, received - timedelta(days=1)), wait_class(None)) == (None, None)
    classes = [wait_class(days) for days in range(200)]
    assert [classes.count(code) for code, *_ in WAIT_CLASSES] == [29, 28, 34, 109]
