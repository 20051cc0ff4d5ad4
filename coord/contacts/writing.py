"""Turning a checked input into rows; shared by the form, the API and imports."""

from dataclasses import dataclass
from uuid import UUID

from coord.contacts.codes import Source
from coord.contacts.inputs import LogContact
from coord.contacts.rules import Present, people_present, target_of
from coord.contacts.tables import Absence, CoWorker, EventHost, Presence, ServiceContact
from coord.kernel.table import Row
from coord.work import Unit


@dataclass(frozen=True, slots=True)
class Post:
    """Where and for whom a worker works: decides program, hospital and agency of a contact."""

    program_id: UUID
    hospital_id: UUID
    agency_id: UUID | None
    worker_id: UUID


def contact_row(
    given: LogContact, post: Post, unit: Unit, source: Source, session_number: int | None = None
) -> ServiceContact:
    """The contact itself, with the number of heads present."""
    return ServiceContact(
        program_id=post.program_id,
        hospital_id=post.hospital_id,
        agency_id=post.agency_id,
        worker_id=post.worker_id,
        client_id=given.client,
        group_id=given.group,
        session_number=session_number,
        service_code=given.service_code,
        setting=given.setting,
        stage=given.stage,
        phase=given.phase,
        target=target_of(given),
        issues=[issue.value for issue in given.issues],
        occurred_on=given.occurred_on,
        started_at=given.started_at,
        duration_minutes=given.duration_minutes,
        attendance=given.attendance,
        is_collateral=given.collateral,
        anonymous_count=given.anonymous_count,
        family_present=given.family_present,
        heads_present=sum(person.heads for person in people_present(given)),
        co_worker_count=len(given.co_workers),
        note=given.note,
        source=source,
        recorded_at=unit.started_at,
        recorded_by_id=unit.actor.user_id,
    )


def presence_row(contact: ServiceContact, person: Present) -> Presence:
    """A person's presence, with the dimensions of its contact."""
    return Presence(
        contact_id=contact.id,
        program_id=contact.program_id,
        hospital_id=contact.hospital_id,
        agency_id=contact.agency_id,
        occurred_on=contact.occurred_on,
        service_code=contact.service_code,
        stage=contact.stage,
        phase=contact.phase,
        target=person.target,
        client_id=person.client_id,
        person_id=person.person_id,
        heads=person.heads,
    )


def rows_beside(contact: ServiceContact, given: LogContact) -> list[Row]:
    """Everything that hangs on a contact: presence, co-workers, joint hosts, absences."""
    return [
        *(presence_row(contact, person) for person in people_present(given)),
        *(CoWorker(contact_id=contact.id, worker_id=worker) for worker in given.co_workers),
        *(EventHost(contact_id=contact.id, organization_id=host) for host in given.hosts),
        *(Absence(contact_id=contact.id, client_id=client) for client in given.absentees),
    ]
