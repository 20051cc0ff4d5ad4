"""Files at records, for the care team."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.contacts.attachments.sealing import AttachedFile, AttachmentCard, card_of, opened_file, shown
from coord.contacts.attachments.tables import ContactAttachment
from coord.contacts.sealing import opened_note_key
from coord.contacts.tables import NoteKey, Presence, ServiceContact
from coord.kernel.sql import select
from coord.programs.month_locks import locked_months, month_of_day
from coord.work import Unit, read


@read("contact.read_note")
async def contact_attachments(unit: Unit, contact_ids: Collection[UUID]) -> Mapping[UUID, Sequence[AttachmentCard]]:
    """The files of these records, the oldest first; records without any are left out."""
    found: dict[UUID, list[AttachmentCard]] = defaultdict(list)
    statement = (
        select(*shown(ContactAttachment), ContactAttachment.contact_id, col(NoteKey.id).label("key"), NoteKey.wrapped)
        .join(NoteKey, col(NoteKey.id) == col(ContactAttachment.note_key_id))
        .where(col(ContactAttachment.contact_id).in_(contact_ids))
        .order_by(col(ContactAttachment.id))
    )
    for row in await unit.rows(statement) if contact_ids else ():
        card = card_of(ContactAttachment, row, opened_note_key(row.key, row.wrapped))
        found[row.contact_id].append(card)
    return found


@read("contact.read_note")
async def contact_attachment(unit: Unit, attachment_id: UUID) -> AttachedFile:
    """One file; reading it is on the trail of everybody whom the record is about. Raises ``NotFound``."""
    row = await unit.find(ContactAttachment, attachment_id)
    contact = await unit.find(ServiceContact, row.contact_id)
    key = await unit.find(NoteKey, row.note_key_id)
    came = select(Presence.client_id).where(col(Presence.contact_id) == contact.id).order_by(col(Presence.id))
    about = dict.fromkeys((contact.client_id, *await unit.scalars(came)))
    audit.record_reading(unit, "contact.read_attachment", "client", [client for client in about if client])
    return opened_file(row, opened_note_key(key.id, key.wrapped))


@read("contact.read_note")
async def can_attach(unit: Unit, contact_id: UUID) -> bool:
    """Whether the actor can attach files to a record now, and take some off. Raises ``NotFound`` for foreign records."""
    contact = await unit.find(ServiceContact, contact_id)
    if contact.recorded_by_id != unit.actor.user_id or not unit.actor.may("contact.amend"):
        return False
    month = month_of_day(contact.occurred_on)
    return not await locked_months(unit, contact.program_id, contact.hospital_id, [month])
