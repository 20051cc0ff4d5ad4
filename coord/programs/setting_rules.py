"""What a program's settings are without a word of its own, and which values fit. Pure.

The terms follow: the 2023 Chinese measures on referral to community rehabilitation (five working days to decide, five to
assign), England's 72 hours and the 7 days of FUH after discharge, collaborative care (four weeks; review in weeks 8 to
12), and the guidance on item 9 of the PHQ-9.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from coord.kernel.errors import Problem
from coord.programs.tables import Setting

_S = Setting
DEFAULTS: Mapping[Setting, int] = {
    _S.QUIET_DAYS: 30,
    _S.SUBMIT_DAY: 3,
    _S.REVIEW_DAY: 5,
    _S.LOCK_DAY: 8,
    _S.BACKDATE_DAYS: 7,
    _S.CASELOAD: 25,
    _S.SUPERVISION_MINUTES: 120,
    _S.SUPERVISION_MINUTES_NEW: 240,
    _S.READMISSION_DAYS: 30,
    _S.ACKNOWLEDGE_DAYS: 1,
    _S.DECIDE_DAYS: 5,
    _S.ASSIGN_DAYS: 5,
    _S.AFTER_DISCHARGE_HOURS: 72,
    _S.FIRST_CONTACT_DAYS: 7,
    _S.SCHEDULE_DAY_1: 7,
    _S.SCHEDULE_DAY_2: 14,
    _S.SCHEDULE_DAY_3: 30,
    _S.SCHEDULE_DAY_4: 60,
    _S.SCHEDULE_DAY_5: 90,
    _S.SCHEDULE_DAY_6: 180,
    _S.NEXT_CONTACT_DAYS: 28,
    _S.RESPONSE_REVIEW_WEEKS: 8,
    _S.RESPONSE_REVIEW_LAST_WEEKS: 12,
    _S.FEEDBACK_DAYS: 10,
    _S.FEEDBACK_AGAIN_DAYS: 90,
    _S.REACH_ATTEMPTS: 3,
    _S.REACH_DAYS: 14,
    _S.LOST_DAYS: 90,
    _S.ALERT_MINUTES: 60,
    _S.IMMINENT_ALERT_MINUTES: 10,
    _S.SILENT_DAYS: 30,
    _S.URGENT_DECIDE_DAYS: 1,
    _S.URGENT_ASSIGN_DAYS: 2,
    _S.URGENT_FIRST_CONTACT_HOURS: 72,
    _S.EMERGENCY_ACKNOWLEDGE_HOURS: 1,
    _S.EMERGENCY_DECIDE_HOURS: 2,
    _S.EMERGENCY_ASSIGN_HOURS: 4,
    _S.EMERGENCY_FIRST_CONTACT_HOURS: 24,
    _S.TRANCHE_SPENT_PERCENT: 70,
}
DAYS_OF_MONTH = frozenset({_S.SUBMIT_DAY, _S.REVIEW_DAY, _S.LOCK_DAY})
"""Settings that are a day of the month after; every month has the first 28."""
SCHEDULE = (
    _S.SCHEDULE_DAY_1, _S.SCHEDULE_DAY_2, _S.SCHEDULE_DAY_3, _S.SCHEDULE_DAY_4, _S.SCHEDULE_DAY_5, _S.SCHEDULE_DAY_6,
)  # fmt: skip
"""T5: the days after discharge on which contact is due."""
ALERTS = frozenset({_S.ALERT_MINUTES, _S.IMMINENT_ALERT_MINUTES})
"""T10: a program may let danger be heard of sooner, never later than clinicians said."""
_ASCENDING: Sequence[Sequence[Setting]] = (
    SCHEDULE,
    (_S.RESPONSE_REVIEW_WEEKS, _S.RESPONSE_REVIEW_LAST_WEEKS),
    (_S.REACH_DAYS, _S.LOST_DAYS),
)
_LAST_DAY, _MOST_ATTEMPTS, _LEAST_APART, _WHOLE = 28, 10, 7, 100
_FOLLOWED_DAYS = 180
"""Days of the schedule stand a week apart at least, so that their windows do not overlap."""
MOST_OF: Mapping[Setting, int] = {
    **dict.fromkeys(DAYS_OF_MONTH, _LAST_DAY),
    **{setting: DEFAULTS[setting] for setting in ALERTS},
    **dict.fromkeys(SCHEDULE, _FOLLOWED_DAYS),
    _S.REACH_ATTEMPTS: _MOST_ATTEMPTS,
    _S.TRANCHE_SPENT_PERCENT: _WHOLE,
}


def check_value(setting: Setting, value: int, then: Mapping[Setting, int]) -> Iterator[Problem]:
    """Whether a value fits by itself and among those that hold ``then``."""
    if value > MOST_OF.get(setting, value):
        yield Problem("value", "TOO_LARGE", {"limit": MOST_OF[setting]})
    changed = {**then, setting: value}
    for order in _ASCENDING:
        apart = _LEAST_APART if order is SCHEDULE else 1
        if setting in order and any(changed[b] - changed[a] < apart for a, b in pairwise(order)):
            yield Problem("value", "OUT_OF_ORDER")
