"""Jobs of webhooks: who is to be told, telling them, and telling again."""

from uuid import UUID

import anyio.to_thread

from coord.webhooks.delivering import COURIER, ask_again, fan_out, note_answer, take_up
from coord.work import Unit, begin
from workers.courier import deliver
from workers.jobs.job import Job


async def _fan_out(unit: Unit, *, event: str, endpoint: str) -> None:
    await fan_out(unit, UUID(event), UUID(endpoint) if endpoint else None)


async def send(delivery: str) -> None:
    """At least once: a crash between the receiver's yes and our mark sends it again, with the same id."""
    async with begin(COURIER) as unit:
        parcel = await take_up(unit, UUID(delivery))
    if parcel is None:
        return
    answer = await anyio.to_thread.run_sync(deliver, parcel)
    async with begin(COURIER) as unit:
        await note_answer(unit, parcel.id, answer)


async def _ask_again(unit: Unit) -> None:
    await ask_again(unit)


JOBS = {
    "webhooks.ask_again": Job(COURIER, _ask_again),
    "webhooks.fan_out": Job(COURIER, _fan_out),
    "webhooks.send": Job(COURIER, send, own_units=True),
}
