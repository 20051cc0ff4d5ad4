"""Counting rules CR-1 to CR-10, versioned. Every number in coord follows from this file.

Facts stay facts: contacts store who was present. Which of them count is decided here, once as SQL and
once for a single row; a property test holds the two together. Source: the program's counting rules,
printed with their version on every report.

CR-1  one person present in one delivered service is one person-time.
CR-2  persons are distinct known people of a scope and period, always recomputed, never summed.
CR-3  a case is an opened file; at most one is open per person and program.
CR-4  a group is a series, a session is one meeting of it.
CR-5  an event is counted once, however many hosts it has.
CR-6  patients, relatives, supporters and the public count; professionals do not.
CR-7  what did not take place has nobody present and stays an attempt.
CR-8  work without the client has nobody present; its minutes count.
CR-9  two workers in one session: people once, minutes for each.
CR-10 a service belongs to its local date; a session over midnight to the date it starts.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import col

from coord.cases.tables import CaseFile
from coord.contacts.codes import AttendanceStatus, ServiceCode, ServiceTarget
from coord.contacts.tables import Presence, ServiceContact

_COUNTED = frozenset(
    {
        ServiceCode.CASE_CONTACT,
        ServiceCode.GROUP_SESSION,
        ServiceCode.COMMUNITY_EVENT,
        ServiceCode.BEDSIDE_VISIT,
        ServiceCode.HOME_VISIT,
        ServiceCode.CONSULTATION,
        ServiceCode.CRISIS,
        ServiceCode.DISCHARGE_PLAN,
        ServiceCode.SUPPORTER_TRAINING,
        ServiceCode.HOTLINE,
    }
)


@dataclass(frozen=True, slots=True)
class CountingRules:
    """One version of the rules and the first day on which it holds."""

    version: str
    valid_from: date
    counted_services: frozenset[ServiceCode]
    counted_targets: frozenset[ServiceTarget]


VERSIONS: Sequence[CountingRules] = (
    CountingRules("2026.1", date.min, _COUNTED, frozenset(ServiceTarget) - {ServiceTarget.STAFF}),
)


@functools.lru_cache(maxsize=4096)
def rules_on(day: date) -> CountingRules:
    """The version that holds on a day."""
    return max((rules for rules in VERSIONS if rules.valid_from <= day), key=lambda rules: rules.valid_from)


def person_times_of(contact: Any) -> int:
    """CR-1 for one contact: a row or mapping with its service, target, date and heads present.

    The heads of one contact count together or not at all: relatives never come with staff.
    """
    rules = rules_on(contact["occurred_on"])
    counts = contact["service_code"] in rules.counted_services and contact["target"] in rules.counted_targets
    return int(contact["heads_present"]) if counts else 0


def counted() -> ColumnElement[bool]:
    """CR-1 and CR-6 as a condition on ``Presence``, each version on its own days."""
    return or_(false(), *(_counted_by(n) for n in range(len(VERSIONS))))


def _counted_by(n: int) -> ColumnElement[bool]:
    rules, following = VERSIONS[n], VERSIONS[n + 1 : n + 2]
    days = [col(Presence.occurred_on) >= rules.valid_from] if rules.valid_from > date.min else []
    days += [col(Presence.occurred_on) < after.valid_from for after in following]
    excluded = frozenset(ServiceTarget) - rules.counted_targets
    return and_(
        col(Presence.service_code).in_(sorted(rules.counted_services)),
        col(Presence.target).not_in(sorted(excluded)),
        *days,
    )


def kept() -> ColumnElement[bool]:
    """The contact was not withdrawn; says so also for the parts of the system that see all rows."""
    return col(ServiceContact.withdrawn_at).is_(None)


def in_hand_on(day: date) -> ColumnElement[bool]:
    """CR-3: the case was open at the end of a day."""
    return (col(CaseFile.opened_on) <= day) & (col(CaseFile.closed_on).is_(None) | (col(CaseFile.closed_on) > day))


def delivered() -> ColumnElement[bool]:
    """CR-7: the contact took place."""
    return col(ServiceContact.attendance) == AttendanceStatus.ATTENDED


def person_times() -> ColumnElement[int]:
    """CR-1 over ``Presence`` rows that count."""
    return func.coalesce(func.sum(Presence.heads), 0)


def persons() -> ColumnElement[int]:
    """CR-2 over ``Presence`` rows that count: distinct known people."""
    return func.count(func.distinct(Presence.person_id))


def worker_minutes() -> Any:
    """CR-8 and CR-9 for one contact: its length for each worker, with or without the client."""
    return col(ServiceContact.duration_minutes) * (col(ServiceContact.co_worker_count) + 1)
