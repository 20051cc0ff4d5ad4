"""What numbers are made of: tables of facts, and rows that need more than a statement to be counted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import case, func, literal
from sqlmodel import SQLModel, col

from coord.cases.tables import CaseFile
from coord.contacts.tables import Presence, ServiceContact
from coord.measures.counting import counted, in_hand_on, kept
from coord.referrals.tables import Referral


class Facts(StrEnum):
    """The tables that numbers come from; cases by the day they came, opened, closed, and in hand.

    Those without a ``Source`` are listed row by row (``coord.measures.listed``): what counts there needs a calendar,
    a clock or several tables.
    """

    CONTACTS = "CONTACTS"
    PRESENCE = "PRESENCE"
    CASES_RECEIVED = "CASES_RECEIVED"
    CASES_OPENED = "CASES_OPENED"
    CASES_CLOSED = "CASES_CLOSED"
    CASES_ACTIVE = "CASES_ACTIVE"
    REFERRALS = "REFERRALS"
    ROLLS = "ROLLS"
    POSTS = "POSTS"
    SUPERVISION = "SUPERVISION"
    ASSESSMENTS = "ASSESSMENTS"
    MEETINGS = "MEETINGS"
    DISCHARGES = "DISCHARGES"
    PEOPLE = "PEOPLE"
    WINDOWS = "WINDOWS"
    TRAININGS = "TRAININGS"
    TREATMENTS = "TREATMENTS"


@dataclass(frozen=True, slots=True)
class Source:
    """A table of facts, the day that places a row in a period, and which rows count at all.

    Without a day the number is a state at the end of the period: it stands in the period's last month.
    ``hospital`` is the column of the hospital under which a row counts, where it has another name.
    """

    model: type[SQLModel]
    kind: str
    day: Any = None
    counts: Sequence[Any] = ()
    state: Callable[[date], Any] | None = None
    hospital: Any = None

    @property
    def place(self) -> Any:
        """The hospital under which a row counts."""
        return self.model.hospital_id if self.hospital is None else self.hospital  # type: ignore[attr-defined]

    def within(self, first: date, last: date) -> Any:
        """The rows of a period; both days are included."""
        return self.state(last) if self.state else self.day.between(first, last)

    def day_in(self, last: date) -> Any:
        """The day by which a row falls into a month, for a period that ends on ``last``."""
        return literal(last) if self.day is None else self.day


@dataclass(frozen=True, slots=True)
class Measure:
    """A number: its facts, its aggregate, and for a drill-down the rows and what each adds.

    ``row_value`` summed over the rows that fulfil ``rows`` is the figure. ``distinct`` is the column of distinct
    things (persons, groups) that are listed and counted themselves. Listed facts need neither.
    """

    name: str
    facts: Facts
    aggregate: Any = None
    rows: Sequence[Any] = ()
    row_value: Any = None
    distinct: Any = None


SOURCES: Mapping[Facts, Source] = {
    Facts.CONTACTS: Source(ServiceContact, "contact", col(ServiceContact.occurred_on), (kept(),)),
    Facts.PRESENCE: Source(Presence, "contact", col(Presence.occurred_on), (counted(),)),
    Facts.CASES_RECEIVED: Source(CaseFile, "case", col(CaseFile.received_on)),
    Facts.CASES_OPENED: Source(CaseFile, "case", col(CaseFile.opened_on)),
    Facts.CASES_CLOSED: Source(CaseFile, "case", col(CaseFile.closed_on)),
    Facts.CASES_ACTIVE: Source(CaseFile, "case", state=in_hand_on),
    # By the day on which they were sent, under the hospital that sent them: a funnel of one and the same referrals.
    Facts.REFERRALS: Source(Referral, "referral", col(Referral.sent_on), hospital=col(Referral.source_id)),
}


def number_of(name: str, facts: Facts, *conditions: Any) -> Measure:
    """How many rows fulfil all conditions."""
    if not conditions:
        return Measure(name, facts, func.count(SOURCES[facts].model.id), (), 1)  # type: ignore[attr-defined]
    held = conditions[0]
    for condition in conditions[1:]:
        held &= condition
    return Measure(name, facts, func.coalesce(func.sum(case((held, 1), else_=0)), 0), conditions, 1)


def sum_of(name: str, facts: Facts, value: Any, *conditions: Any) -> Measure:
    """What the rows that fulfil all conditions add up to."""
    held = conditions[0]
    for condition in conditions[1:]:
        held &= condition
    return Measure(name, facts, func.coalesce(func.sum(case((held, value), else_=0)), 0), conditions, value)
