"""Ratios: each a measure over another, so that they add up as sum over sum and have the rows of both behind them.

Q1 to Q12, Q14 and Q15 are the program's quality indicators; their targets are the program's own and can be changed there.
Without a whole there is no ratio: not 0 and not 100 percent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part of a whole, or with ``is_mean`` an average; ``aim`` is the usual target, ``at_most`` says from which side."""

    name: str
    part: str
    whole: str
    indicator: str | None = None
    aim: float | None = None
    at_most: bool = False
    is_mean: bool = False

    def of(self, figures: Mapping[str, int]) -> float | None:
        """The ratio of figures; None where there is nothing to be a part of."""
        return figures[self.part] / figures[self.whole] if figures[self.whole] else None


RATIOS: Mapping[str, Ratio] = {
    ratio.name: ratio
    for ratio in (
        Ratio("identified_share", "identified_heads", "person_times"),
        Ratio("response_in_time_rate", "referrals_decided_in_time", "referrals_received", "Q1", 0.9),
        Ratio("opening_rate", "intakes_opened", "intakes_decided", "Q2"),
        Ratio("assessment_in_time_rate", "assessments_in_time", "assessments_due", "Q3", 0.9),
        Ratio("plan_approval_rate", "plans_approved", "plans_due", "Q4", 1.0),
        Ratio("record_in_time_rate", "records_in_time", "contacts", "Q5", 0.85),
        Ratio("goal_attainment_rate", "goals_reached", "goals_at_closure", "Q6", 0.7),
        Ratio("mean_satisfaction", "satisfaction_points", "satisfaction_answers", "Q7", 4.2, is_mean=True),
        Ratio("satisfaction_response_rate", "satisfaction_answers", "cases_closed", "Q7", 0.5),
        Ratio("supervision_rate", "supervised_months", "worker_months", "Q8", 0.95),
        Ratio("group_attendance_rate", "member_attendances", "member_places", "Q9", 0.75),
        Ratio("lost_contact_rate", "cases_lost", "cases_closed", "Q10", 0.1, at_most=True),
        Ratio("visit_kept_rate", "visits_kept", "visits_arranged", "Q11"),
        Ratio("adequate_treatment_rate", "treatments_adequate", "treatments_known", "Q12"),
        Ratio("staffed_rate", "staffed_days", "post_days", "Q14", 0.9),
        Ratio("trained_before_deployed_rate", "trained_post_months", "filled_post_months", "Q15", 1.0),
        Ratio("acknowledged_rate", "referrals_acknowledged_in_time", "referrals_sent"),
        Ratio("acceptance_rate", "referrals_accepted", "referrals_sent"),
        Ratio("decline_rate", "referrals_declined", "referrals_sent"),
        Ratio("expiry_rate", "referrals_expired", "referrals_sent"),
        Ratio("closed_loop_rate", "referrals_closed_loop", "referrals_sent"),
        Ratio("first_contact_7d_rate", "first_contacts_7d", "referrals_accepted"),
        Ratio("appointment_kept_rate", "first_appointments_kept", "first_appointments"),
        Ratio("referral_lost_rate", "referrals_lost", "referrals_ended"),
        Ratio("followup_72h_rate", "followed_72h", "followup_due_72h", aim=0.8),
        Ratio("followup_7d_rate", "followed_7d", "followup_due_7d", aim=0.95),
        Ratio("followup_30d_rate", "followed_30d", "followup_due_30d"),
        Ratio("phq9_follow_up_rate", "phq9_followed_up", "phq9_windows_ended"),
        Ratio("phq9_response_rate", "phq9_responses", "phq9_windows_ended"),
        Ratio("phq9_remission_rate", "phq9_remissions", "phq9_windows_ended"),
        Ratio("readmission_30d_rate", "readmitted_30d", "readmission_due_30d"),
        Ratio("readmission_90d_rate", "readmitted_90d", "readmission_due_90d"),
    )
}


@dataclass(frozen=True, slots=True)
class Quantile:
    """The value below or at which a share of a measure's rows lies, by nearest rank: one of the values itself."""

    name: str
    measure: str
    share: float

    def of(self, values: Sequence[int]) -> int | None:
        """The quantile of the values of rows; None without rows. Never computed from quantiles of parts."""
        if not values:
            return None
        return sorted(values)[max(ceil(len(values) * self.share) - 1, 0)]


QUANTILES: Mapping[str, Quantile] = {
    quantile.name: quantile
    for quantile in (
        Quantile("first_contact_median", "first_contact_hours", 0.5),
        Quantile("first_contact_p90", "first_contact_hours", 0.9),
    )
}
