"""Files at a record: sealed with its note, for the care team alone, gone with the record and with the person."""

import uuid
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.clients.codes import ErasureBasis
from coord.contacts import withdraw_contact
from coord.contacts.amending import amend_contact
from coord.contacts.attachments.actions import MOST_AT_A_CONTACT, attach_to_contact, detach_from_contact
from coord.contacts.attachments.inputs import AttachToContact
from coord.contacts.attachments.reads import contact_attachment, contact_attachments
from coord.contacts.attachments.sealing import AttachedFile, AttachmentCard
from coord.contacts.attachments.tables import ContactAttachment
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.files import MAX_FILE_BYTES, FileKind
from coord.rights.erasure import ERASER, erase
from coord.work import begin
from coord.work.engine import Database
from tests.coord.kernel.test_files import PDF
from tests.coord.making import contact, log, stored, without_client
from tests.coord.periods.handling import locked
from tests.world import CHEN, LIN, NORTH_GROUP, NORTH_MEMBERS, cast

pytestmark = pytest.mark.anyio
NAME = "canary 林的签到表.pdf"


async def attach(at: UUID, actor: Actor = cast.sam, content: bytes = PDF, **changed: Any) -> UUID:
    """A file of somebody at a record, in a unit of its own."""
    said = {"idempotency_key": str(uuid.uuid4()), "kind": "SIGN_IN_SHEET", "file_name": NAME, **changed}
    async with begin(actor) as unit:
        return await attach_to_contact(unit, AttachToContact.parse({"contact": str(at), **said}), content)


async def listed(at: UUID, actor: Actor = cast.sam) -> list[AttachmentCard]:
    async with begin(actor, read_only=True) as unit:
        return list((await contact_attachments(unit, [at])).get(at, ()))


async def opened(file: UUID, actor: Actor = cast.sam) -> AttachedFile:
    async with begin(actor) as unit:
        return await contact_attachment(unit, file)


async def test_it_is_sealed_listed_and_saved_and_the_saving_is_on_the_trail(database: Database) -> None:
    logged = await log(contact())
    file = await attach(logged.contact_id)
    (row,) = await stored(ContactAttachment)
    assert (PDF in row.content, b"canary" in row.name, row.size) == (False, False, len(PDF))
    (card,) = await listed(logged.contact_id)
    assert (card.id, card.kind, card.name, card.attached_by) == (file, "SIGN_IN_SHEET", NAME, "Sam")
    assert await opened(file, cast.sun) == AttachedFile(FileKind.PDF, NAME, PDF)
    assert [e.subject_id for e in await stored(AuditEntry, AuditEntry.verb == "contact.read_attachment")] == [LIN]
    (kept,) = await stored(AuditEntry, AuditEntry.verb == "contact.attach")
    assert (kept.after["name"], kept.after["content"]) == ("(personal)", "(personal)")


async def test_a_file_at_a_session_is_read_about_everybody_who_came(database: Database) -> None:
    came = list(NORTH_MEMBERS[:2])
    session = await log(
        without_client(service_code="GROUP_SESSION", group=str(NORTH_GROUP), attendees=[str(one) for one in came])
    )
    await opened(await attach(session.contact_id))
    read = {e.subject_id for e in await stored(AuditEntry, AuditEntry.verb == "contact.read_attachment")}
    assert read == set(came)


async def test_others_neither_see_it_nor_reach_it(database: Database) -> None:
    logged = await log(contact())
    file = await attach(logged.contact_id)
    for actor in (cast.nia, cast.cai):
        assert await listed(logged.contact_id, actor) == []
        with pytest.raises(NotFound):
            await opened(file, actor)
    for foreign in (cast.fatima, cast.ola):
        with pytest.raises(NotAllowed):
            await listed(logged.contact_id, foreign)
    with pytest.raises(NotFound):
        await attach(logged.contact_id, cast.nia)
    with pytest.raises(NotAllowed):
        await attach(logged.contact_id, cast.sun)


async def test_the_same_sending_keeps_one_file(database: Database) -> None:
    logged, key = await log(contact()), str(uuid.uuid4())
    first = await attach(logged.contact_id, idempotency_key=key)
    assert await attach(logged.contact_id, idempotency_key=key) == first
    assert len(await stored(ContactAttachment)) == 1


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "FILE_EMPTY"),
        (PDF, "", "REQUIRED"),
        (b"<svg onload='x'/>", "a.svg", "FILE_NOT_TAKEN"),
        (b"<svg onload='x'/>", "a.pdf", "FILE_NOT_TAKEN"),
        (b"%PDF-" + b"0" * MAX_FILE_BYTES, "a.pdf", "FILE_TOO_LARGE"),
    ],
)
async def test_what_is_no_such_file_is_refused(database: Database, content: bytes, name: str, code: str) -> None:
    logged = await log(contact())
    with pytest.raises(Invalid) as refused:
        await attach(logged.contact_id, content=content, file_name=name)
    assert [(p.field, p.code) for p in refused.value.problems] == [("file", code)]
    assert await stored(ContactAttachment) == []


async def test_one_too_many_is_refused(database: Database) -> None:
    logged = await log(contact())
    for _ in range(MOST_AT_A_CONTACT):
        await attach(logged.contact_id)
    with pytest.raises(Invalid) as refused:
        await attach(logged.contact_id)
    assert refused.value.problems[0].code == "TOO_MANY"


async def test_it_is_taken_off_by_whoever_wrote_the_record_while_the_month_is_open(database: Database) -> None:
    logged = await log(contact())
    file, other = await attach(logged.contact_id), await attach(logged.contact_id)
    with pytest.raises(NotAllowed):
        async with begin(cast.sun) as unit:
            await detach_from_contact(unit, file)
    async with begin(cast.sam) as unit:
        await detach_from_contact(unit, file)
    assert [row.id for row in await stored(ContactAttachment)] == [other]
    await locked()
    with pytest.raises(Conflict):
        async with begin(cast.sam) as unit:
            await detach_from_contact(unit, other)
    with pytest.raises(Conflict):
        await attach(logged.contact_id)
    assert len(await listed(logged.contact_id)) == 1


async def test_a_record_that_is_taken_back_keeps_no_file(database: Database) -> None:
    logged = await log(contact())
    await attach(logged.contact_id)
    async with begin(cast.sam) as unit:
        await withdraw_contact(unit, logged.contact_id)
    assert await stored(ContactAttachment) == []


async def test_a_record_about_somebody_else_takes_its_files_along(database: Database) -> None:
    logged = await log(contact())
    file = await attach(logged.contact_id)
    async with begin(cast.sam) as unit:
        await amend_contact(unit, logged.contact_id, contact(client=str(CHEN)))
    async with begin(ERASER) as unit:
        await erase(unit, LIN, date(2026, 9, 30), ErasureBasis.UNLAWFUL)
    assert (await opened(file)).content == PDF


async def test_whoever_is_erased_leaves_no_file(database: Database) -> None:
    logged = await log(contact())
    await attach(logged.contact_id)
    async with begin(ERASER) as unit:
        await erase(unit, LIN, date(2026, 9, 30), ErasureBasis.UNLAWFUL)
    assert await stored(ContactAttachment) == []
