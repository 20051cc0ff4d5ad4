"""Turning a checked input into rows; shared by the form, the API and imports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
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


def contact_facts(given: LogContact, post: Post, present: Iterable[Present]) -> dict[str, Any]:
    """What a contact says, by column, with the number of heads of those present; not who wrote it when."""
    return {
        "program_id": post.program_id,
        "hospital_id": post.hospital_id,
        "agency_id": post.agency_id,
        "worker_id": post.worker_id,
        "client_id": given.client,
        "group_id": given.group,
        "service_code": given.service_code,
        "setting": given.setting,
        "stage": given.stage,
        "phase": given.phase,
        "target": target_of(given),
        "issues": [issue.value for issue in given.issues],
        "occurred_on": given.occurred_on,
        "started_at": given.started_at,
        "duration_minutes": given.duration_minutes,
        "attendance": given.attendance,
        "is_collateral": given.collateral,
        "anonymous_count": given.anonymous_count,
        "family_present": given.family_present,
        "heads_present": sum(person.heads for person in present),
        "co_worker_count": len(given.co_workers),
        "certificates": given.certificates,
    }


def contact_row(
    given: LogContact, post: Post, unit: Unit, source: Source, session_number: int | None = None
) -> ServiceContact:
    """The contact itself."""
    return ServiceContact(
        **contact_facts(given, post, people_present(given)),
        session_number=session_number,
        source=source,
        recorded_at=unit.started_at,
        recorded_by_id=unit.actor.user_id,
    )


_SHARED = ("program_id", "hospital_id", "agency_id", "occurred_on", "service_code", "stage", "phase")


def presence_facts(contact: Mapping[str, Any], person: Present) -> dict[str, Any]:
    """A person's presence by column, with the dimensions of its contact."""
    return {
        "contact_id": contact["id"],
        **{name: contact[name] for name in _SHARED},
        "target": person.target,
        "client_id": person.client_id,
        "person_id": person.person_id,
        "heads": person.heads,
    }


def presence_row(contact: ServiceContact, person: Present) -> Presence:
    """A person's presence, with the dimensions of its contact."""
    return Presence(**presence_facts(contact.__dict__, person))


def rows_beside(contact: ServiceContact, given: LogContact) -> list[Row]:
    """Everything that hangs on a contact: presence, co-workers, joint hosts, absences."""
    return [
        *(presence_row(contact, person) for person in people_present(given)),
        *(CoWorker(contact_id=contact.id, worker_id=worker) for worker in given.co_workers),
        *(EventHost(contact_id=contact.id, organization_id=host) for host in given.hosts),
        *(Absence(contact_id=contact.id, client_id=client) for client in given.absentees),
    ]
