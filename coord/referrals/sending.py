"""The sending side: write a referral, send it, complete it after a return, take it back, acknowledge its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord.clients.borders import allowed_until
from coord.clients.consents import consents_of, covering
from coord.clients.consents.codes import DataCategory, Purpose
from coord.clients.consents.holding import hold
from coord.clients.consents.rules import GivenConsent
from coord.clients.keys import place_of
from coord.clients.tables import Client, ClientShare
from coord.kernel.clock import local_date
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.programs import take_part
from coord.programs.tables import Program
from coord.referrals.codes import ReferralEventKind, ReferralRelation
from coord.referrals.discharged import note_discharge
from coord.referrals.inputs import CompleteReferral, MoveReferral, Packet, SendReferral
from coord.referrals.moving import Why, fitting_move, handles_for, locked, move, require_seen
from coord.referrals.overriding import is_overridden
from coord.referrals.packets import came_with, put_packet
from coord.referrals.rules import age_band, blocks_of, check_reason, field_of, new_code
from coord.referrals.sealing import key_of
from coord.referrals.tables import Referral
from coord.referrals.ticking import terms_on
from coord.referrals.writing import put_referral
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed

_BY_SOURCE = frozenset({ReferralEventKind.WITHDRAW, ReferralEventKind.ACKNOWLEDGE, ReferralEventKind.FAIL})


@dataclass(frozen=True, slots=True)
class Moved:
    """The referral that a key made or moved, and whether this call only repeated the answer."""

    referral_id: UUID
    replayed: bool


@action("referral.send")
async def send_referral(unit: Unit, given: SendReferral) -> Moved:
    """Write a referral of a client of the actor's organization and send it, or keep it as a draft.

    Raises ``NotFound`` for foreign clients, ``Invalid`` without a valid consent that covers target and blocks,
    ``Conflict`` when one for the same need is open at the target.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return Moved(first, replayed=True)
    client, program = await _client_of(unit, given)
    if problems := await _target_problems(unit, given.target, client):
        raise Invalid(*problems)
    referral = _row(unit, given, client, program)
    if given.parent is not None:
        referral.parent_id, referral.relation = await _parent(unit, given.parent, client)
    if (first := await remember(unit, given.idempotency_key, given, referral.id)) is not None:
        return Moved(first, replayed=True)
    await put_referral(unit, referral, given.reason)
    if not given.draft:
        await send(unit, referral, given.consent, given)
    return Moved(referral.id, replayed=False)


@action("referral.send")
async def complete_referral(unit: Unit, given: CompleteReferral) -> Moved:
    """Complete a draft or a returned referral and send it (again). Raises like ``send_referral``."""
    referral = await locked(unit, given.referral)
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return Moved(first, replayed=True)
    require_seen(referral, given, ReferralEventKind.SEND)
    fitting_move(unit, referral, ReferralEventKind.SEND)
    if (first := await remember(unit, given.idempotency_key, given, referral.id)) is not None:
        return Moved(first, replayed=True)
    key = await key_of(unit, referral.id)
    referral.reason = key.seal(given.reason, place_of("referral", "reason", referral.id))
    referral.urgency = given.urgency
    if given.contact_prohibited is not None:
        referral.contact_prohibited = given.contact_prohibited
    await send(unit, referral, given.consent, given)
    return Moved(referral.id, replayed=False)


@action("referral.send")
async def move_as_source(unit: Unit, given: MoveReferral) -> Moved:
    """Withdraw a referral, acknowledge its feedback, or say that it has failed.

    Raises ``NotFound``, ``Conflict`` when its state has moved on or is not the one that was seen, ``Invalid`` for
    the other side and for reasons.
    """
    return await moved(unit, given, _BY_SOURCE)


async def moved(unit: Unit, given: MoveReferral, events: frozenset[ReferralEventKind]) -> Moved:
    """One plain move of a side, once for each key."""
    referral = await locked(unit, given.referral)
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return Moved(first, replayed=True)
    require_seen(referral, given, given.event)
    if given.event not in events:
        raise Invalid(Problem("event", "NOT_A_CHOICE"))
    fitting_move(unit, referral, given.event)
    if problems := list(check_reason(given.event, given.reason_code, given.note)):
        raise Invalid(*problems)
    if (first := await remember(unit, given.idempotency_key, given, referral.id)) is not None:
        return Moved(first, replayed=True)
    await move(unit, referral, given.event, Why(given.reason_code, given.note))
    return Moved(referral.id, replayed=False)


async def _client_of(unit: Unit, given: SendReferral) -> tuple[Client, Program]:
    client = await unit.find(Client, given.client)
    program = await unit.find(Program, client.program_id)
    if program.code != given.program:
        raise Invalid(Problem("program", "NOT_THE_CLIENTS_PROGRAM"))
    # Somebody else's client who is shared with us is referred on through the referral that shared them.
    if not handles_for(unit, client.hospital_id):
        raise NotFound
    return client, program


async def _target_problems(unit: Unit, target: UUID, client: Client) -> Sequence[Problem]:
    if not await take_part(unit, [target], client.program_id):
        return [Problem("target", "NO_SUCH_ORGANIZATION")]
    return [Problem("target", "TO_ITSELF")] if target == client.hospital_id else []


def _row(unit: Unit, given: SendReferral, client: Client, program: Program) -> Referral:
    kept = given.model_dump(include={"need", "kind", "direction", "urgency", "contact_prohibited"})
    return Referral(
        id=uuid7(),
        program_id=client.program_id,
        client_id=client.id,
        source_id=client.hospital_id,
        target_id=given.target,
        code=new_code(),
        age_band=age_band(client.birth_year, local_date(unit.started_at, program.time_zone)),
        district=client.district,
        reason=b"",
        created_by_id=unit.actor.user_id,
        created_at=unit.started_at,
        updated_at=unit.started_at,
        **kept,
    )


async def _parent(unit: Unit, parent_id: UUID, client: Client) -> tuple[UUID, ReferralRelation]:
    parent = await unit.find(Referral, parent_id)
    if parent.client_id != client.id:
        raise NotFound
    return parent.id, ReferralRelation.REREFERRAL


async def send(unit: Unit, referral: Referral, consent_id: UUID | None, packet: Packet) -> None:
    """Send what consent covers; the packet is made now, and opens with the acceptance.

    Raises ``Invalid`` without a consent that covers target and blocks, unless two people have said why; without a consent across the border
    for a target in another region, whoever says what. A counter-referral goes back under the share by which the person
    came: ``NotFound`` once that has ended.
    """
    if referral.relation is ReferralRelation.COUNTER_REFERRAL:
        await send_back(unit, referral, packet)
        return
    blocks = blocks_of(packet)
    await hold(unit, referral.client_id)
    consent = await covering_consent(unit, referral, consent_id, blocks)
    if consent is None and not await is_overridden(unit, referral.id):
        raise Invalid(Problem("consent", "NO_VALID_CONSENT"))
    border_until = await allowed_until(unit, referral.client_id, referral.source_id, referral.target_id, blocks)
    referral.blocks, referral.consent_id = list(blocks), None if consent is None else consent.id
    ends = [end for end in (border_until, None if consent is None else consent.expires_at) if end is not None]
    await _prepare_share(unit, referral, min(ends, default=None))
    await _go(unit, referral, packet)


async def send_back(unit: Unit, referral: Referral, packet: Packet) -> None:
    """Send a counter-referral; parts of another kind than came with the person wait for the feedback.

    The sender reads no consents of a person who is shared with them: that these parts came shows that one covers them.
    """
    await unit.find(Client, referral.client_id)
    came, blocks = await came_with(unit, referral.parent_id), blocks_of(packet)
    if more := [block for block in blocks if block not in came]:
        raise Invalid(*(Problem(field_of(block), "DID_NOT_COME_WITH_THEM") for block in more))
    referral.blocks = list(blocks)
    await _go(unit, referral, packet)


async def _go(unit: Unit, referral: Referral, packet: Packet) -> None:
    """Begin a round: its terms, the discharge that it follows, the packet, the move."""
    referral.round += 1
    zone = (await unit.find(Program, referral.program_id)).time_zone
    terms = await terms_on(unit, referral.program_id, zone, unit.started_at)
    referral.expires_at = unit.started_at + terms.expires_after
    if referral.sent_on is None:
        referral.sent_on = local_date(unit.started_at, zone)
    await note_discharge(unit, referral)
    await put_packet(unit, referral, packet)
    await move(unit, referral, ReferralEventKind.SEND)


async def covering_consent(
    unit: Unit, referral: Referral, consent_id: UUID | None, blocks: Sequence[DataCategory]
) -> GivenConsent | None:
    """The named consent, or any, that covers sending these blocks to the target just now.

    One that was withdrawn a moment ago covers nothing, also where this unit began before that moment.
    """
    given = (await consents_of(unit, [referral.client_id])).get(referral.client_id, ())
    offered = [one for one in given if consent_id in {None, one.id} and one.withdrawn_at is None]
    return covering(offered, Purpose.INFORMATION_SHARING, referral.target_id, unit.started_at, blocks)


async def _prepare_share(unit: Unit, referral: Referral, until: datetime | None) -> None:
    """The share waits for the acceptance; a referral that is sent again has it already."""
    facts: dict[str, Any] = {"consent_id": referral.consent_id, "until_at": until, "from_at": None, "ended_at": None}
    statement = select(ClientShare).where(col(ClientShare.origin_id) == referral.id)
    share: ClientShare | None = await unit.scalar(statement)
    if share is None:
        client = await unit.find(Client, referral.client_id)
        share = ClientShare(
            client_id=client.id, hospital_id=client.hospital_id, organization_id=referral.target_id,
            origin_id=referral.id, with_identity=True,
        )  # fmt: skip
        unit.add(share)
    for name, value in facts.items():
        setattr(share, name, value)
    await unit.session.flush()
