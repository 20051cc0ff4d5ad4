"""The days on which a worker keeps records."""

import bisect
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coord.demo.groundwork import Stay
from coord.measures.standing import weekdays


@dataclass(frozen=True, slots=True)
class Days:
    """Working days with records, in order; silent days are left out."""

    active: Sequence[date]

    def next(self, day: date) -> date | None:
        """The first day with records on or after ``day``; None after the last."""
        at = bisect.bisect_left(self.active, day)
        return self.active[at] if at < len(self.active) else None

    def months(self) -> Sequence[Sequence[date]]:
        """The days of each month."""
        by_month: dict[tuple[int, int], list[date]] = {}
        for day in self.active:
            by_month.setdefault((day.year, day.month), []).append(day)
        return list(by_month.values())


def days_of(stay: Stay, today: date, rng: random.Random) -> Days:
    """The days of a stay up to today; the running month is as silent as the others."""
    last = min(today, stay.ends_on or today)
    return Days([day for day in weekdays(stay.starts_on, last) if rng.random() < stay.diligence])


def days_later(day: date, days: float) -> date:
    """A date some days after another."""
    return day + timedelta(days=round(days))
