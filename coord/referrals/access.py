"""Who sees a referral: both sides, the receiving one from the sending on, and the foundation that runs the program."""

from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from coord.access import Actor, Retention, Role, Scope, protect
from coord.access.rows import Wall, any_of, one_of
from coord.clients.access import live_shares
from coord.clients.tables import ClientShare
from coord.kernel.sql import select
from coord.programs.access import overseen
from coord.referrals.machine import HIDDEN_FROM_TARGET
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


def of_side(organization_id: Any, actor: Actor) -> ColumnElement[bool] | None:
    """Rows of an organization for which the actor handles or supervises referrals."""
    places = actor.at(*HANDLING) + actor.scope(Scope.HOSPITALS_SUPERVISED)
    return one_of(organization_id, places) if places else None


def linked(referral_id: Any, actor: Actor) -> ColumnElement[bool] | None:
    """The one referral of somebody who acts by a signed link; None for everybody else."""
    only = actor.scope(Scope.REFERRALS_LINKED)
    return one_of(referral_id, only) if only else None


def _came_in(referral: Any, actor: Actor) -> ColumnElement[bool] | None:
    mine, one = of_side(referral.target_id, actor), linked(referral.id, actor)
    if mine is None and one is None:
        return None
    return and_(any_of(mine, one), referral.state.not_in(HIDDEN_FROM_TARGET))


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


def of_sender(column: Any) -> Any:
    """Rows that concern the sending side and the foundation, not the receiving side."""

    def rows(actor: Actor) -> ColumnElement[bool]:
        parent = Referral.__table__.alias("sent_referral")  # type: ignore[attr-defined]
        seen = any_of(of_side(parent.c.source_id, actor), overseen(parent.c.program_id, actor))
        found: ColumnElement[bool] = col(column).in_(select(parent.c.id).where(seen))
        return found

    return rows


def visible_packets(actor: Actor) -> ColumnElement[bool]:
    """Packets that were sent, and those that were received, while the person is shared with the receiving side."""
    parent, share = Referral.__table__.alias("packed_referral"), ClientShare.__table__  # type: ignore[attr-defined]
    mine, live = of_side(parent.c.source_id, actor), live_shares(actor)
    return any_of(
        None if mine is None else col(ReferralPacket.id).in_(select(parent.c.id).where(mine)),
        None if live is None else col(ReferralPacket.id).in_(select(share.c.origin_id).where(live)),
    )


def of_referral(column: Any, *, oversight: bool = True) -> Any:
    """Rows that go with their referral."""

    def rows(actor: Actor) -> ColumnElement[bool]:
        parent = Referral.__table__.alias("parent_referral")  # type: ignore[attr-defined]
        came = _came_in(parent.c, actor)
        above = overseen(parent.c.program_id, actor) if oversight else None
        seen = any_of(of_side(parent.c.source_id, actor), came, above)
        found: ColumnElement[bool] = col(column).in_(select(parent.c.id).where(seen))
        return found

    return rows


protect(
    Referral,
    visible_referrals,
    retention=Retention.CLINICAL,
    personal=("client_id", "age_band", "district", "reason"),
    wall=Wall(writes=own_referrals),
)
protect(ReferralKey, of_referral(ReferralKey.id, oversight=False), retention=Retention.CLINICAL, personal=("wrapped",))
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
    wall=Wall(sees=of_referral(ReferralReview.id), writes=of_referral(ReferralReview.id)),
)
protect(ReferralOverride, of_sender(ReferralOverride.id), retention=Retention.CLINICAL, personal=("reason",))
