"""Signed values."""

import pytest
import time_machine

from coord.kernel.clock import now
from web.signing import sign, unsign


def test_a_value_comes_back_until_its_time_is_over() -> None:
    token = sign(["withdraw", "1"], seconds=60)
    assert unsign(token) == ["withdraw", "1"]
    with time_machine.travel(now().timestamp() + 61, tick=False):
        assert unsign(token) is None


@pytest.mark.parametrize("token", ["", ".", "a.b", "abc", "a.b.c", "ü.ü"])
def test_anything_else_is_nothing(token: str) -> None:
    assert unsign(token) is None


def test_the_payload_of_one_token_with_the_mark_of_another_is_nothing() -> None:
    one, other = sign(1, seconds=60), sign(2, seconds=60)
    assert unsign(f"{one.split('.')[0]}.{other.split('.')[1]}") is None
