"""T7, T8, T10, T11: flags from protected values alone, years as sums, no bias, and why hiding alone is not enough."""

from collections.abc import Sequence
from itertools import product
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.measures import Dimension
from coord.releases.codes import CLASSES, COUNTS, CubeCode
from coord.releases.cubes import coarsened, merged, protected_cells
from coord.releases.parameters import Parameters
from coord.releases.people import GROUPS
from coord.releases.protecting import Key, Protection, TrueCube, is_dominated, protect
from coord.releases.serving import CellKey, Place, ProtectedCount, Released, answer
from tests.disclosure.audit import widths

_SPACE = UUID(int=11)
PLACES = [Place(uuid5(_SPACE, code), code, code, None) for code in ("H001", "H002", "H003")]
_NAMES = CLASSES[CubeCode.REFERRALS]
SECTION_2 = ((20, 50, 10), (8, 19, 22), (17, 32, 3))


def _released(cells: dict[Key, int], quarter: str = "2026Q3") -> Released:
    stored: dict[CellKey, int] = {(CubeCode.REFERRALS, place, name): value for (place, name), value in cells.items()}
    return Released(quarter, PLACES, stored)


def _true(values: Sequence[int]) -> dict[Key, int]:
    keys = product((str(place.id) for place in PLACES), _NAMES)
    return dict(zip(keys, values, strict=True))


true_values = st.lists(st.integers(0, 40), min_size=len(PLACES) * len(_NAMES), max_size=len(PLACES) * len(_NAMES))


@given(true_values, st.integers(0, 2**32))
def test_t7_what_is_hidden_follows_from_protected_values_alone(values: list[int], number: int) -> None:
    """The truth may be any that rounds to the same cells: the answer, flags and all, is the same byte for byte."""
    true = _true(values)
    protected = dict(protect(TrueCube(true, ((1,), (0,))), f"k{number}".encode(), Protection(3, 20)))
    other = dict(protect(TrueCube(protected, ((1,), (0,))), b"another key", Protection(3, 20)))
    assert other == protected
    by = (Dimension.HOSPITAL,)
    assert answer([_released(protected)], by, None) == answer([_released(other)], by, None)


@given(st.lists(true_values, min_size=4, max_size=4), st.sets(st.sampled_from(PLACES), min_size=1))
def test_t8_a_year_is_the_sum_of_its_quarters_in_every_slice(years: list[list[int]], chosen: set[Place]) -> None:
    """Before the display floor: one quarter may be too small to be shown where the year is not."""
    floorless = Parameters(display_floor=1)
    quarters = [
        Released(f"2026Q{n}", PLACES, {k: 3 * v for k, v in _released(_true(values)).cells.items()}, floorless)
        for n, values in enumerate(years, 1)
    ]
    ids = {place.id for place in chosen}
    year = answer(quarters, (), ids).total
    parts = [answer([one], (), ids).total for one in quarters]
    for name, count in COUNTS.items():
        whole = year[name]
        assert isinstance(whole, ProtectedCount)
        if count.is_additive:
            assert whole.value == sum(_value(part[name]) for part in parts), name
        else:
            assert whole.value is None


def _value(figure: object) -> int:
    assert isinstance(figure, ProtectedCount)
    assert figure.value is not None
    return figure.value


def test_t10_rounding_without_repair_has_no_bias_on_many_cells() -> None:
    """168 cells of every rest, two hundred keys: at most one in a hundred is off by more than three standard errors."""
    cells: dict[Key, int] = {(str(n),): 1 + n for n in range(252)}
    runs = [protect(TrueCube(cells), f"k{number}".encode(), Protection(3, 20)) for number in range(200)]
    free = [cell for cell, count in cells.items() if count % 3]
    off = [sum(run[cell] - cells[cell] for run in runs) / len(runs) for cell in free]
    error = (2 / len(runs)) ** 0.5
    assert len(free) == 168
    assert sum(abs(mean) > 3 * error for mean in off) <= len(free) // 100
    assert abs(sum(off) / len(off)) < 3 * error / len(off) ** 0.5


@pytest.mark.parametrize(
    ("hidden", "width"),
    [(((2, 2),), 0), (((2, 2), (2, 0)), 0), (((2, 2), (2, 0), (1, 2)), 0), (((2, 2), (2, 0), (1, 2), (1, 0)), 20)],
)
@pytest.mark.parametrize("floor", [5, 10])
def test_t11_hiding_alone_protects_only_where_the_rectangle_closes(
    hidden: tuple[tuple[int, int], ...], width: int, floor: int
) -> None:
    """Three hidden cells still tell the fourth: only the last pattern leaves an interval of twice the floor."""
    found = widths(SECTION_2, hidden)[2, 2]
    assert found == width
    assert (found >= 2 * floor) == (len(hidden) == 4)


def test_nobody_learns_that_everybody_of_a_group_is_of_one_kind() -> None:
    cells = {("a", "NEW"): 12, ("a", "CONTINUING"): 0, ("b", "NEW"): 3, ("b", "CONTINUING"): 3}
    assert merged(cells, ("CONTINUING", "NEW")) == {
        ("a", "NOT_SPLIT"): 12, ("a", "CONTINUING"): 0, ("b", "NEW"): 3, ("b", "CONTINUING"): 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("new", "continuing", "classes"),
    [(50, 50, {"NEW", "CONTINUING"}), (49, 60, {"NOT_SPLIT"}), (0, 50, {"NEW", "CONTINUING"}), (49, 0, set()), (1, 49, {"NOT_SPLIT"})],
)  # fmt: skip
def test_a_second_cube_shares_only_margins_of_fifty_people(new: int, continuing: int, classes: set[str]) -> None:
    """Else it has no classes; under fifty people together there is none."""
    counts = {(GROUPS[0], "NEW"): new, (GROUPS[1], "CONTINUING"): continuing}
    found = coarsened(counts, ("CONTINUING", "NEW"), 50)
    assert {name for _, name in found} == classes
    assert sum(found.values()) == (new + continuing if classes else 0)


@pytest.mark.parametrize(
    ("given_times", "others", "expected"),
    [((), 0, False), ((3, 2), 0, True), ((3, 2, 1), 0, False), ((30, 10, 2), 0, True), ((30, 10, 3), 0, True),
     ((30, 10, 5), 0, False), ((2, 1), 50, False), ((), 1, True), ((), 3, False)],
)  # fmt: skip
def test_person_times_that_one_or_two_people_dominate_are_withheld(
    given_times: tuple[int, ...], others: int, expected: bool
) -> None:
    assert is_dominated(given_times, others, 10, 90) is expected


def test_each_rule_of_dominance_holds_by_itself() -> None:
    """Nine heads beside 50 and 45 are less than a fifth of the first; the two are 91 % of all."""
    assert is_dominated((50, 45, 9), 0, 20, 95)
    assert not is_dominated((50, 45, 10), 0, 20, 95)
    assert is_dominated((50, 45, 9), 0, 5, 91)
    assert not is_dominated((50, 45, 9), 0, 5, 92)


def test_withheld_person_times_are_in_no_sum() -> None:
    first, second = (str(place.id) for place in PLACES[:2])
    counted: dict[CubeCode, dict[tuple[str, str], int]] = {cube: {} for cube in CubeCode} | {
        CubeCode.PERSON_TIMES: {(first, "ALL"): 60, (second, "ALL"): 30}
    }
    cells = protected_cells([first, second], counted, {second}, "hash", Parameters())
    assert cells[CubeCode.PERSON_TIMES] == {(first, "ALL"): 60, (second, "ALL"): 0}
    hidden = frozenset({CubeCode.PERSON_TIMES})
    places = [PLACES[0], Place(PLACES[1].id, "H002", "H002", None, hidden)]
    released = Released("2026Q3", places, {(CubeCode.PERSON_TIMES, first, "ALL"): 60})
    found = answer([released], (Dimension.HOSPITAL,), None)
    assert [row.figures["person_times"] for row in found.rows][1].value is None  # type: ignore[union-attr]
    assert _value(found.total["person_times"]) == 60
