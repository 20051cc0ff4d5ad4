"""Taking a contact back."""

from datetime import timedelta

import pytest
import time_machine

from coord.audit.tables import AuditEntry
from coord.contacts import ContactFilter, count_contacts, notes, withdraw_contact
from coord.contacts.codes import ContactStatus
from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.clock import now
from coord.kernel.errors import Conflict, NotAllowed, NotFound
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log, signed_in, stored, total, without_client
from tests.world import BUILDER, SOUTH, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio


async def test_a_withdrawn_contact_is_gone_for_everybody_and_stays_on_the_trail(database: Database) -> None:
    logged = await log(contact(note="NORTH"))
    async with begin(cast.sam) as unit:
        await withdraw_contact(unit, logged.contact_id)
    for actor in (cast.sam, cast.ola):
        async with begin(actor, read_only=True) as unit:
            assert await count_contacts(unit, ContactFilter()) == 0
    assert await stored(Presence) == []
    (entry,) = await stored(AuditEntry, AuditEntry.verb == "contact.withdraw")
    assert entry.before["withdrawn_at"] is None
    assert entry.after["withdrawn_at"] is not None


async def test_a_contact_can_be_withdrawn_once(database: Database) -> None:
    logged = await log(contact())
    async with begin(cast.sam) as unit:
        await withdraw_contact(unit, logged.contact_id)
    with pytest.raises(NotFound):
        async with begin(cast.sam) as unit:
            await withdraw_contact(unit, logged.contact_id)


async def test_nobody_withdraws_what_another_worker_logged(database: Database) -> None:
    theirs = await log(contact(client=str(SOUTH_ZHAO)), cast.nia)
    shared = await log(without_client(service_code="COMMUNITY_EVENT", hosts=[str(SOUTH)]))
    for actor, logged in ((cast.sam, theirs), (await signed_in("nia"), shared)):
        with pytest.raises(NotFound):
            async with begin(actor) as unit:
                await withdraw_contact(unit, logged.contact_id)
    assert (await total())["contacts"] == 2


@pytest.mark.parametrize("name", ["ola", "sun", "fatima", "adam"])
async def test_only_workers_withdraw(database: Database, name: str) -> None:
    logged = await log(contact())
    with pytest.raises(NotAllowed):
        async with begin(getattr(cast, name)) as unit:
            await withdraw_contact(unit, logged.contact_id)
    assert (await total())["contacts"] == 1


async def test_after_seven_days_it_is_too_late(database: Database) -> None:
    logged = await log(contact())
    with time_machine.travel(now() + timedelta(days=7, minutes=1), tick=False), pytest.raises(Conflict) as refused:
        async with begin(cast.sam) as unit:
            await withdraw_contact(unit, logged.contact_id)
    assert [(p.field, p.code) for p in refused.value.problems] == [("contact", "TOO_LATE_TO_WITHDRAW")]


@pytest.mark.parametrize("status", [ContactStatus.VERIFIED, ContactStatus.LOCKED])
async def test_a_verified_or_locked_contact_stays(database: Database, status: ContactStatus) -> None:
    logged = await log(contact())
    async with begin(BUILDER) as unit:
        (await unit.find(ServiceContact, logged.contact_id)).status = status
    with pytest.raises(Conflict):
        async with begin(cast.sam) as unit:
            await withdraw_contact(unit, logged.contact_id)
    assert (await total())["contacts"] == 1


async def test_a_joint_host_sees_the_event_and_not_what_was_written_about_it(database: Database) -> None:
    logged = await log(without_client(service_code="COMMUNITY_EVENT", hosts=[str(SOUTH)], note="NORTH words"))
    async with begin(cast.sam, read_only=True) as unit:
        assert await notes(unit, [logged.contact_id]) == {logged.contact_id: "NORTH words"}
    async with begin(await signed_in("nia"), read_only=True) as unit:
        assert await count_contacts(unit, ContactFilter()) == 1
        assert await notes(unit, [logged.contact_id]) == {}
