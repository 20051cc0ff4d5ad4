"""Who sees a contact: the hospital, the agency that did it, joint hosts, the foundation."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, Scope, load_with, protect
from coord.access.rows import Wall, all_of, among, any_of, beside, one_of
from coord.access.scopes import held_at, places_of
from coord.clients.access import of_care_team
from coord.clients.restricted import hiding
from coord.contacts.attachments.tables import ContactAttachment
from coord.contacts.process.tables import ProcessRecord
from coord.contacts.tables import (
    Absence,
    Adjustment,
    ContactImport,
    CoWorker,
    EventHost,
    GroupMember,
    ImportFile,
    NoteKey,
    PlannedSession,
    Presence,
    QualityFlag,
    ServiceContact,
    ServiceGroup,
    ServiceName,
)
from coord.kernel.sql import select
from coord.programs.access import hospitals_followed, overseen


def _in_scope(model: Any, actor: Actor) -> ColumnElement[bool]:
    return any_of(
        of_care_team(model.hospital_id, actor),
        one_of(model.hospital_id, actor.at(Role.HOSPITAL_COORDINATOR)),
        one_of(model.agency_id, actor.at(Role.AGENCY_MANAGER)),
        overseen(model.program_id, actor),
    )


def _jointly(contact_id: Any, actor: Actor) -> ColumnElement[bool]:
    return one_of(contact_id, actor.scope(Scope.EVENTS_HOSTED))


# The joint events (CR-5) that organizations of the person host together with others.
load_with(
    Scope.EVENTS_HOSTED,
    held_at(Role.SOCIAL_WORKER, Role.HOSPITAL_COORDINATOR, Role.AGENCY_MANAGER),
    select(EventHost.contact_id).where(col(EventHost.organization_id).in_(places_of(Scope.EVENTS_HOSTED))).distinct(),
)


def contacts_in_reach(actor: Actor) -> ColumnElement[bool]:
    """Contacts in scope and jointly held events, withdrawn or not."""
    return any_of(_in_scope(ServiceContact, actor), _jointly(col(ServiceContact.id), actor))


def visible_contacts(actor: Actor) -> ColumnElement[bool]:
    """Contacts in reach that were not withdrawn."""
    return contacts_in_reach(actor) & col(ServiceContact.withdrawn_at).is_(None)


def own_contacts(actor: Actor) -> ColumnElement[bool]:
    """Contacts in scope: a joint host sees an event and changes nothing in it."""
    return _in_scope(ServiceContact, actor)


def own_presence(actor: Actor) -> ColumnElement[bool]:
    """Presence in scope."""
    return _in_scope(Presence, actor)


def visible_presence(actor: Actor) -> ColumnElement[bool]:
    """Presence goes with its contact; withdrawing a contact removes its rows."""
    return any_of(_in_scope(Presence, actor), _jointly(col(Presence.contact_id), actor))


def visible_groups(actor: Actor) -> ColumnElement[bool]:
    """Groups in scope."""
    return _in_scope(ServiceGroup, actor)


def keys_of_notes(actor: Actor) -> ColumnElement[bool]:
    """Keys of notes: the care team of the organization that wrote them."""
    return of_care_team(col(NoteKey.hospital_id), actor)


def process_records(actor: Actor) -> ColumnElement[bool]:
    """Process records: the care team of the organization that wrote them."""
    return of_care_team(col(ProcessRecord.hospital_id), actor)


def files_of_contacts(actor: Actor) -> ColumnElement[bool]:
    """Attached files: the care team of the organization that wrote the record, hidden as the record is."""
    contact = beside(ServiceContact)
    shown = hiding(lambda whose: of_care_team(contact.c.hospital_id, whose), contact.c.client_id)
    return among(ContactAttachment.contact_id, contact.c.id, all_of(shown(actor), contact.c.withdrawn_at.is_(None)))


def visible_imports(actor: Actor) -> ColumnElement[bool]:
    """Imports for hospitals that the actor works at or oversees."""
    return any_of(
        one_of(ContactImport.hospital_id, actor.at(Role.SOCIAL_WORKER, Role.HOSPITAL_COORDINATOR)),
        overseen(col(ContactImport.program_id), actor),
    )


def words_of_directories(actor: Actor) -> ColumnElement[bool]:
    """The words of the foundations that the actor works with."""
    return one_of(col(ServiceName.foundation_id), actor.directories())


def own_files(actor: Actor) -> ColumnElement[bool]:
    """The files that the actor brought: names stand in them, so nobody else gets them back."""
    brought = beside(ContactImport)
    return among(ImportFile.id, brought.c.id, brought.c.requested_by_id == actor.user_id)


def of_contact(model: Any) -> Any:
    """The rule of rows that hang on a contact: who sees that, sees them."""

    def rows(actor: Actor) -> ColumnElement[bool]:
        contact = beside(ServiceContact)
        own = any_of(_in_scope(contact.c, actor), _jointly(contact.c.id, actor))
        return among(model.contact_id, contact.c.id, all_of(own, contact.c.withdrawn_at.is_(None)))

    return rows


def visible_members(actor: Actor) -> ColumnElement[bool]:
    """Members go with their group."""
    group = beside(ServiceGroup)
    return among(GroupMember.group_id, group.c.id, _in_scope(group.c, actor))


def visible_plans(actor: Actor) -> ColumnElement[bool]:
    """Planned sessions go with their group."""
    group = beside(ServiceGroup)
    return among(PlannedSession.group_id, group.c.id, _in_scope(group.c, actor))


def visible_adjustments(actor: Actor) -> ColumnElement[bool]:
    """Corrections of the hospitals that the actor follows, and of the programs they oversee."""
    return any_of(hospitals_followed(col(Adjustment.hospital_id), actor), overseen(col(Adjustment.program_id), actor))


protect(
    ServiceContact,
    hiding(visible_contacts, col(ServiceContact.client_id)),
    retention=Retention.CLINICAL,
    personal=("note", "note_hash", "client_id", "return_reason"),
    wall=Wall(sees=contacts_in_reach, writes=own_contacts),
)
protect(NoteKey, hiding(keys_of_notes, col(NoteKey.client_id)), retention=Retention.CLINICAL, personal=("wrapped",))
protect(
    ProcessRecord,
    hiding(process_records, col(ProcessRecord.client_id)),
    retention=Retention.CLINICAL,
    personal=("client_id", "words"),
)
protect(
    ContactAttachment,
    files_of_contacts,
    retention=Retention.CLINICAL,
    personal=("name", "content"),
    wall=Wall(grants=("INSERT", "UPDATE", "DELETE")),
)
protect(
    Presence,
    hiding(visible_presence, col(Presence.client_id)),
    retention=Retention.CLINICAL,
    personal=("client_id", "person_id"),
    wall=Wall(sees=visible_presence, writes=own_presence, grants=("INSERT", "UPDATE", "DELETE")),
)
protect(ServiceGroup, visible_groups, retention=Retention.CLINICAL)
protect(GroupMember, hiding(visible_members, col(GroupMember.client_id)), retention=Retention.CLINICAL)
_REPLACED = Wall(grants=("INSERT", "DELETE"))
protect(PlannedSession, visible_plans, retention=Retention.CLINICAL, wall=Wall(grants=("INSERT", "DELETE")))
protect(Adjustment, visible_adjustments, retention=Retention.CLINICAL, wall=Wall(grants=("INSERT",)))
protect(CoWorker, of_contact(CoWorker), retention=Retention.CLINICAL, wall=_REPLACED)
protect(EventHost, of_contact(EventHost), retention=Retention.CLINICAL, wall=_REPLACED)
protect(Absence, hiding(of_contact(Absence), col(Absence.client_id)), retention=Retention.CLINICAL, wall=_REPLACED)
protect(QualityFlag, of_contact(QualityFlag), retention=Retention.OPERATIONAL, personal=("justification",))
protect(ServiceName, words_of_directories, retention=Retention.REFERENCE, wall=Wall(grants=("INSERT", "DELETE")))
protect(ContactImport, visible_imports, retention=Retention.OPERATIONAL)
protect(ImportFile, own_files, retention=Retention.TRANSIENT, personal=("content",))
