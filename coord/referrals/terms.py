"""The terms of a program's referral clocks, from its settings. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from coord.programs import Setting
from coord.programs.setting_rules import DEFAULTS
from coord.referrals.codes import Clock, Urgency

_S = Setting


@dataclass(frozen=True, slots=True)
class Term:
    """How long a clock runs: in working days, or in real time.

    A ``quiet`` clock speaks only in the working hours of working days; the others speak when it is time.
    """

    working_days: int = 0
    real: timedelta = timedelta()
    quiet: bool = True


_ROUTINE: Mapping[Clock, Setting] = {
    Clock.ACKNOWLEDGE: _S.ACKNOWLEDGE_DAYS,
    Clock.DECIDE: _S.DECIDE_DAYS,
    Clock.ASSIGN: _S.ASSIGN_DAYS,
    Clock.FIRST_CONTACT: _S.FIRST_CONTACT_DAYS,
    Clock.NEXT_CONTACT: _S.NEXT_CONTACT_DAYS,
    Clock.FEEDBACK: _S.FEEDBACK_DAYS,
    Clock.FEEDBACK_AGAIN: _S.FEEDBACK_AGAIN_DAYS,
    Clock.REACH: _S.REACH_DAYS,
}
_SOONER: Mapping[Urgency, Mapping[Clock, Setting]] = {
    Urgency.EMERGENCY: {
        Clock.ACKNOWLEDGE: _S.EMERGENCY_ACKNOWLEDGE_HOURS,
        Clock.DECIDE: _S.EMERGENCY_DECIDE_HOURS,
        Clock.ASSIGN: _S.EMERGENCY_ASSIGN_HOURS,
        Clock.FIRST_CONTACT: _S.EMERGENCY_FIRST_CONTACT_HOURS,
    },
    Urgency.URGENT: {
        Clock.DECIDE: _S.URGENT_DECIDE_DAYS,
        Clock.ASSIGN: _S.URGENT_ASSIGN_DAYS,
        Clock.FIRST_CONTACT: _S.URGENT_FIRST_CONTACT_HOURS,
    },
    Urgency.ROUTINE: {},
}
_IN_REAL_TIME = frozenset({_S.FIRST_CONTACT_DAYS, _S.FEEDBACK_AGAIN_DAYS})
"""Days that end whatever the calendar says; ninety of them often reach into a year that has none yet."""
_IN_HOURS = frozenset(one for one in Setting if one.endswith("_HOURS"))
_IN_WORKING_DAYS = frozenset(
    {
        _S.ACKNOWLEDGE_DAYS,
        _S.DECIDE_DAYS,
        _S.ASSIGN_DAYS,
        _S.FEEDBACK_DAYS,
        _S.URGENT_DECIDE_DAYS,
        _S.URGENT_ASSIGN_DAYS,
    }
)


def _term(setting: Setting, value: int) -> Term:
    if setting in _IN_HOURS:
        return Term(real=timedelta(hours=value), quiet=False)
    if setting in _IN_WORKING_DAYS:
        return Term(working_days=value)
    return Term(real=timedelta(days=value), quiet=setting not in _IN_REAL_TIME)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a program's settings make of its clocks on the day on which one begins."""

    values: Mapping[Setting, int]

    def of(self, clock: Clock, urgency: Urgency) -> Term:
        """How long a clock runs at an urgency."""
        setting = _SOONER[urgency].get(clock, _ROUTINE[clock])
        return _term(setting, self.values[setting])

    @property
    def after_discharge(self) -> Sequence[Term]:
        """Until when somebody who left the hospital is met: the goal, and the limit once the goal has passed."""
        hours, days = _S.AFTER_DISCHARGE_HOURS, _S.FIRST_CONTACT_DAYS
        return (_term(hours, self.values[hours]), _term(days, self.values[days]))

    @property
    def expires_after(self) -> timedelta:
        """Nobody has answered for so long: the referral expires and is counted."""
        return timedelta(days=self.values[_S.SILENT_DAYS])

    @property
    def lost_after(self) -> timedelta:
        """A person who could not be reached may be reported as lost only so long after acceptance."""
        return timedelta(days=self.values[_S.LOST_DAYS])

    @property
    def attempts(self) -> int:
        """How often, on as many days, somebody must have tried before a person counts as unreachable."""
        return self.values[_S.REACH_ATTEMPTS]


USUAL = Terms(DEFAULTS)
"""The terms of a program that has set none of its own."""
