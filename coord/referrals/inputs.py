"""What somebody says when a referral is sent, moved, answered or reviewed."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Blank, Day, Input, Instant, Line, Prose
from coord.referrals.codes import (
    Box,
    ContactChannel,
    ReferralDirection,
    ReferralEventKind,
    ReferralKind,
    ReferralNeed,
    ReferralOutcome,
    ReferralReason,
    ReferralState,
    Urgency,
)

MAX_REASON, MAX_NOTE = 400, 2000

Code = Annotated[Line, Field(min_length=1, max_length=32)]
Reason = Annotated[str, Prose, Field(min_length=1, max_length=MAX_REASON)]
Note = Annotated[Annotated[str, Prose, Field(max_length=MAX_NOTE)] | None, Blank]


class Packet(Input):
    """What travels beyond the minimum: each part that is filled in, and the scales if chosen."""

    diagnosis: Note = None
    medication: Note = None
    risk_and_safety: Note = None
    social_situation: Note = None
    supporter_contact: Note = None
    with_scales: bool = False


class SendReferral(Packet):
    """A referral to one organization for one need. ``reason`` is read before acceptance: it names nobody.

    ``parent``: the referral that this one follows.
    """

    idempotency_key: UUID
    program: Code
    client: UUID
    target: UUID
    need: ReferralNeed = ReferralNeed.COMMUNITY_REHABILITATION
    kind: ReferralKind = ReferralKind.SOCIAL
    direction: ReferralDirection
    urgency: Urgency = Urgency.ROUTINE
    reason: Reason
    consent: Annotated[UUID | None, Blank] = None
    contact_prohibited: bool = False
    parent: Annotated[UUID | None, Blank] = None
    draft: bool = False
    """Keep it without sending it."""


class Seen(Input):
    """``seen_state``: where the referral stood when the actor looked at it; left out by systems that did not look."""

    seen_state: Annotated[ReferralState | None, Blank] = None


class ReferralStep(Seen):
    """A step of one referral, made once for each key."""

    idempotency_key: UUID
    referral: UUID


class CompleteReferral(Packet, ReferralStep):
    """A draft, or a referral that came back for missing information, is completed and sent."""

    urgency: Urgency
    reason: Reason
    consent: Annotated[UUID | None, Blank] = None
    contact_prohibited: Annotated[bool | None, Blank] = None
    """Left out, it stays as it was: nobody lifts a prohibition by saying nothing."""


class MoveReferral(ReferralStep):
    """One event. The four that end or turn a referral need a reason that fits."""

    event: ReferralEventKind
    reason_code: Annotated[ReferralReason | None, Blank] = None
    note: Note = None


class ForwardReferral(ReferralStep):
    """The receiving side passes it on: a child goes to another organization."""

    target: UUID
    note: Note = None


class ReferBack(Packet):
    """A counter-referral: the receiving side sends the person back. ``referral``: the one by which they came."""

    idempotency_key: UUID
    referral: UUID
    need: ReferralNeed = ReferralNeed.PSYCHIATRIC_CARE
    urgency: Urgency = Urgency.ROUTINE
    reason: Reason
    contact_prohibited: bool = False


class RecordContact(ReferralStep):
    """The first contact, proven by a service contact of the receiving organization."""

    service_contact: UUID


class RecordAttempt(Input):
    """The person could not be reached."""

    idempotency_key: UUID
    referral: UUID
    channel: ContactChannel
    tried_at: Annotated[Instant | None, Blank] = None


class AssignReferral(Input):
    """Who of the receiving side looks after it."""

    referral: UUID
    worker: UUID


class SendFeedback(ReferralStep):
    """What comes back to the sender. With an outcome it is the closing one, without it a word in between."""

    outcome: Annotated[ReferralOutcome | None, Blank] = None
    note: Note = None
    plan_summary: Note = None
    unmet_needs: Note = None


class AskOverride(Input):
    """Sending without consent is asked for, with the reason why it cannot wait for one."""

    referral: UUID
    reason: Annotated[str, Prose, Field(min_length=10, max_length=MAX_REASON)]


class ReviewDecline(Input):
    """After a refusal: the next provider, or none was found."""

    idempotency_key: UUID
    referral: UUID
    target: Annotated[UUID | None, Blank] = None
    note: Note = None


class ReferralFilter(Input):
    """Which referrals to list; every field narrows."""

    box: Annotated[Box | None, Blank] = None
    program: Annotated[Code | None, Blank] = None
    state: Annotated[tuple[ReferralState, ...], Field(max_length=len(ReferralState))] = ()
    direction: Annotated[ReferralDirection | None, Blank] = None
    source: Annotated[UUID | None, Blank] = None
    target: Annotated[UUID | None, Blank] = None
    client: Annotated[UUID | None, Blank] = None
    overdue: bool | None = None
    from_day: Annotated[Day | None, Blank] = None
    to_day: Annotated[Day | None, Blank] = None
    updated_since: Annotated[Instant | None, Blank] = None
    updated_before: Annotated[Instant | None, Blank] = None
