"""The action that a move of a bundle asks for."""

from typing import Any, NamedTuple
from uuid import UUID, uuid5

from coord.clients.consents.codes import DataCategory
from coord.exchange.facts import Exchanged
from coord.kernel.errors import Invalid, Problem
from coord.referrals import MoveReferral, move_as_source, move_as_target, record_contact, send_feedback
from coord.referrals.codes import ReferralEventKind, ReferralReason, Side
from coord.referrals.inputs import CompleteReferral, RecordContact, SendFeedback
from coord.referrals.machine import REASONS, move_of
from coord.referrals.rules import PART_OF
from coord.referrals.sending import complete_referral
from coord.referrals.tables import Referral
from coord.work import Unit

E = ReferralEventKind


class Said(NamedTuple):
    """What a bundle says, and why in its own words."""

    facts: Exchanged
    why: str


def packet_of(facts: Exchanged) -> dict[str, Any]:
    """What a sender's bundle lets travel, as the fields of our input; results of scales are our own."""
    parts = {PART_OF[block]: text for block, text in facts.packet.items() if block in PART_OF}
    return {
        **parts,
        "with_scales": DataCategory.SCALES in facts.packet,
        "urgency": facts.urgency,
        "reason": facts.reason,
        "consent": None if facts.consent is None else facts.consent.id,
        "contact_prohibited": facts.contact_prohibited,
    }


async def move_to(unit: Unit, referral: Referral, event: ReferralEventKind, said: Said) -> None:
    """Make the move. Raises as its action does."""
    # The same bundle twice at once makes the same key, and one of them only repeats the answer.
    key = uuid5(referral.id, f"{event}/{referral.round}/{referral.updated_at.isoformat()}")
    known: dict[str, Any] = {"idempotency_key": key, "referral": referral.id, "seen_state": referral.state}
    if event is E.SEND:
        await complete_referral(unit, CompleteReferral.parse({**known, **packet_of(said.facts)}))
    elif event is E.RECORD_CONTACT:
        await record_contact(unit, RecordContact.parse({**known, "service_contact": _proof(said.facts)}))
    elif event is E.SEND_FEEDBACK:
        if said.facts.outcome is None:
            raise Invalid(Problem("Task.output", "FHIR_NO_OUTCOME"))
        await send_feedback(unit, SendFeedback.parse({**known, "outcome": said.facts.outcome}))
    else:
        given = MoveReferral.parse({**known, "event": event, **_why(event, said)})
        move = move_of(referral.state, event)
        by_source = move is not None and move.side is Side.SOURCE
        await (move_as_source if by_source else move_as_target)(unit, given)


def _proof(facts: Exchanged) -> UUID:
    if facts.proof is None:
        raise Invalid(Problem("Task.output", "FHIR_NEEDS_PROOF"))
    return facts.proof


def _why(event: ReferralEventKind, said: Said) -> dict[str, Any]:
    """The reason by our code, or in the partner's words where it is none of ours."""
    if event not in REASONS:
        return {}
    if said.facts.why is not None and said.facts.why is not ReferralReason.OTHER:
        return {"reason_code": said.facts.why}
    return {"reason_code": ReferralReason.OTHER, "note": said.why}
