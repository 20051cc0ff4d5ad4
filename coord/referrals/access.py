"""Who sees a referral: both sides, the receiving one from the sending on, and the foundation that runs the program."""

from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import col

from coord.access import Actor, Retention, Role, Scope, protect
from coord.access.rows import Wall, all_of, among, any_of, beside, one_of
from coord.access.whoever import Never
from coord.clients.access import live_shares, of_care_team
from coord.clients.restricted import hiding
from coord.clients.tables import Client, ClientShare
from coord.programs.access import overseen
from coord.referrals.codes import ReferralRelation
from coord.referrals.machine import HIDDEN_FROM_TARGET, SHARED
from coord.referrals.tables import (
    Referral,
    ReferralAttempt,
    ReferralClock,
    ReferralEvent,
    ReferralFeedback,
    ReferralKey,
    ReferralOverride,
    ReferralPacket,
    ReferralReminder,
    ReferralReview,
)

HANDLING = (Role.SOCIAL_WORKER, Role.COMMUNITY_RECEIVER, Role.HOSPITAL_COORDINATOR)
"""Roles that move referrals for their own organization."""


def of_side(organization_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Rows of an organization for which the actor handles or supervises referrals."""
    return one_of(organization_id, actor.at(*HANDLING) + actor.scope(Scope.HOSPITALS_SUPERVISED))


def linked(referral_id: Any, actor: Actor) -> ColumnElement[bool]:
    """The one referral of somebody who acts by a signed link; never for everybody else."""
    return one_of(referral_id, actor.scope(Scope.REFERRALS_LINKED))


def _came_in(referral: Any, actor: Actor) -> ColumnElement[bool]:
    mine = any_of(of_side(referral.target_id, actor), linked(referral.id, actor))
    return all_of(mine, referral.state.not_in(HIDDEN_FROM_TARGET))


def visible_referrals(actor: Actor) -> ColumnElement[bool]:
    """What one's organization sent and was sent, and the programs that the actor oversees."""
    return any_of(
        of_side(Referral.source_id, actor), _came_in(_columns(), actor), overseen(col(Referral.program_id), actor)
    )


def own_referrals(actor: Actor) -> ColumnElement[bool]:
    """What one's organization sent and was sent: only the two sides write."""
    return any_of(of_side(Referral.source_id, actor), _came_in(_columns(), actor))


def _columns() -> Any:
    return Referral.__table__.c  # type: ignore[attr-defined]


def knows_whom(actor: Actor) -> ColumnElement[bool]:
    """Referrals of which the actor may learn whom they are about, by name or pseudonym.

    The receiving side not before it has accepted: who has known a person before would else find them in a sketch, by
    their id or by the referral that it follows. Except in whose care the person is anyway.
    """
    if actor.unscoped:
        return true()
    people = beside(Client)
    own = among(Referral.client_id, people.c.id, of_care_team(people.c.hospital_id, actor))
    above = overseen(col(Referral.program_id), actor)
    return any_of(of_side(Referral.source_id, actor), col(Referral.accepted_at).is_not(None), own, above)


def of_sender(column: Any) -> Any:
    """Rows that concern the sending side and the foundation, not the receiving side."""

    def rows(actor: Actor) -> ColumnElement[bool]:
        parent = beside(Referral)
        seen = any_of(of_side(parent.c.source_id, actor), overseen(parent.c.program_id, actor))
        return among(column, parent.c.id, seen)

    return rows


def visible_packets(actor: Actor) -> ColumnElement[bool]:
    """Packets that were sent, and those that were received, while the person is shared with the receiving side.

    A counter-referral takes the person to their own hospital: nobody is shared, its packet opens while it is in hand there.
    """
    parent, share = beside(Referral), ClientShare.__table__  # type: ignore[attr-defined]
    came_back = all_of(
        of_side(parent.c.target_id, actor),
        parent.c.relation == ReferralRelation.COUNTER_REFERRAL,
        parent.c.state.in_(SHARED),
    )
    return any_of(
        among(ReferralPacket.id, parent.c.id, of_side(parent.c.source_id, actor)),
        among(ReferralPacket.id, parent.c.id, came_back),
        among(ReferralPacket.id, share.c.origin_id, live_shares(actor)),
    )


def of_referral(column: Any, *, oversight: bool = True) -> Any:
    """Rows that go with their referral."""

    def rows(actor: Actor) -> ColumnElement[bool]:
        parent = beside(Referral)
        came = _came_in(parent.c, actor)
        above = overseen(parent.c.program_id, actor) if oversight else Never()
        seen = any_of(of_side(parent.c.source_id, actor), came, above)
        return among(column, parent.c.id, seen)

    return rows


protect(
    Referral,
    hiding(visible_referrals, col(Referral.client_id)),
    retention=Retention.CLINICAL,
    personal=("client_id", "age_band", "district", "reason", "discharged_at"),
    wall=Wall(sees=visible_referrals, writes=own_referrals),
)
protect(
    ReferralKey,
    hiding(of_referral(ReferralKey.id, oversight=False), col(ReferralKey.client_id)),
    retention=Retention.CLINICAL,
    personal=("wrapped",),
)
protect(
    ReferralPacket,
    visible_packets,
    retention=Retention.CLINICAL,
    personal=("content",),
)
protect(ReferralEvent, of_referral(ReferralEvent.referral_id), retention=Retention.CLINICAL, personal=("note",))
protect(ReferralClock, of_referral(ReferralClock.referral_id), retention=Retention.CLINICAL)
protect(ReferralReminder, of_referral(ReferralReminder.referral_id), retention=Retention.CLINICAL)
protect(ReferralAttempt, of_referral(ReferralAttempt.referral_id), retention=Retention.CLINICAL)
protect(
    ReferralFeedback, of_referral(ReferralFeedback.referral_id), retention=Retention.CLINICAL, personal=("content",)
)
# Whoever refuses opens the review, which then is the sending side's.
protect(
    ReferralReview,
    of_sender(ReferralReview.id),
    retention=Retention.CLINICAL,
    wall=Wall(sees=of_referral(ReferralReview.id)),
)
protect(ReferralOverride, of_sender(ReferralOverride.id), retention=Retention.CLINICAL, personal=("reason",))
