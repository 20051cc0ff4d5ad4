"""How much heavy work goes on at once."""

import asyncio

import pytest

from coord.kernel.errors import TooOften
from coord.work.places import Places

pytestmark = pytest.mark.anyio


async def _hold(places: Places, whose: str, until: asyncio.Event, begun: list[str]) -> None:
    async with places.place(whose):
        begun.append(whose)
        await until.wait()


async def _settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_third_of_one_person_waits_until_one_of_theirs_is_done() -> None:
    places, first, rest, begun = Places(patience=60), asyncio.Event(), asyncio.Event(), list[str]()
    async with asyncio.TaskGroup() as group:
        group.create_task(_hold(places, "sam", first, begun))
        group.create_task(_hold(places, "sam", rest, begun))
        group.create_task(_hold(places, "sam", rest, begun))
        group.create_task(_hold(places, "nia", rest, begun))
        await _settled()
        assert sorted(begun) == ["nia", "sam", "sam"]
        first.set()
        await _settled()
        assert sorted(begun) == ["nia", "sam", "sam", "sam"]
        rest.set()


async def test_who_waits_in_vain_is_told_and_one_more_of_all_too() -> None:
    places, until, begun = Places(each=2, whole=3, patience=0.0), asyncio.Event(), list[str]()
    async with asyncio.TaskGroup() as group:
        for whose in ("sam", "sam", "nia"):
            group.create_task(_hold(places, whose, until, begun))
        await _settled()
        with pytest.raises(TooOften) as own:
            await _hold(places, "sam", until, begun)
        with pytest.raises(TooOften) as whole:
            await _hold(places, "nia", until, begun)
        until.set()
    assert [refused.value.problems[0].code for refused in (own, whole)] == ["TOO_MUCH_AT_ONCE", "TOO_MUCH_BY_ALL"]
    assert own.value.seconds > 0
    assert begun == ["sam", "sam", "nia"]


async def test_what_fails_or_is_given_up_gives_its_place_back() -> None:
    places, never, begun = Places(each=1, patience=0.0), asyncio.Event(), list[str]()
    with pytest.raises(ZeroDivisionError):
        async with places.place("sam"):
            raise ZeroDivisionError
    given_up = asyncio.create_task(_hold(places, "sam", never, begun))
    await _settled()
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    async with places.place("sam"):
        begun.append("sam again")
    assert begun == ["sam", "sam again"]
