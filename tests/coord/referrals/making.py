"""Referrals for tests in as few words as possible: Sam of North sends Lin to the center, where Cai receives."""

import uuid
from datetime import timedelta
from typing import Any

from coord.access import Actor
from coord.clients.consents import RecordConsent, record_consent
from coord.kernel.clock import today
from coord.placements.tables import Placement
from coord.referrals import MoveReferral, SendReferral, move_as_source, move_as_target, send_referral
from coord.referrals.codes import ReferralEventKind
from coord.referrals.inputs import RecordContact, SendFeedback
from coord.referrals.responding import record_contact, send_feedback
from coord.referrals.sending import Moved
from coord.referrals.tables import Referral
from coord.work import begin
from coord.workforce.tables import Worker
from tests.coord.making import contact, log, signed_in, stored
from tests.world import BUILDER, CENTER, LIN, PROGRAM, PROGRAM_ID, STARTS, cast, fixed

E = ReferralEventKind
CAI_WORKER = fixed("worker/cai")
EVERYTHING = [
    "BASIC_FILE", "DIAGNOSIS", "SCALES", "RISK_AND_SAFETY", "MEDICATION", "SOCIAL_SITUATION", "SUPPORTER_CONTACT",
]  # fmt: skip


def key() -> str:
    return str(uuid.uuid4())


async def post_at_center() -> None:
    """Cai works at the center, so that what happens there can be logged."""
    async with begin(BUILDER) as unit:
        unit.add(
            Worker(id=CAI_WORKER, code="W-CAI", display_name="Cai", employer_id=CENTER, user_id=fixed("user/cai")),
        )
        await unit.session.flush()
        unit.add(
            Placement(
                program_id=PROGRAM_ID, hospital_id=CENTER, employer_id=CENTER, worker_id=CAI_WORKER, starts_on=STARTS
            )
        )


async def consent(actor: Actor = cast.sam, **changed: Any) -> uuid.UUID:
    """Lin lets the center have everything for a year."""
    day = today("Asia/Shanghai")
    given = {
        "idempotency_key": key(), "client": str(LIN), "purpose": "INFORMATION_SHARING", "recipients": [str(CENTER)],
        "categories": EVERYTHING, "signer": "SELF", "channel": "ON_SCREEN", "language": "zh-CN",
        "given_on": day.isoformat(), "expires_on": (day + timedelta(days=365)).isoformat(), **changed,
    }  # fmt: skip
    async with begin(actor) as unit:
        return (await record_consent(unit, RecordConsent.parse(given))).consent_id


def referral(**changed: Any) -> SendReferral:
    """Sam's referral of Lin to the center; None leaves a field out."""
    given = {
        "idempotency_key": key(), "program": PROGRAM, "client": str(LIN), "target": str(CENTER), "direction": "DOWN",
        "reason": "出院后需要社区康复", **changed,
    }  # fmt: skip
    return SendReferral.parse({name: value for name, value in given.items() if value is not None})


async def send(given: SendReferral | None = None, actor: Actor = cast.sam) -> uuid.UUID:
    async with begin(actor) as unit:
        return (await send_referral(unit, given or referral())).referral_id


async def sent() -> uuid.UUID:
    """A referral on its way, with consent and somebody at the center who can work."""
    await post_at_center()
    await consent()
    return await send()


def moving(referral_id: uuid.UUID, event: E, **more: Any) -> MoveReferral:
    return MoveReferral.parse({"idempotency_key": key(), "referral": str(referral_id), "event": event, **more})


async def by_target(referral_id: uuid.UUID, event: E, *, actor: Actor | None = None, **more: Any) -> Moved:
    async with begin(actor or await signed_in("cai")) as unit:
        return await move_as_target(unit, moving(referral_id, event, **more))


async def by_source(referral_id: uuid.UUID, event: E, *, actor: Actor = cast.sam, **more: Any) -> Moved:
    """As somebody who has just looked at it, unless the words say what was seen."""
    seen = {"seen_state": (await row(referral_id)).state} if "seen_state" not in more else {}
    async with begin(actor) as unit:
        return await move_as_source(unit, moving(referral_id, event, **seen, **more))


async def seen(referral_id: uuid.UUID) -> Moved:
    """Cai logs a contact with Lin today and names it as the first contact."""
    cai = await signed_in("cai")
    done = await log(contact(occurred_on=today("Asia/Shanghai").isoformat()), cai)
    async with begin(cai) as unit:
        given = {"idempotency_key": key(), "referral": str(referral_id), "service_contact": str(done.contact_id)}
        return await record_contact(unit, RecordContact.parse(given))


async def feedback(
    referral_id: uuid.UUID, outcome: str | None = "COMPLETED", actor: Actor | None = None, **more: Any
) -> Moved:
    given = {"idempotency_key": key(), "referral": str(referral_id), "outcome": outcome, **more}
    async with begin(actor or await signed_in("cai")) as unit:
        return await send_feedback(unit, SendFeedback.parse(given))


async def row(referral_id: uuid.UUID) -> Referral:
    found: Referral = (await stored(Referral, Referral.id == referral_id))[0]
    return found
