"""How much heavy work goes on at once: few for each person, not many in a process. Whoever comes later waits a little.

Heavy is what reads many rows to answer one request: files, figures, reports, dear documents of the API. One person who
asks for many at once keeps nobody else from working; all of them together leave connections and time for the rest.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from coord.kernel.errors import TooOften

EACH, WHOLE = 2, 8
PATIENCE_SECONDS = 5.0
_AGAIN_SECONDS = 5


class Places:
    """Places for heavy work in this process."""

    def __init__(self, each: int = EACH, whole: int = WHOLE, patience: float = PATIENCE_SECONDS) -> None:
        """All free. ``patience`` is for how many seconds somebody waits for one."""
        self._each, self._whole, self._patience = each, whole, patience
        self._taken: Counter[Hashable] = Counter()
        self._waiting: set[asyncio.Event] = set()

    @asynccontextmanager
    async def place(self, whose: Hashable) -> AsyncIterator[None]:
        """Hold a place while the block runs. Raises ``TooOften`` when none becomes free in time."""
        await self._wait(whose)
        self._taken[whose] += 1
        try:
            yield
        finally:
            self._taken[whose] -= 1
            self._taken += Counter()  # forgets who holds none
            for waiting in self._waiting:
                waiting.set()

    async def _wait(self, whose: Hashable) -> None:
        until = time.monotonic() + self._patience
        while refused := self._why_not(whose):
            waiting = asyncio.Event()
            self._waiting.add(waiting)
            try:
                async with asyncio.timeout(max(0.0, until - time.monotonic())):
                    await waiting.wait()
            except TimeoutError:
                raise refused from None
            finally:
                self._waiting.discard(waiting)

    def _why_not(self, whose: Hashable) -> TooOften | None:
        if self._taken[whose] >= self._each:
            return TooOften("TOO_MUCH_AT_ONCE", self._each, _AGAIN_SECONDS)
        if self._taken.total() >= self._whole:
            return TooOften("TOO_MUCH_BY_ALL", self._whole, _AGAIN_SECONDS)
        return None


PLACES = Places()
"""Those of this process, for pages and API alike."""
