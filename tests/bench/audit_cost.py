"""What the trail costs: one action alone, and eight clients at once, each with and without it in turns."""

import asyncio
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from statistics import median
from typing import Any
from uuid import UUID

from coord import audit
from coord.clients.tables import Client
from coord.work import begin, engine
from tests.world import NORTH_MEMBERS, cast

CLIENTS = 8
_ALONE = 400


async def _change(client_id: UUID, number: int, *, audited: bool) -> None:
    """One action: find a client, move them to another bed, leave an entry."""
    async with begin(cast.sam) as unit:
        client = await unit.find(Client, client_id)
        before = audit.facts(client)
        client.bed = str(number)
        if audited:
            audit.record(unit, "client.register", client, before=before)


async def alone() -> tuple[float, float]:
    """Median milliseconds of the action with and without its entry, in turns, nobody else there."""
    spent: dict[bool, list[float]] = {True: [], False: []}
    for number in range(_ALONE):
        for audited in (True, False):
            begun = time.perf_counter()
            await _change(NORTH_MEMBERS[0], 2 * number + audited, audited=audited)
            spent[audited].append((time.perf_counter() - begun) * 1000)
    return median(spent[True]), median(spent[False])


async def _take_turns(
    url: str, client_id: UUID, turns: Sequence[bool], seconds: float, gate: Barrier
) -> dict[bool, int]:
    store = engine.Database(url)
    engine.use(store)
    done = {True: 0, False: 0}
    number = 0
    for audited in turns:
        gate.wait()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            number += 1
            await _change(client_id, number, audited=audited)
            done[audited] += 1
    await store.dispose()
    return done


def _client(url: str, number: int, turns: Sequence[bool], seconds: float, gate: Barrier, found: "Queue[Any]") -> None:
    found.put(asyncio.run(_take_turns(url, NORTH_MEMBERS[number], turns, seconds, gate)))


def together(url: str, rounds: int, seconds: float) -> tuple[float, float]:
    """Actions a second of eight processes with and without their entries, in turns that all begin at once."""
    context = get_context("spawn")
    gate, found, turns = context.Barrier(CLIENTS), context.Queue(), [True, False] * rounds
    clients = [
        context.Process(target=_client, args=(url, number, turns, seconds, gate, found)) for number in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    counted = [found.get() for _ in clients]
    for client in clients:
        client.join()
    passed = rounds * seconds
    return sum(done[True] for done in counted) / passed, sum(done[False] for done in counted) / passed
