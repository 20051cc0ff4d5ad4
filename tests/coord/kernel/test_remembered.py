"""What is remembered: a number of values, and not the one that nobody asked for longest."""

from weakref import ref

import pytest

from coord.kernel.remembered import MOST_MADE, LastingCells, LastingRows, Remembered, made_of


def test_a_value_is_found_under_its_key_alone() -> None:
    held = Remembered[str](most=2)
    assert held.get("a") is None
    assert held.put("a", "first") == "first"
    assert (held.get("a"), held.get("b")) == ("first", None)
    held.put("a", "second")
    assert held.get("a") == "second"


def test_what_was_not_used_for_the_longest_goes_first() -> None:
    held = Remembered[int](most=2)
    held.put("a", 1)
    held.put("b", 2)
    assert held.get("a") == 1
    held.put("c", 3)
    assert [held.get(key) for key in "abc"] == [1, None, 3]


def test_a_value_that_is_put_again_takes_nobodys_place() -> None:
    held = Remembered[int](most=2)
    held.put("a", 1)
    held.put("b", 2)
    held.put("b", 3)
    assert [held.get(key) for key in "ab"] == [1, 3]


def test_what_is_made_of_something_that_lasts_is_made_once_for_each_manner() -> None:
    rows, made = LastingRows([1, 2]), list[object]()

    def doubled(given: LastingRows[int]) -> list[int]:
        made.append(given)
        return [2 * one for one in given]

    assert made_of(rows, "en", doubled) is made_of(rows, "en", doubled)
    assert made_of(rows, "ko", doubled) == [2, 4]
    assert len(made) == 2
    assert made_of(LastingRows([1, 2]), "en", doubled) == [2, 4], "equal rows are not the same"
    assert len(made) == 3


def test_what_does_not_last_is_made_anew() -> None:
    rows = [1, 2]
    assert made_of(rows, "en", list) is not made_of(rows, "en", list)


def test_cells_that_last_are_cells() -> None:
    assert LastingCells({"a": 1}) == {"a": 1}
    assert made_of(LastingCells({"a": 1}), None, dict) == {"a": 1}


def test_a_failure_is_not_kept() -> None:
    rows = LastingRows[int]()
    with pytest.raises(ZeroDivisionError):
        made_of(rows, None, lambda _: 1 // 0)
    assert made_of(rows, None, len) == 0


def test_what_many_others_were_made_after_is_made_anew_and_nothing_more_is_kept() -> None:
    first, rows, made = LastingRows([1]), LastingRows([2]), list[object]()

    def noted(given: LastingRows[int]) -> int:
        made.append(given)
        return given[0]

    made_of(first, "how", noted)
    for key in range(MOST_MADE - 1):
        made_of(rows, key, len)
    made_of(first, "how", noted)
    assert made == [first]
    made_of(rows, "one more", len)
    made_of(first, "how", noted)
    assert made == [first, first]
    for key in range(3 * MOST_MADE):
        made_of(rows, -key - 1, len)
    assert len(rows.made) == MOST_MADE


def test_what_is_gone_keeps_nothing_and_takes_nothing_with_it() -> None:
    rows = LastingRows([1])
    made_of(LastingRows([2]), "how", len)
    gone = ref(made_of(LastingRows([3]), "how", LastingRows))
    for key in range(2 * MOST_MADE):
        made_of(rows, key, len)
    assert gone() is None
    assert made_of(rows, 2 * MOST_MADE - 1, lambda _: 7) == 1
