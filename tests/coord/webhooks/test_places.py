"""An organization has ten endpoints at most, however many add one at once; tests and re-sends have a pace."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from coord.kernel.errors import Conflict, Invalid, TooOften
from coord.webhooks import ping_endpoint, redeliver, remove_endpoint
from coord.webhooks.actions import MOST_OF_ONE
from coord.webhooks.tables import WebhookDelivery, WebhookEndpoint, WebhookEvent
from coord.work import begin, pace
from coord.work.engine import Database
from coord.work.tables import PaceCount
from tests.coord.making import stored
from tests.coord.referrals.making import sent
from tests.coord.webhooks.receiving import added, receiver
from tests.coord.webhooks.test_webhooks import CENTERS_ADMINISTRATOR
from tests.world import CENTER, NORTH, cast
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
START = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)


def _url(number: int) -> str:
    return f"https://hooks.example.org/{number}"


async def test_of_many_added_at_once_ten_find_a_place(real_database: Database) -> None:
    """By two administrators, from nothing: there is no row yet that one of them could wait for."""
    people = (cast.adam, CENTERS_ADMINISTRATOR)
    done = await asyncio.gather(
        *(added(_url(number), CENTER, people[number % 2]) for number in range(MOST_OF_ONE + 4)), return_exceptions=True
    )
    refused = [answer for answer in done if isinstance(answer, BaseException)]
    assert [type(answer) for answer in refused] == [Invalid] * 4
    assert sorted(one.place for one in await stored(WebhookEndpoint)) == list(range(1, MOST_OF_ONE + 1))


async def test_one_address_added_by_two_at_once_is_there_once(real_database: Database) -> None:
    done = await asyncio.gather(*(added(_url(1)) for _ in range(4)), return_exceptions=True)
    assert [type(answer) for answer in done if isinstance(answer, BaseException)] == [Conflict] * 3
    assert len(await stored(WebhookEndpoint)) == 1


async def test_a_removed_one_leaves_its_place_and_its_address(database: Database) -> None:
    keys = [(await added(_url(number)))[0] for number in range(MOST_OF_ONE)]
    await added(_url(1), NORTH)  # another organization has places of its own
    async with begin(cast.adam) as unit:
        await remove_endpoint(unit, keys[3])
    again, _ = await added(_url(3))
    places = {one.id: one.place for one in await stored(WebhookEndpoint) if one.removed_at is None}
    assert places[again] == 4
    with pytest.raises(Invalid, match="TOO_MANY"):
        await added(_url(99))


async def test_tests_and_repetitions_count_together_for_one_person(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "limit_of", lambda _: 3)
    with time_machine.travel(START, tick=False) as clock, receiver() as center:
        key, _ = await added(center.url)
        await sent()
        await run_waiting()
        (delivery,) = [one.id for one in await stored(WebhookDelivery)]
        for _ in range(2):
            async with begin(cast.adam) as unit:
                await ping_endpoint(unit, key)
        async with begin(cast.adam) as unit:
            await redeliver(unit, delivery)
        await run_waiting()
        for act, subject in ((ping_endpoint, key), (redeliver, delivery)):
            with pytest.raises(TooOften, match="TOO_MANY_SENDINGS"):
                async with begin(cast.adam) as unit:
                    await act(unit, subject)
        async with begin(CENTERS_ADMINISTRATOR) as unit:
            await ping_endpoint(unit, key)
        clock.shift(timedelta(hours=1))
        async with begin(cast.adam) as unit:
            await ping_endpoint(unit, key)
    counts = {one.id: one.sendings for one in await stored(PaceCount)}
    assert counts == {cast.adam.user_id: 1, CENTERS_ADMINISTRATOR.user_id: 1}
    assert len(await stored(WebhookEvent, WebhookEvent.kind == "webhook.ping")) == 4


async def test_of_many_tests_at_one_moment_no_more_than_the_limit_go_out(
    real_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "limit_of", lambda _: 5)
    key, _ = await added(_url(1))

    async def press() -> None:
        async with begin(cast.adam) as unit:
            await ping_endpoint(unit, key)

    done = await asyncio.gather(*(press() for _ in range(12)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in done) == ["NoneType"] * 5 + ["TooOften"] * 7
    assert len(await stored(WebhookEvent, WebhookEvent.kind == "webhook.ping")) == 5
