"""Many who do something at the same moment, on a database that really commits."""

from collections.abc import Awaitable, Callable, Sequence

import anyio

from coord.kernel.errors import Conflict, Invalid, NotFound

Try = Callable[[], Awaitable[object]]
AT_ONCE = 8


async def race(tries: Sequence[Try]) -> int:
    """How many of these that start together get through; the others meet a refusal."""
    won, at_once = 0, anyio.CapacityLimiter(AT_ONCE)

    async def one(attempt: Try) -> None:
        nonlocal won
        try:
            async with at_once:
                await attempt()
        except (Conflict, Invalid, NotFound):
            return
        won += 1

    async with anyio.create_task_group() as group:
        for attempt in tries:
            group.start_soon(one, attempt)
    return won
