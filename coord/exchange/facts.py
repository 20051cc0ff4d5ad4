"""A referral as it is exchanged: what its viewer may see of it, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from coord.clients.consents.codes import DataCategory
from coord.organizations.tables import OrganizationKind
from coord.referrals.codes import (
    ReferralDirection,
    ReferralKind,
    ReferralNeed,
    ReferralOutcome,
    ReferralReason,
    ReferralRelation,
    ReferralState,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class Party:
    """One side. ``kind`` is None where a partner's system does not say it."""

    code: str
    name: str
    kind: OrganizationKind | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who is referred, for those who may know; every part may be missing."""

    code: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """The consent that covers the sending; ``at``: when that was checked."""

    id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A referral between two systems. ``id`` and ``code`` are ours; ``identifiers`` are the partners' own."""

    state: ReferralState
    need: ReferralNeed
    direction: ReferralDirection
    reason: str
    source: Party
    target: Party
    written_at: datetime
    id: UUID | None = None
    code: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    kind: ReferralKind = ReferralKind.SOCIAL
    urgency: Urgency = Urgency.ROUTINE
    contact_prohibited: bool = False
    updated_at: datetime | None = None
    person: Person | None = None
    age_band: str | None = None
    district: str | None = None
    consent: Agreed | None = None
    packet: Mapping[DataCategory, str] = field(default_factory=dict)
    parent: UUID | None = None
    relation: ReferralRelation | None = None
    worker: str | None = None
    """The code of the receiving worker; no name."""
    why: ReferralReason | None = None
    outcome: ReferralOutcome | None = None
    failed_late: bool = False
    """It failed after it was accepted; one that failed before was cancelled."""
    first_contact_at: datetime | None = None
    closed_at: datetime | None = None
    proof: UUID | None = None
    """The service contact that proves the first contact; partners send it, we do not."""
    is_exact: bool = True
    """The state is given by our own code; otherwise it is what the Task's status alone may mean."""
