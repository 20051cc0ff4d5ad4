"""Readings of identity by many threads at once: each that is served is one entry of the trail, no more and no less."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager

from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from coord.access import system
from coord.audit.verifying import Checked, verify
from coord.clients.reads import cards
from coord.kernel.errors import Unavailable
from coord.work import begin, engine
from tests.world import LIN, cast

_FOLLOWER = system("bench", "follows the trail", "audit.verify")


class ThreadsOwn(engine.Database):
    """A database of which every thread has connections of its own: a loop's connections are no other's."""

    def __init__(self, url: str) -> None:
        super().__init__(url, pooled=False)
        self._address = url
        self._kept = threading.local()

    def of_this_thread(self) -> engine.Database:
        """The thread's own database."""
        if not hasattr(self._kept, "store"):
            self._kept.store = engine.Database(self._address)
        store: engine.Database = self._kept.store
        return store

    @override
    def connect(
        self, *, read_only: bool, one_moment: bool = True, system: bool = False
    ) -> AbstractAsyncContextManager[AsyncConnection]:
        return self.of_this_thread().connect(read_only=read_only, one_moment=one_moment, system=system)


async def _read(times: int) -> int:
    """Read an identity so many times; a database that is too busy for one is asked again. Returns the tries."""
    served = tries = 0
    while served < times:
        tries += 1
        try:
            async with begin(cast.sam) as unit:
                found = await cards(unit, [LIN])
        except Unavailable:
            continue
        assert found[LIN].name
        served += 1
    await _close()
    return tries


async def _close() -> None:
    store = engine.database()
    assert isinstance(store, ThreadsOwn)
    await store.of_this_thread().dispose()


async def _followed() -> Checked:
    async with begin(_FOLLOWER, read_only=True) as unit:
        found = await verify(unit)
    await _close()
    return found


def read_together(url: str, threads: int, times: int) -> tuple[int, int, Checked]:
    """Readings that were served, tries that it took, and what the trail says. The trail is expected to be empty."""
    store = ThreadsOwn(url)
    engine.use(store)
    with ThreadPoolExecutor(threads) as pool:
        tries = list(pool.map(lambda n: asyncio.run(_read(n)), [times] * threads))
    found = asyncio.run(_followed())
    engine.use(None)
    return threads * times, sum(tries), found
