"""Every measure, once: from which facts, how it is aggregated, which rows stand behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import case, func, literal
from sqlmodel import SQLModel, col

from coord.cases.tables import CaseFile
from coord.contacts.codes import ServiceCode
from coord.contacts.tables import Presence, ServiceContact
from coord.measures.counting import (
    counted,
    delivered,
    in_hand_on,
    kept,
    person_times,
    persons,
    worker_minutes,
)
from coord.referrals.codes import ReferralState
from coord.referrals.tables import Referral


class Facts(StrEnum):
    """The tables that numbers come from; cases by the day they opened, by the day they closed, and in hand."""

    CONTACTS = "CONTACTS"
    PRESENCE = "PRESENCE"
    CASES_OPENED = "CASES_OPENED"
    CASES_CLOSED = "CASES_CLOSED"
    CASES_ACTIVE = "CASES_ACTIVE"
    REFERRALS = "REFERRALS"


@dataclass(frozen=True, slots=True)
class Source:
    """A table of facts, the day that places a row in a period, and which rows count at all.

    Without a day the number is a state at the end of the period: it stands in the period's last month.
    ``hospital`` is the column of the hospital under which a row counts, where it has another name.
    """

    model: type[SQLModel]
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

    ``row_value`` summed over the rows that fulfil ``rows`` is the figure; None where the rows are
    distinct things (persons, groups) that are listed and counted themselves (``distinct``).
    """

    name: str
    facts: Facts
    aggregate: Any
    rows: Sequence[Any] = ()
    row_value: Any = None
    distinct: Any = None


SOURCES: Mapping[Facts, Source] = {
    Facts.CONTACTS: Source(ServiceContact, col(ServiceContact.occurred_on), (kept(),)),
    Facts.PRESENCE: Source(Presence, col(Presence.occurred_on), (counted(),)),
    Facts.CASES_OPENED: Source(CaseFile, col(CaseFile.opened_on)),
    Facts.CASES_CLOSED: Source(CaseFile, col(CaseFile.closed_on)),
    Facts.CASES_ACTIVE: Source(CaseFile, state=in_hand_on),
    # By the day on which they were sent, under the hospital that sent them: a funnel of one and the same referrals.
    Facts.REFERRALS: Source(Referral, col(Referral.sent_on), hospital=col(Referral.source_id)),
}


def _number_of(*conditions: Any) -> Any:
    """How many rows fulfil all conditions."""
    held = conditions[0]
    for condition in conditions[1:]:
        held &= condition
    return func.coalesce(func.sum(case((held, 1), else_=0)), 0)


_SESSION = (delivered(), col(ServiceContact.service_code) == ServiceCode.GROUP_SESSION)
_EVENT = (delivered(), col(ServiceContact.service_code) == ServiceCode.COMMUNITY_EVENT)
_IN_GROUP = case((_SESSION[0] & _SESSION[1], ServiceContact.group_id))
_MINUTES = case((delivered(), worker_minutes()), else_=0)

_ACCEPTED = (col(Referral.accepted_at).is_not(None),)
# Proven by a record, or told by an organization that answers by link.
_MET = (col(Referral.first_contact_at).is_not(None),)
_CLOSED = (col(Referral.state) == ReferralState.CLOSED,)

MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("contacts", Facts.CONTACTS, _number_of(delivered()), (delivered(),), 1),
        Measure("person_times", Facts.PRESENCE, person_times(), (), col(Presence.heads)),
        Measure("persons", Facts.PRESENCE, persons(), distinct=col(Presence.person_id)),
        Measure(
            "identified_heads",
            Facts.PRESENCE,
            func.coalesce(func.sum(case((col(Presence.person_id).is_not(None), Presence.heads), else_=0)), 0),
            (col(Presence.person_id).is_not(None),),
            col(Presence.heads),
        ),
        Measure("sessions", Facts.CONTACTS, _number_of(*_SESSION), _SESSION, 1),
        Measure("groups", Facts.CONTACTS, func.count(func.distinct(_IN_GROUP)), _SESSION,
                distinct=col(ServiceContact.group_id)),
        Measure("events", Facts.CONTACTS, _number_of(*_EVENT), _EVENT, 1),
        Measure("minutes", Facts.CONTACTS, func.coalesce(func.sum(_MINUTES), 0), (delivered(),), worker_minutes()),
        Measure("attempts_not_delivered", Facts.CONTACTS, _number_of(~delivered()), (~delivered(),), 1),
        Measure("cases_opened", Facts.CASES_OPENED, func.count(col(CaseFile.id)), (), 1),
        Measure("cases_active", Facts.CASES_ACTIVE, func.count(col(CaseFile.id)), (), 1),
        Measure("cases_closed", Facts.CASES_CLOSED, func.count(col(CaseFile.id)), (), 1),
        Measure("referrals_sent", Facts.REFERRALS, func.count(col(Referral.id)), (), 1),
        Measure("referrals_accepted", Facts.REFERRALS, _number_of(*_ACCEPTED), _ACCEPTED, 1),
        Measure("referrals_first_contact", Facts.REFERRALS, _number_of(*_MET), _MET, 1),
        Measure("referrals_closed_loop", Facts.REFERRALS, _number_of(*_CLOSED), _CLOSED, 1),
    )
}  # fmt: skip


def measures_from(facts: Facts) -> Sequence[Measure]:
    """The measures that one table of facts gives."""
    return [measure for measure in MEASURES.values() if measure.facts is facts]
