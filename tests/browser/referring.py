"""What a browser test of referrals begins with, written straight into the server's world."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from coord.kernel.clock import today
from coord.work import engine
from coord.workforce.tables import Worker
from tests.coord.making import contact, log, signed_in, stored
from tests.coord.referrals.making import CAI_WORKER, consent, post_at_center, referral, send


@asynccontextmanager
async def world_of(database_url: str) -> AsyncIterator[None]:
    """The server's database, for the test's own units; somebody of the center can log contacts."""
    store = engine.Database(database_url, pooled=False)
    engine.use(store)
    try:
        if not await stored(Worker, Worker.id == CAI_WORKER):
            await post_at_center()
        yield
    finally:
        engine.use(None)
        await store.dispose()


async def referred(client: uuid.UUID) -> str:
    """A referral on its way to the center, with consent; its path."""
    await consent(client=str(client))
    return f"/referrals/{await send(referral(client=str(client)))}"


async def met(client: uuid.UUID) -> uuid.UUID:
    """Cai logs a contact with the person today."""
    given = contact(client=str(client), occurred_on=today("Asia/Shanghai").isoformat())
    return (await log(given, await signed_in("cai"))).contact_id
