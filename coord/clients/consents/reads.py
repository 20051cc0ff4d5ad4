"""Consents as they were given, and whether they hold."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col

from coord import audit
from coord.clients.access import in_care_of
from coord.clients.codes import ConsentState
from coord.clients.consents import rules
from coord.clients.consents.codes import DataCategory, Signer
from coord.clients.consents.rules import Born, ConsentItem, GivenConsent
from coord.clients.consents.tables import Consent, ConsentEvidence, ConsentRecipient, ConsentWithdrawal
from coord.clients.keys import key_of, place_of
from coord.clients.tables import Client
from coord.kernel.errors import NotFound
from coord.kernel.files import FileKind
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.work.listing import Join, Listing, Sort, another

_withdrawal, _program = another(ConsentWithdrawal, "withdrawal_of"), another(Program, "program_of_consent")
_OWN = (
    "id", "client_id", "hospital_id", "purpose", "categories", "basis", "signer", "relation", "channel",
    "text_version", "text_hash", "language", "given_on", "expires_on", "recorded_at",
)  # fmt: skip
CONSENTS = Listing(
    "consent.list",
    Consent,
    {
        **{name: getattr(Consent, name) for name in _OWN},
        "withdrawal.withdrawn_at": _withdrawal.withdrawn_at,
        "withdrawal.reason": _withdrawal.reason,
        "program.time_zone": _program.time_zone,
    },
    [Sort(col(Consent.id), UUID)],
    {
        "withdrawal": Join(_withdrawal, _withdrawal.consent_id == Consent.id),
        "program": Join(_program, _program.id == Consent.program_id),
    },
    descending=True,
)
_MOST_CLIENTS = 500


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """A client's consents as the care team reads them, the newest first, with what was sealed."""

    given: GivenConsent
    standing: str
    guardian: str | None
    document: str | None
    reason: str | None
    remark: str | None
    evidence: Sequence[UUID]


def _given(row: Any, recipients: Collection[UUID], zone: str) -> GivenConsent:
    return GivenConsent(
        id=row.id,
        client_id=row.client_id,
        purpose=row.purpose,
        categories=frozenset(map(DataCategory, row.categories)),
        recipients=frozenset(recipients),
        basis=row.basis,
        signer=row.signer,
        relation=row.relation,
        channel=row.channel,
        text_version=row.text_version,
        language=row.language,
        given_on=row.given_on,
        expires_on=row.expires_on,
        starts_at=rules.first_moment(row.given_on, zone),
        expires_at=rules.end_of(row.expires_on, zone),
        withdrawn_at=row.withdrawn_at,
    )


async def _found(unit: Unit, *where: Any) -> list[GivenConsent]:
    columns = [getattr(Consent, name) for name in _OWN]
    statement = (
        select(*columns, ConsentWithdrawal.withdrawn_at, Program.time_zone)
        .select_from(Consent)
        .outerjoin(ConsentWithdrawal, col(ConsentWithdrawal.consent_id) == col(Consent.id))
        .join(Program, col(Program.id) == col(Consent.program_id))
        .where(*where)
        .order_by(col(Consent.given_on).desc(), col(Consent.id).desc())
    )
    rows = await unit.rows(statement)
    reached = await recipients_of(unit, [row.id for row in rows])
    return [_given(row, reached.get(row.id, ()), row.time_zone) for row in rows]


@read("consent.list")
async def recipients_of(unit: Unit, consent_ids: Collection[UUID]) -> Mapping[UUID, Sequence[UUID]]:
    """The organizations that each of these consents names; consents that name none are left out."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    statement = select(ConsentRecipient.consent_id, ConsentRecipient.organization_id).where(
        col(ConsentRecipient.consent_id).in_(consent_ids)
    )
    for consent, organization in await unit.rows(statement.order_by(col(ConsentRecipient.id))) if consent_ids else ():
        found[consent].append(organization)
    return found


@read("consent.list")
async def consents_of(unit: Unit, client_ids: Collection[UUID]) -> Mapping[UUID, Sequence[GivenConsent]]:
    """The consents of these clients, the newest first; clients without any are left out."""
    found: dict[UUID, list[GivenConsent]] = defaultdict(list)
    for consent in await _found(unit, col(Consent.client_id).in_(client_ids)) if client_ids else ():
        found[consent.client_id].append(consent)
    return found


async def care_states(unit: Unit, clients: Mapping[UUID, UUID]) -> Mapping[UUID, ConsentState | None]:
    """Whether consent to the service is on file, by client; given with their hospitals.

    None for clients of another organization's care team: their consents are not the actor's to read.
    """
    own = [client for client, hospital in clients.items() if in_care_of(unit.actor, hospital)]
    if not own or not unit.actor.may("consent.list"):
        return dict.fromkeys(clients)
    given = await consents_of(unit, own)
    states = {client: rules.care_state(given.get(client, ()), unit.started_at) for client in own}
    return dict.fromkeys(clients) | states


@read("consent.list")
async def consents_of_client(unit: Unit, client_id: UUID) -> Sequence[ConsentPage]:
    """A client's consents with what was sealed, on the trail. Raises ``NotFound`` for foreign clients."""
    client = await unit.find(Client, client_id)
    if not in_care_of(unit.actor, client.hospital_id):
        raise NotFound
    key = await key_of(unit, client_id)
    given = await _found(unit, col(Consent.client_id) == client_id)
    rows = {row.id: row for row in await unit.scalars(select(Consent).where(col(Consent.client_id) == client_id))}
    ended = select(ConsentWithdrawal).where(col(ConsentWithdrawal.client_id) == client_id)
    ends = {row.consent_id: row for row in await unit.scalars(ended)}
    files = await _evidence_of(unit, client_id)
    audit.record_reading(unit, "consent.list", "client", [client_id])

    def opened(table: str, column: str, row: Any) -> str | None:
        sealed = getattr(row, column, None)
        return None if sealed is None else key.open(sealed, place_of(table, column, row.id))

    return [
        ConsentPage(
            given=one,
            standing=one.standing(unit.started_at),
            guardian=opened("consent", "guardian", rows[one.id]),
            document=opened("consent", "document", rows[one.id]),
            reason=ends[one.id].reason if one.id in ends else None,
            remark=opened("consent_withdrawal", "remark", ends.get(one.id)),
            evidence=files.get(one.id, ()),
        )
        for one in given
    ]


async def _evidence_of(unit: Unit, client_id: UUID) -> Mapping[UUID, Sequence[UUID]]:
    statement = select(ConsentEvidence.consent_id, ConsentEvidence.id).where(
        col(ConsentEvidence.client_id) == client_id
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for consent, file in await unit.rows(statement.order_by(col(ConsentEvidence.id))):
        found[consent].append(file)
    return found


@read("client.read_identity")
async def evidence_file(unit: Unit, evidence_id: UUID) -> tuple[FileKind, bytes]:
    """A file that proves a consent; reading it is put on the trail. Raises ``NotFound``."""
    row = await unit.find(ConsentEvidence, evidence_id)
    key = await key_of(unit, row.client_id)
    audit.record_reading(unit, "consent.read_evidence", "client", [row.client_id])
    return row.kind, key.open_bytes(row.content, place_of("consent_evidence", "content", row.id))


@read("consent.list")
async def consent_items(unit: Unit, hospitals: Collection[UUID]) -> Sequence[ConsentItem]:
    """What to ask for again at some hospitals, the longest due first: ending, ended, and persons who are now older."""
    # No place's day is later than the day after UTC's; ``rules.items`` then asks by the program's own.
    soon = unit.started_at.date() + rules.REMIND_BEFORE + timedelta(days=1)
    doubtful = select(Consent.client_id).where(
        col(Consent.hospital_id).in_(hospitals),
        or_(col(Consent.expires_on) <= soon, col(Consent.signer) == Signer.GUARDIAN),
    )
    statement = (
        select(Client.id, Client.birth_year, Program.time_zone)
        .join(Program, col(Program.id) == col(Client.program_id))
        .where(col(Client.id).in_(doubtful))
        .order_by(col(Client.id))
        .limit(_MOST_CLIENTS)
    )
    people = await unit.rows(statement)
    given = await consents_of(unit, [person.id for person in people])
    found = [
        item
        for person in people
        for item in rules.items(given[person.id], Born(year=person.birth_year), unit.started_at, person.time_zone)
    ]
    return sorted(found, key=lambda item: item.since)
