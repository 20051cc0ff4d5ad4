"""How much an actor may ask: a bucket of points per actor that refills steadily."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

POINTS_PER_MINUTE = 100_000
MINUTE = 60.0
_MOST_ACTORS = 10_000


@dataclass(slots=True)
class Account:
    """The state of an actor's bucket after a request was paid."""

    limit: int
    remaining: int
    seconds_to_full: float
    seconds_to_wait: float = 0.0

    @property
    def is_overdrawn(self) -> bool:
        """Whether the request must wait."""
        return self.seconds_to_wait > 0


class Budget:
    """Token buckets in this process, one per actor; the least recently seen are forgotten first."""

    def __init__(self, points_per_minute: int = POINTS_PER_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        """Every bucket begins full and refills within a minute."""
        self.limit = points_per_minute
        self._clock = clock
        self._buckets: OrderedDict[UUID | None, tuple[float, float]] = OrderedDict()

    def spend(self, actor: UUID | None, points: int) -> Account:
        """Take points from an actor's bucket; without enough of them nothing is taken."""
        rate, now = self.limit / MINUTE, self._clock()
        level, at = self._buckets.pop(actor, (float(self.limit), now))
        level = min(float(self.limit), level + (now - at) * rate)
        missing = points - level
        if missing <= 0:
            level -= points
        self._buckets[actor] = (level, now)
        if len(self._buckets) > _MOST_ACTORS:
            self._buckets.popitem(last=False)
        wait = max(0.0, missing) / rate
        return Account(self.limit, int(level), (self.limit - level) / rate, wait)
