"""Writing a record anew: while it is fresh, or because it came back."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import col, delete

from coord import audit
from coord.clients.actions import post_at
from coord.contacts.actions import out_of_reach, place_of, signed, surroundings
from coord.contacts.adjusting import locked_month, refuse_locked
from coord.contacts.attachments.actions import follow_the_person
from coord.contacts.codes import ContactStatus
from coord.contacts.inputs import LogContact
from coord.contacts.process.writing import keep_process
from coord.contacts.rules import check_contact, people_present
from coord.contacts.sealing import seal_notes
from coord.contacts.tables import Absence, CoWorker, EventHost, Presence, ServiceContact
from coord.contacts.writing import contact_facts, rows_beside
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.work import Unit, action

AMEND_WITHIN = timedelta(days=7)
_BESIDE = (Presence, CoWorker, EventHost, Absence)


@action("contact.amend")
async def amend_contact(unit: Unit, contact_id: UUID, given: LogContact) -> None:
    """Write a contact of the actor anew: within seven days, or however old it is while it is returned or unsigned.

    Raises ``NotFound`` for contacts of others, ``Conflict`` when it is too late or its month is locked,
    ``Invalid`` with every problem of the input.
    """
    contact = await unit.find(ServiceContact, contact_id)
    if contact.recorded_by_id != unit.actor.user_id:
        raise NotFound
    await refuse_locked(unit, contact)
    is_fresh = contact.status is ContactStatus.SUBMITTED and unit.started_at - contact.recorded_at <= AMEND_WITHIN
    if not is_fresh and contact.status not in {ContactStatus.DRAFT, ContactStatus.RETURNED}:
        raise Conflict(Problem("contact", "TOO_LATE_TO_AMEND"))
    post = await post_at(unit, given.program, given.hospital, on=given.occurred_on)
    problems = check_contact(given, surroundings(unit, post)) + await out_of_reach(unit, given, post)
    if contact.hospital_id != post.hospital_id:
        problems.append(Problem("hospital", "NO_POST_AT_HOSPITAL"))
    if month := await locked_month(unit, post.program_id, post.hospital_id, given.occurred_on):
        problems.append(Problem("occurred_on", "MONTH_LOCKED", {"month": month}))
    if problems:
        raise Invalid(*problems)
    before, whose = audit.facts(contact), contact.client_id
    for name, value in contact_facts(given, place_of(post), people_present(given)).items():
        setattr(contact, name, value)
    await seal_notes(unit, [(contact, given.note)])
    await keep_process(unit, contact, given)
    if contact.client_id != whose:
        await follow_the_person(unit, contact)
    contact.status, contact.return_reason = signed(given), None
    audit.record(unit, "contact.amend", contact, before=before)
    await _replace_beside(unit, contact, given)


async def _replace_beside(unit: Unit, contact: ServiceContact, given: LogContact) -> None:
    """Who was present, helped, hosted and stayed away is written anew with the contact."""
    for model in _BESIDE:
        await unit.session.run(delete(model).where(col(model.contact_id) == contact.id))
    await unit.session.flush()
    unit.add(*rows_beside(contact, given))
    unit.later("contacts.flag_quality", contact=contact.id)
