"""What is remembered: a number of values, and not the one that nobody asked for longest."""

from coord.kernel.remembered import Remembered


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
