"""What the sender says of a link, and what somebody says through one."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Blank, Day, Input, Whole
from coord.referrals.codes import ReferralEventKind, ReferralOutcome, ReferralReason
from coord.referrals.inputs import Note, ReferralStep, Seen
from coord.referrals.links.rules import LONGEST, SHORTEST, USUAL


class CreateLink(Input):
    """A link to a referral, good for some days."""

    referral: UUID
    days: Annotated[Whole, Field(ge=SHORTEST, le=LONGEST)] = USUAL


class AnswerByLink(Seen):
    """Taken on, refused, or sent back for what is missing."""

    idempotency_key: UUID
    event: ReferralEventKind
    reason_code: Annotated[ReferralReason | None, Blank] = None
    note: Note = None


class ReportContact(ReferralStep):
    """The person was met on a day: the word of an organization that keeps no records here."""

    met_on: Day


class FeedbackByLink(Seen):
    """How it ended, with a word about it."""

    idempotency_key: UUID
    outcome: ReferralOutcome
    note: Note = None
    plan_summary: Note = None
    unmet_needs: Note = None
