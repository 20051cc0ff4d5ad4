"""What a release answers: sums of protected cells, hidden where small, rates from protected counts."""

from collections.abc import Mapping
from uuid import UUID, uuid5

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coord.measures import Dimension
from coord.releases.codes import CLASSES, COUNTS, NOT_SPLIT, SHARES, CountStatus, CubeCode
from coord.releases.parameters import Parameters
from coord.releases.serving import CellKey, Place, ProtectedCount, ProtectedRate, Released, answer, shown

_SPACE = UUID(int=7)
A, B, C = (Place(uuid5(_SPACE, code), code, f"Hospital {code}", province) for code, province in (
    ("H001", "北京"), ("H002", "湖北"), ("H003", "湖北"),
))  # fmt: skip
_ALL = (A, B, C)
_NAMES = CLASSES[CubeCode.REFERRALS]


def referrals(*lines: tuple[Place, Mapping[str, int]], quarter: str = "2026Q3") -> Released:
    cells: dict[CellKey, int] = {
        (CubeCode.REFERRALS, str(place.id), name): value for place, line in lines for name, value in line.items()
    }
    return Released(quarter, _ALL, cells)


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0), (3, None), (4, None), (5, 5), (6, 6)]
)  # fmt: skip
def test_small_counts_are_hidden_and_zero_is_not(value: int, expected: int | None) -> None:
    found = shown(value, Parameters())
    assert (found.value, found.status is CountStatus.SHOWN) == (expected, expected is not None)


@pytest.mark.parametrize(
    ("closed", "open_", "percent"),
    [(45, 45, 50), (6, 15, 29), (3, 18, None), (6, 12, None), (9, 15, 38), (0, 21, 0), (21, 21, 50)],
)
def test_a_rate_is_whole_percent_rounded_half_up_or_nothing(closed: int, open_: int, percent: int | None) -> None:
    """A hidden numerator hides the rate; so does a denominator under 20. 9 of 24 is 37.5, that is 38."""
    found = answer([referrals((A, {"CLOSED_LOOP_IN_TIME": closed, "NOT_ACCEPTED": open_}))], (), None)
    rate = found.total["closed_loop"]
    assert isinstance(rate, ProtectedRate)
    assert rate.percent == percent


def test_a_hospital_with_everybody_in_one_class_counts_in_the_whole_only() -> None:
    released = referrals((A, {NOT_SPLIT: 30}), (B, {"NOT_ACCEPTED": 12, "CONTACT_IN_TIME": 12}))
    found = answer([released], (Dimension.HOSPITAL,), None)
    first = found.rows[0].figures
    assert first["referrals_sent"] == ProtectedCount(30, CountStatus.SHOWN)
    assert first["referrals_accepted"] == ProtectedCount(None, CountStatus.SUPPRESSED)
    assert found.total["referrals_sent"] == ProtectedCount(54, CountStatus.SHOWN)
    assert found.total["referrals_accepted"] == ProtectedCount(12, CountStatus.SHOWN)


def test_provinces_are_sums_of_their_hospitals() -> None:
    lines = [(place, {"NOT_ACCEPTED": 9, "CONTACT_LATE": 6}) for place in _ALL]
    found = answer([referrals(*lines)], (Dimension.PROVINCE,), None)
    assert [(row.key, row.figures["referrals_sent"]) for row in found.rows] == [
        ((("北京", "北京"),), ProtectedCount(15, CountStatus.SHOWN)),
        ((("湖北", "湖北"),), ProtectedCount(30, CountStatus.SHOWN)),
    ]


def test_a_year_is_the_sum_of_its_quarters_and_persons_are_not_added() -> None:
    quarters = [
        Released(
            f"2026Q{n}", (A,), {(CubeCode.PERSONS, str(A.id), "NEW"): 6 * n, (CubeCode.PERSONS, str(A.id), "CONTINUING"): 9}
        )
        for n in range(1, 5)
    ]  # fmt: skip
    found = answer(quarters, (Dimension.QUARTER,), None)
    assert found.total["new_persons"] == ProtectedCount(60, CountStatus.SHOWN)
    assert found.total["persons"] == ProtectedCount(None, CountStatus.SUPPRESSED)
    assert [row.figures["persons"] for row in found.rows] == [
        ProtectedCount(6 * n + 9, CountStatus.SHOWN) for n in range(1, 5)
    ]


@st.composite
def releases(draw: st.DrawFn) -> Released:
    cells: dict[CellKey, int] = {}
    for cube, classes in CLASSES.items():
        for place in _ALL:
            for name in classes:
                cells[cube, str(place.id), name] = 3 * draw(st.integers(0, 12))
    return Released("2026Q3", _ALL, cells)


def few(**referred: int) -> Released:
    """A quarter of some referrals at the first hospital and nothing else."""
    cells: dict[CellKey, int] = {
        (cube, str(place.id), name): 0 for cube, names in CLASSES.items() for place in _ALL for name in names
    }
    return Released("2026Q3", _ALL, cells | referrals((A, referred)).cells)  # type: ignore[operator]


@given(releases(), st.sets(st.sampled_from(_ALL)))
@example(few(NOT_ACCEPTED=9, CLOSED_LOOP_IN_TIME=6), {A}).via("a denominator under the floor of rates")
@example(few(NOT_ACCEPTED=18, CLOSED_LOOP_IN_TIME=3), {A}).via("a numerator that is hidden")
def test_t5_every_slice_is_consistent_with_its_own_cells(released: Released, places: set[Place]) -> None:
    """Numerators never exceed denominators, rates follow from protected counts, nothing divides by zero (T5)."""
    found = answer([released], (), {place.id for place in places})
    hidden = 0
    for name, figure in found.total.items():
        if isinstance(figure, ProtectedRate):
            share = SHARES[name]
            part, whole = (
                sum(released.cells[share.cube, str(place.id), one] for place in places for one in classes)
                for classes in (share.part, share.whole)
            )
            assert part <= whole
            hidden += (0 < part < 5) + (0 < whole < 5)
            is_shown = whole >= 20 and not 0 < part < 5
            assert (figure.percent is not None) == is_shown
            if figure.percent is not None:
                assert abs(figure.percent - 100 * part / whole) <= 0.5
        else:
            count = COUNTS[name]
            value = sum(released.cells[count.cube, str(place.id), one] for place in places for one in count.classes)
            assert figure.value == (value if value == 0 or value >= 5 else None)
            hidden += figure.value is None
    assert found.suppressed == hidden


@given(releases(), st.permutations(_ALL))
def test_t3_however_a_total_is_cut_its_parts_are_the_same_cells(released: Released, order: list[Place]) -> None:
    """Asked as a partition of its hospitals a total teaches nothing new (T3)."""

    def asked(places: list[Place]) -> Mapping[str, int | None]:
        figures = answer([released], (), {place.id for place in places}).total
        return {name: one.value for name, one in figures.items() if isinstance(one, ProtectedCount)}

    whole, first, rest = asked(order), asked(order[:1]), asked(order[1:])
    for name, value in whole.items():
        left, right = first[name], rest[name]
        if value is not None and left is not None and right is not None:
            assert value == left + right, name
