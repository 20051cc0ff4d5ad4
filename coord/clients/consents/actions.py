"""Recording a consent, ending it, adding what proves it. Nothing that was recorded is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.clients.access import in_care_of
from coord.clients.borders import abroad
from coord.clients.consents import rules, texts
from coord.clients.consents.codes import Basis, Purpose
from coord.clients.consents.holding import hold
from coord.clients.consents.inputs import AddEvidence, RecordConsent, WithdrawConsent
from coord.clients.consents.rules import Born
from coord.clients.consents.tables import Consent, ConsentEvidence, ConsentRecipient, ConsentWithdrawal
from coord.clients.keys import key_of, place_of
from coord.clients.stories.ending import end_stories
from coord.clients.stories.tables import Story
from coord.clients.tables import Client, ClientShare
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.files import FileKind, checked
from coord.kernel.ids import uuid7
from coord.kernel.sealing import DataKey
from coord.kernel.sql import select
from coord.kernel.table import Row
from coord.programs import take_part
from coord.programs.month_locks import check_month_open
from coord.programs.tables import Program
from coord.settings import settings
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed

_MOST_FILES = 5


@dataclass(frozen=True, slots=True)
class ConsentKept:
    """The consent that a key made or ended, and whether this call only repeated the answer."""

    consent_id: UUID
    replayed: bool


@action("consent.record")
async def record_consent(unit: Unit, given: RecordConsent) -> ConsentKept:
    """Record one consent of a client of the actor's hospital.

    Raises ``NotFound`` for foreign clients, ``Invalid`` with every problem or for a day in a locked month, ``Conflict``
    for a reused key.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return ConsentKept(first, replayed=True)
    client = await unit.find(Client, given.client)
    if not in_care_of(unit.actor, client.hospital_id):
        raise NotFound
    key = await key_of(unit, client.id)
    problems = await _problems(unit, given, client)
    if problems:
        raise Invalid(*problems)
    await check_month_open(unit, client.program_id, client.hospital_id, given.given_on, "given_on")
    consent_id = uuid7()
    if (first := await remember(unit, given.idempotency_key, given, consent_id)) is not None:
        return ConsentKept(first, replayed=True)
    await put_consent(unit, client, _facts(given, key, consent_id), given.recipients)
    return ConsentKept(consent_id, replayed=False)


async def put_consent(unit: Unit, client: Client, facts: dict[str, Any], recipients: Sequence[UUID] = ()) -> None:
    """Add the rows of a consent that was checked."""
    place: dict[str, Any] = {
        "client_id": client.id,
        "program_id": client.program_id,
        "hospital_id": client.hospital_id,
    }
    consent = Consent(**place, **facts, recorded_at=unit.started_at, recorded_by_id=unit.actor.user_id)
    unit.add(consent)
    await unit.session.flush()
    reached = dict.fromkeys(recipients)
    unit.add(
        *(
            ConsentRecipient(consent_id=consent.id, hospital_id=client.hospital_id, organization_id=one)
            for one in reached
        )
    )
    audit.record(unit, "consent.record", consent)


def text_facts(purpose: Purpose, language: str) -> dict[str, str]:
    """Which words were shown."""
    return {"text_version": texts.VERSION, "text_hash": texts.hash_of(purpose, language), "language": language}


def _facts(given: RecordConsent, key: DataKey, consent_id: UUID) -> dict[str, Any]:
    def sealed(column: str, text: str | None) -> bytes | None:
        return None if text is None else key.seal(text, place_of("consent", column, consent_id))

    categories = rules.FIXED_CATEGORIES.get(given.purpose) or frozenset(given.categories)
    kept = given.model_dump(include={"purpose", "basis", "signer", "relation", "channel", "given_on", "expires_on"})
    return {
        "id": consent_id,
        **kept,
        **text_facts(given.purpose, given.language),
        "categories": sorted(categories),
        "document": sealed("document", given.document),
        "guardian": sealed("guardian", given.guardian),
    }


async def _problems(unit: Unit, given: RecordConsent, client: Client) -> list[Problem]:
    program = await unit.find(Program, client.program_id)
    problems = [
        *rules.check_term(
            given.purpose, given.given_on, given.expires_on, local_date(unit.started_at, program.time_zone)
        ),
        *rules.check_reach(given.purpose, given.categories, given.recipients),
    ]
    if given.basis is Basis.CONSENT:
        born, under = Born(year=client.birth_year), settings().guardian_under
        problems += rules.check_signer(given.signer, given.relation, born, given.given_on, under)
    elif given.document is None:
        problems.append(Problem("document", "REQUIRED"))
    elif given.signer is not None:
        problems.append(Problem("signer", "NOT_SIGNED"))
    if given.recipients and not await take_part(unit, given.recipients, client.program_id):
        problems.append(Problem("recipients", "NO_SUCH_ORGANIZATION"))
    return problems


@action("consent.withdraw")
async def withdraw_consent(unit: Unit, given: WithdrawConsent) -> ConsentKept:
    """End a consent at once. Raises ``NotFound``, or ``Conflict`` when it has been withdrawn before."""
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return ConsentKept(first, replayed=True)
    consent = await unit.find(Consent, given.consent)
    await hold(unit, consent.client_id)
    if (first := await remember(unit, given.idempotency_key, given, consent.id)) is not None:
        return ConsentKept(first, replayed=True)
    row_id = uuid7()
    remark = None
    if given.remark is not None:
        key = await key_of(unit, consent.client_id)
        remark = key.seal(given.remark, place_of("consent_withdrawal", "remark", row_id))
    end = ConsentWithdrawal(
        id=row_id,
        consent_id=consent.id,
        client_id=consent.client_id,
        hospital_id=consent.hospital_id,
        withdrawn_at=unit.started_at,
        reason=given.reason,
        remark=remark,
        recorded_by_id=unit.actor.user_id,
    )
    await _put_once(unit, end, Problem("consent", "WITHDRAWN_ALREADY"))
    await _end_shares(unit, consent)
    await end_stories(unit, col(Story.consent_id) == consent.id)
    audit.record(unit, "consent.withdraw", end)
    return ConsentKept(consent.id, replayed=False)


async def _end_shares(unit: Unit, consent: Consent) -> None:
    """Whoever saw the person by this consent, or across a border with it, does not with their next request."""
    by_it = col(ClientShare.consent_id) == consent.id
    if consent.purpose is Purpose.CROSS_BORDER:
        named = select(ConsentRecipient.organization_id).where(col(ConsentRecipient.consent_id) == consent.id)
        elsewhere = await abroad(unit, consent.hospital_id, await unit.scalars(named))
        by_it = (col(ClientShare.client_id) == consent.client_id) & col(ClientShare.organization_id).in_(elsewhere)
    for share in await unit.scalars(select(ClientShare).where(by_it, col(ClientShare.ended_at).is_(None))):
        share.ended_at = unit.started_at


async def _put_once(unit: Unit, row: Row, problem: Problem) -> None:
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(problem) from None


@action("consent.record")
async def add_evidence(unit: Unit, given: AddEvidence, content: bytes) -> UUID:
    """Keep a signed form, sealed. Raises ``NotFound``, or ``Invalid`` for a file that is not what it says it is."""
    consent = await unit.find(Consent, given.consent)
    kind, clean = checked(given.file_name, content)
    kept = await unit.count(select(ConsentEvidence.id).where(col(ConsentEvidence.consent_id) == consent.id))
    if kept >= _MOST_FILES:
        raise Invalid(Problem("file", "TOO_MANY", {"limit": _MOST_FILES}))
    row = await _evidence(unit, consent, kind, clean)
    unit.add(row)
    audit.record(unit, "consent.add_evidence", row)
    return row.id


async def _evidence(unit: Unit, consent: Consent, kind: FileKind, content: bytes) -> ConsentEvidence:
    row_id = uuid7()
    key = await key_of(unit, consent.client_id)
    return ConsentEvidence(
        id=row_id,
        consent_id=consent.id,
        client_id=consent.client_id,
        hospital_id=consent.hospital_id,
        kind=kind,
        size=len(content),
        content=key.seal_bytes(content, place_of("consent_evidence", "content", row_id)),
        recorded_at=unit.started_at,
        recorded_by_id=unit.actor.user_id,
    )
