"""Correcting a person's facts: what they said before stays, sealed; whoever got them is told that they changed.

PIPL 46 and Korea's PIPA 36 give the right to correction. The notice to the receivers names the referral, never the
person and never a word of what changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, delete

from coord import audit
from coord.access import Role
from coord.clients.access import in_care_of
from coord.clients.codes import Gender
from coord.clients.keys import key_of, place_of
from coord.clients.matching import match_rows
from coord.clients.record.inputs import RECORD_FIELDS
from coord.clients.record.rules import KEPT_DIGITS, birth_year_of, check_record, number_of
from coord.clients.record.sealing import SHOWN, opened_record, write_record
from coord.clients.record.tables import ClientRecord
from coord.clients.tables import Client, ClientIdentity, ClientMatchKey, ClientSearchKey, ClientShare
from coord.clients.vault import sealed_identity, search_hashes
from coord.kernel.clock import local_date
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sealing import DataKey
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell_holders
from coord.programs.tables import Program
from coord.referrals.tables import Referral
from coord.rights.codes import CorrectedField
from coord.rights.inputs import CorrectClient
from coord.rights.rules import Facts, corrected, emptied
from coord.rights.tables import ClientCorrection
from coord.work import Unit, action, read
from coord.work.idempotency import remember, replayed

RECEIVING = (Role.SOCIAL_WORKER, Role.COMMUNITY_RECEIVER, Role.HOSPITAL_COORDINATOR)
_MOST = 500
_OF_RECORD = tuple(field for field in CorrectedField if field.lower() in SHOWN)


@dataclass(frozen=True, slots=True)
class Corrected:
    """One correction as the care team reads it."""

    field: CorrectedField
    before: str | None
    reason: str
    at: datetime
    by: str
    told: int


async def own_client(unit: Unit, client_id: UUID) -> Client:
    """A client in the actor's own care. Raises ``NotFound`` for others, those shared with the actor included."""
    client = await unit.find(Client, client_id)
    # Of whom the legal role sees, it has the care as well: they are restricted.
    if not in_care_of(unit.actor, client.hospital_id) and client.hospital_id not in unit.actor.at(Role.PRIVACY_OFFICER):
        raise NotFound
    return client


@action("client.correct")
async def correct_client(unit: Unit, given: CorrectClient) -> UUID:
    """Let the facts of a client read as given; the client's id.

    Raises ``NotFound`` for clients of others, ``Invalid`` when nothing differs or a fact that every file must say would
    be taken away, ``Conflict`` for a reused key.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return first
    client, key = await own_client(unit, given.client), await key_of(unit, given.client)
    file = await _file_of(unit, client)
    said = _facts_of(client, file, key)
    meant = _facts_given(said, given)
    problems = [*check_record(given, _year_beside(given), await _today(unit, client)), *emptied(said, meant)]
    if problems:
        raise Invalid(*problems)
    wrong = corrected(said, meant)
    if not wrong:
        raise Invalid(Problem("name", "NOTHING_CORRECTED"))
    if (first := await remember(unit, given.idempotency_key, given, client.id)) is not None:
        return first
    before = audit.facts(client)
    told = await _tell_receivers(unit, client)
    unit.add(*_rows(unit, client, key, wrong, given.reason, told))
    _write_client(client, meant)
    await _write_identity(unit, client, file, key, given, meant[CorrectedField.PHONE])
    audit.record(unit, "client.correct", client, before=before)
    return client.id


@dataclass(frozen=True, slots=True)
class _File:
    """What the vault holds of a client."""

    identity: ClientIdentity | None
    record: ClientRecord | None


async def _file_of(unit: Unit, client: Client) -> _File:
    session = unit.session
    return _File(await session.get(ClientIdentity, client.id), await session.get(ClientRecord, client.id))


async def _today(unit: Unit, client: Client) -> date:
    return local_date(unit.started_at, (await unit.find(Program, client.program_id)).time_zone)


def _year_beside(given: CorrectClient) -> int | None:
    """The year of birth as far as it must agree with the day: a day that is said now replaces the year."""
    return None if given.birth_date is not None else given.birth_year


def _facts_of(client: Client, file: _File, key: DataKey) -> Facts:
    def opened(column: str) -> str | None:
        value = None if file.identity is None else getattr(file.identity, column)
        return None if value is None else key.open(value, place_of("client_identity", column, client.id))

    record = {} if file.record is None else opened_record(file.record, key)
    return {
        CorrectedField.NAME: opened("name"),
        CorrectedField.PHONE: opened("phone"),
        CorrectedField.BIRTH_YEAR: None if client.birth_year is None else str(client.birth_year),
        CorrectedField.GENDER: client.gender.value,
        CorrectedField.DISTRICT: client.district,
        **{field: _text(record.get(field.lower())) for field in _OF_RECORD},
    }


def _text(said: Any) -> str | None:
    return None if said is None else str(said)


def _facts_given(before: Facts, given: CorrectClient) -> Facts:
    """The facts as they should read: what was not mentioned as it was."""
    number, mentioned = number_of(given), given.model_fields_set
    plain = (CorrectedField.PHONE, CorrectedField.DISTRICT, *_OF_RECORD)
    said = {field: _text(getattr(given, field.lower())) for field in plain if field.lower() in mentioned}
    if number is not None:
        said[CorrectedField.ID_NUMBER_END] = number[-KEPT_DIGITS:]
    if given.birth_date is not None or "birth_year" in mentioned:
        said[CorrectedField.BIRTH_YEAR] = _text(birth_year_of(given, given.birth_year))
    if given.gender is not None:
        said[CorrectedField.GENDER] = given.gender.value
    return {**before, CorrectedField.NAME: given.name, **said}


def _write_client(client: Client, meant: Facts) -> None:
    year = meant[CorrectedField.BIRTH_YEAR]
    client.gender = Gender(meant[CorrectedField.GENDER] or Gender.UNKNOWN)
    client.birth_year = None if year is None else int(year)
    client.district = meant[CorrectedField.DISTRICT]


def _rows(
    unit: Unit, client: Client, key: DataKey, wrong: Facts, reason: str, told: Sequence[UUID]
) -> Iterator[ClientCorrection]:
    for field, said in wrong.items():
        row_id = uuid7()
        yield ClientCorrection(
            id=row_id,
            client_id=client.id,
            hospital_id=client.hospital_id,
            field=field,
            before=None if said is None else key.seal(said, place_of("client_correction", "before", row_id)),
            reason=key.seal(reason, place_of("client_correction", "reason", row_id)),
            at=unit.started_at,
            by_id=unit.actor.user_id,
            by_name=unit.actor.name,
            told=[str(organization) for organization in told],
        )


async def _write_identity(
    unit: Unit, client: Client, file: _File, key: DataKey, given: CorrectClient, phone: str | None
) -> None:
    """The vault as it should read, and the hashes under which the person is found from now on."""
    fresh, sealed = sealed_identity(client.id, key, given.name, phone), file.identity
    if sealed is None:
        unit.add(fresh)
    else:
        sealed.name, sealed.phone = fresh.name, fresh.phone
    record = file.record or ClientRecord(id=client.id)
    write_record(record, key, given, given.model_fields_set)
    if file.record is not None or given.model_fields_set & set(RECORD_FIELDS):
        unit.add(record)
    for model in (ClientSearchKey, ClientMatchKey):
        gone = delete(model).where(col(model.client_id) == client.id)
        await unit.session.run(gone.execution_options(synchronize_session=False))
    hashes = search_hashes(given.name)
    unit.add(*(ClientSearchKey(client_id=client.id, hospital_id=client.hospital_id, hash=found) for found in hashes))
    unit.add(*match_rows(client, given.name, phone, record.id_number_hash))


async def _tell_receivers(unit: Unit, client: Client) -> Sequence[UUID]:
    """Tell every organization that holds a share or an accepted referral of the person; which those are."""
    shares = select(ClientShare.organization_id, ClientShare.origin_id).where(
        col(ClientShare.client_id) == client.id,
        col(ClientShare.from_at).is_not(None),
        col(ClientShare.ended_at).is_(None),
    )
    accepted = select(Referral.target_id, Referral.id).where(
        col(Referral.client_id) == client.id, col(Referral.accepted_at).is_not(None)
    )
    found: dict[UUID, UUID] = {}
    for statement in (accepted, shares):
        found |= {row[0]: row[1] for row in await unit.rows(statement.limit(_MOST))}
    for organization, referral in found.items():
        tell_holders(unit, RECEIVING, organization, NoticeKind.CLIENT_CORRECTED, "referral", referral)
    return sorted(found)


@read("client.correct")
async def facts_now(unit: Unit, client_id: UUID) -> Facts:
    """What the file says of a client today; on the trail. Raises ``NotFound`` for clients of others."""
    client, key = await own_client(unit, client_id), await key_of(unit, client_id)
    audit.record_reading(unit, "client.read_identity", "client", [client.id])
    return _facts_of(client, await _file_of(unit, client), key)


@read("client.correct")
async def corrections(unit: Unit, client_id: UUID) -> Sequence[Corrected]:
    """What was corrected about a client, with what it said before, the newest first; on the trail.

    Raises ``NotFound`` for clients of others.
    """
    client, key = await own_client(unit, client_id), await key_of(unit, client_id)
    statement = select(ClientCorrection).where(col(ClientCorrection.client_id) == client.id)
    rows: Sequence[ClientCorrection] = await unit.scalars(
        statement.order_by(col(ClientCorrection.id).desc()).limit(_MOST)
    )
    if rows:
        audit.record_reading(unit, "client.read_corrections", "client", [client.id])

    def opened(row: ClientCorrection, column: str) -> str | None:
        value = getattr(row, column)
        return None if value is None else key.open(value, place_of("client_correction", column, row.id))

    return [
        Corrected(row.field, opened(row, "before"), opened(row, "reason") or "", row.at, row.by_name, len(row.told))
        for row in rows
    ]
