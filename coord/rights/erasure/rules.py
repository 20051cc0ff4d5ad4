"""How long what is held about a client has to be kept. Pure."""

from dataclasses import dataclass
from datetime import date

LEAP = 29


@dataclass(frozen=True, slots=True)
class Kept:
    """Years by the class of a record; defaults of the settings, to be confirmed with counsel.

    Of the rules on medical records of China: outpatient records fifteen years, inpatient records thirty.
    """

    outpatient: int
    inpatient: int


def years_later(day: date, years: int) -> date:
    """The same day some years later; of a 29 February the first of March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def held_until(last_event: date, kept: Kept, *, inpatient: bool) -> date:
    """The first day on which a record may be erased, counted from the last event of care."""
    return years_later(last_event, kept.inpatient if inpatient else kept.outpatient)
