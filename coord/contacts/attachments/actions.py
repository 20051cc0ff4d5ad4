"""Attaching a file to one's own record, and taking it off again, while its month is open."""

from uuid import UUID

from sqlmodel import col, delete

from coord import audit
from coord.contacts.adjusting import refuse_locked
from coord.contacts.attachments.inputs import AttachToContact
from coord.contacts.attachments.sealing import attached, refuse_more, seal_anew
from coord.contacts.attachments.tables import ContactAttachment
from coord.contacts.sealing import key_for, opened_note_key
from coord.contacts.tables import NoteKey, ServiceContact
from coord.kernel.errors import NotFound
from coord.kernel.files import checked
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed

MOST_AT_A_CONTACT = 10


async def _own(unit: Unit, contact_id: UUID) -> ServiceContact:
    contact = await unit.find(ServiceContact, contact_id)
    if contact.recorded_by_id != unit.actor.user_id:
        raise NotFound
    await refuse_locked(unit, contact)
    return contact


@action("contact.amend")
async def attach_to_contact(unit: Unit, given: AttachToContact, content: bytes) -> UUID:
    """Keep a file at a record of the actor; its id.

    Raises ``NotFound`` for records of others, ``Conflict`` once the month is locked, ``Invalid`` for a file that is not
    what it says it is, or one too many.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return first
    contact = await _own(unit, given.contact)
    taken = checked(given.file_name, content)
    await refuse_more(unit, ContactAttachment, col(ContactAttachment.contact_id) == given.contact, MOST_AT_A_CONTACT)
    row_id = uuid7()
    if (first := await remember(unit, given.idempotency_key, given, row_id)) is not None:
        return first
    key_id, key = await key_for(unit, contact)
    row = attached(unit, ContactAttachment, row_id, given, taken, key, contact_id=contact.id, note_key_id=key_id)
    unit.add(row)
    audit.record(unit, "contact.attach", row)
    return row_id


@action("contact.amend")
async def detach_from_contact(unit: Unit, attachment_id: UUID) -> None:
    """Take a file off a record of the actor; nothing of it is kept. Raises as ``attach_to_contact`` does."""
    row = await unit.find(ContactAttachment, attachment_id)
    await _own(unit, row.contact_id)
    audit.record(unit, "contact.detach", row)
    await unit.session.run(delete(ContactAttachment).where(col(ContactAttachment.id) == attachment_id))


@action("contact.amend")
async def follow_the_person(unit: Unit, contact: ServiceContact) -> None:
    """Seal the files of a record anew that is now about somebody else: whoever is erased, theirs become unreadable."""
    statement = (
        select(ContactAttachment, NoteKey.wrapped)
        .join(NoteKey, col(NoteKey.id) == col(ContactAttachment.note_key_id))
        .where(col(ContactAttachment.contact_id) == contact.id)
    )
    rows = await unit.rows(statement)
    if not rows:
        return
    key_id, key = await key_for(unit, contact)
    for row, wrapped in rows:
        seal_anew(row, opened_note_key(row.note_key_id, wrapped), key)
        row.note_key_id = key_id
