"""What quality flags ask about people: whether they had agreed, and which files of other organizations are theirs."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import col

from coord.clients.consents.codes import Purpose
from coord.clients.consents.tables import Consent, ConsentWithdrawal
from coord.clients.tables import Client, ClientMatchKey
from coord.contacts.codes import AttendanceStatus, FlagKind, Source
from coord.contacts.quality_rules import WITHOUT_CONSENT, Doubt
from coord.contacts.tables import ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.work import Unit, read

_HASHES_ALIKE = 2
"""The end of a phone alone makes nobody the same person: one more hash, of name, birth year and phone, must agree."""
_MOST = 10_000


@read("job.run")
async def same_people(unit: Unit, clients: Collection[UUID]) -> Mapping[UUID, UUID]:
    """One id for all files in the program that seem to be of one person, by the hashes of the duplicate search.

    Files that stand alone are left out. Nothing of a person is read.
    """
    if not clients:
        return {}
    own, other = aliased(ClientMatchKey), aliased(ClientMatchKey)
    statement = (
        select(own.client_id, other.client_id)
        .select_from(own)
        .join(other, (col(other.hash) == col(own.hash)) & (col(other.program_id) == col(own.program_id)))
        .where(col(own.client_id).in_(clients), col(other.client_id) != col(own.client_id))
        .group_by(col(own.client_id), col(other.client_id))
        .having(func.count() >= _HASHES_ALIKE)
        .limit(_MOST)
    )
    one: dict[UUID, UUID] = {}
    for first, second in await unit.rows(statement):
        name = min(one.get(first, first), one.get(second, second))
        one[first] = one[second] = name
    return one


@read("job.run")
async def doubts_of_consent(unit: Unit, contacts: Sequence[UUID]) -> Sequence[Doubt]:
    """Typed services for the own clients of an organization on days on which no consent to the service held."""
    statement = (
        select(ServiceContact.id, ServiceContact.client_id, ServiceContact.occurred_on, Program.time_zone)
        .join(Client, col(Client.id) == col(ServiceContact.client_id))
        .join(Program, col(Program.id) == col(ServiceContact.program_id))
        .where(
            col(ServiceContact.id).in_(contacts),
            col(Client.hospital_id) == col(ServiceContact.hospital_id),
            col(ServiceContact.source) != Source.IMPORT,
            col(ServiceContact.attendance) == AttendanceStatus.ATTENDED,
            col(ServiceContact.withdrawn_at).is_(None),
            col(ServiceContact.service_code).not_in(WITHOUT_CONSENT),
            ~exists().where(*_holds(ServiceContact.client_id, ServiceContact.occurred_on)),
        )
    )
    doubtful = {row.id: row for row in await unit.rows(statement)}
    kept = await _withdrawn_later(unit, doubtful)
    return [Doubt(contact, FlagKind.NO_CONSENT) for contact in doubtful if contact not in kept]


def _holds(client: Any, day: Any) -> Sequence[Any]:
    """That a consent to the service holds for a client on a day, and was never withdrawn."""
    withdrawn = exists().where(col(ConsentWithdrawal.consent_id) == col(Consent.id))
    return (*_covers(client, day), ~withdrawn)


def _covers(client: Any, day: Any) -> Sequence[Any]:
    return (
        col(Consent.client_id) == col(client),
        col(Consent.purpose) == Purpose.SERVICE,
        col(Consent.given_on) <= col(day),
        or_(col(Consent.expires_on).is_(None), col(Consent.expires_on) >= col(day)),
    )


async def _withdrawn_later(unit: Unit, doubtful: Mapping[UUID, Any]) -> set[UUID]:
    """Those whose consent held on the day itself and was withdrawn after it."""
    if not doubtful:
        return set()
    statement = (
        select(ServiceContact.id, ConsentWithdrawal.withdrawn_at)
        .select_from(ServiceContact)
        .join(Consent, col(Consent.client_id) == col(ServiceContact.client_id))
        .join(ConsentWithdrawal, col(ConsentWithdrawal.consent_id) == col(Consent.id))
        .where(col(ServiceContact.id).in_(doubtful), *_covers(ServiceContact.client_id, ServiceContact.occurred_on))
    )
    return {
        contact
        for contact, at in await unit.rows(statement)
        if local_date(at, doubtful[contact].time_zone) >= doubtful[contact].occurred_on
    }
