"""Measures of referrals, each over the same referrals: those first sent in the period, under the hospital that sent them.

Follow-up and readmission are counted by discharge (England's 72 hours; FUH's 7 and 30 days), under the hospital that
discharged.
"""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col

from coord.kernel.sql import select
from coord.measures.facts import Facts, Measure, number_of
from coord.referrals.codes import Clock, ReferralOutcome, ReferralState
from coord.referrals.tables import Referral, ReferralClock


def _in_time(clock: Clock) -> Any:
    """The clock of the first sending was stopped before it ran out."""
    return col(Referral.id).in_(
        select(ReferralClock.referral_id).where(
            col(ReferralClock.clock) == clock,
            col(ReferralClock.round) == 1,
            col(ReferralClock.stopped_at) <= col(ReferralClock.due_at),
        )
    )


_RECEIVED = col(Referral.received_at).is_not(None)
_DECIDED = col(Referral.decided_at).is_not(None)


def _of_sent(name: str, *conditions: Any) -> Measure:
    return number_of(name, Facts.REFERRALS, *conditions)


REFERRAL_MEASURES: Sequence[Measure] = (
    _of_sent("referrals_sent"),
    _of_sent("referrals_received", _RECEIVED),
    _of_sent("referrals_acknowledged_in_time", _RECEIVED, _in_time(Clock.ACKNOWLEDGE)),
    _of_sent("referrals_decided_in_time", _RECEIVED, _DECIDED, _in_time(Clock.DECIDE)),
    _of_sent("referrals_accepted", col(Referral.accepted_at).is_not(None)),
    _of_sent("referrals_declined", col(Referral.state) == ReferralState.DECLINED),
    _of_sent("referrals_expired", col(Referral.state) == ReferralState.EXPIRED),
    # Proven by a record, or told by an organization that answers by link.
    _of_sent("referrals_first_contact", col(Referral.first_contact_at).is_not(None)),
    Measure("first_contacts_7d", Facts.MEETINGS),
    Measure("first_contact_hours", Facts.MEETINGS),
    Measure("first_appointments", Facts.MEETINGS),
    Measure("first_appointments_kept", Facts.MEETINGS),
    _of_sent("referrals_closed_loop", col(Referral.state) == ReferralState.CLOSED),
    _of_sent("referrals_ended", col(Referral.outcome).is_not(None)),
    _of_sent("referrals_lost", col(Referral.outcome) == ReferralOutcome.LOST),
    *(
        Measure(name, Facts.DISCHARGES)
        for name in (
            "followup_due_72h", "followed_72h", "followup_due_7d", "followed_7d", "followup_due_30d", "followed_30d",
            "readmission_due_30d", "readmitted_30d", "readmission_due_90d", "readmitted_90d",
        )
    ),
)  # fmt: skip
