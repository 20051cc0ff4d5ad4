"""More rows for North, all of one kind, so that only their number differs."""

import uuid
from datetime import date, timedelta

from coord.clients import RegisterClient, register_client
from coord.contacts import LogContact, log_contact
from coord.work import begin
from tests.coord.making import DEMANDED
from tests.world import LIN, PROGRAM, cast


async def contacts(number: int, client: uuid.UUID = LIN) -> None:
    """Contacts of Sam with one client on as many days as there are."""
    for n in range(number):
        day = date(2026, 3, 1) + timedelta(days=n % 180)
        async with begin(cast.sam) as unit:
            given = LogContact(
                idempotency_key=uuid.uuid4(),
                program=PROGRAM,
                client=client,
                service_code="CASE_CONTACT",
                occurred_on=day,
                duration_minutes=30,
                note=f"NORTH note {n}",
            )
            await log_contact(unit, given)


async def clients(number: int, contacts_each: int = 0) -> None:
    """Clients of North, each with some contacts."""
    for n in range(number):
        async with begin(cast.sam) as unit:
            given = {"idempotency_key": uuid.uuid4(), "program": PROGRAM, "name": f"新增{n}NORTH",
                     "code": f"NORTH-X{uuid.uuid4().hex[:8]}", **DEMANDED}  # fmt: skip
            made = await register_client(unit, RegisterClient.parse(given))
        await contacts(contacts_each, made)
