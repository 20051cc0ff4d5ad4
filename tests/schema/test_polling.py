"""Polling referrals: a change that is committed late is read once, and no change is read twice."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from coord.kernel.clock import now
from coord.referrals import reads, send_referral
from coord.referrals.codes import ReferralEventKind
from coord.referrals.sending import move_as_source
from coord.work import begin
from coord.work.engine import Database
from tests.coord.referrals.making import moving, referral, row
from tests.schema.api import Api, asking_as
from tests.world import NORTH_MEMBERS, cast

pytestmark = pytest.mark.anyio
CHANGES = """query ($since: DateTime, $until: DateTime, $after: String) {
  referrals(first: 5, after: $after, filter: {updatedSince: $since, updatedBefore: $until}) {
    edges { node { code updatedAt } } pageInfo { hasNextPage endCursor } } }"""
START = "2020-01-01T00:00:00+00:00"
Change = tuple[str, str]


async def _poll(api: Api, since: str) -> tuple[list[Change], str]:
    """The client of docs/api/README.md."""
    until = (await api.data("{ referralsSettledAt }"))["referralsSettledAt"]
    found: list[Change] = []
    after: Any = None
    while True:
        page = (await api.data(CHANGES, since=since, until=until, after=after))["referrals"]
        found += [(edge["node"]["code"], edge["node"]["updatedAt"]) for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found, until
        after = page["pageInfo"]["endCursor"]


async def test_a_change_that_is_committed_after_the_poll_is_read_by_the_next(real_database: Database) -> None:
    start = now()
    async with asking_as(cast.sam) as api:
        # The first use of a token is noted, for which SQLite would have to wait.
        await _poll(api, START)
        async with AsyncExitStack() as open_unit:
            unit = await open_unit.enter_async_context(begin(cast.sam))
            made = (await send_referral(unit, referral(draft="true"))).referral_id
            await unit.session.flush()
            with time_machine.travel(start + timedelta(seconds=5), tick=True):
                first, since = await _poll(api, START)
        written = (await row(made)).updated_at
        assert first == []
        # Whoever had taken the moment of the poll would never have seen it.
        assert written < start + timedelta(seconds=5)
        assert datetime.fromisoformat(since) <= written
        polls: list[list[Change]] = []
        for seconds in (70, 100, 140):
            with time_machine.travel(start + timedelta(seconds=seconds), tick=True):
                found, since = await _poll(api, since)
                polls.append(found)
    assert [len(found) for found in polls] == [1, 0, 0]


async def test_nothing_is_missed_and_nothing_comes_twice_while_others_write(
    real_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "SETTLING", timedelta(seconds=10))
    expected: list[Any] = []

    async def write(client: Any, pause: float) -> None:
        async with begin(cast.sam) as unit:
            made = (await send_referral(unit, referral(client=str(client), draft="true"))).referral_id
        async with begin(cast.sam) as unit:
            await move_as_source(unit, moving(made, ReferralEventKind.WITHDRAW, reason_code="SENT_BY_MISTAKE"))
            await unit.session.flush()
            await asyncio.sleep(pause)
        expected.append(made)

    async with asking_as(cast.sam) as api:
        writers = asyncio.gather(*(write(key, 0.02 * n) for n, key in enumerate(NORTH_MEMBERS)))
        seen: list[Change] = []
        since = START
        while not writers.done():
            found, since = await _poll(api, since)
            seen += found
            await asyncio.sleep(0.05)
        await writers
        with time_machine.travel(now() + timedelta(seconds=11), tick=True):
            found, since = await _poll(api, since)
        seen += found
    last = {(one.code, one.updated_at.isoformat()) for one in [await row(key) for key in expected]}
    assert len(last) == len(NORTH_MEMBERS)
    assert last <= {(code, datetime.fromisoformat(at).isoformat()) for code, at in seen}
    assert len(seen) == len(set(seen))
