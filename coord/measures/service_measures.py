"""Measures of contacts and of who does the work."""

from collections.abc import Sequence

from sqlalchemy import case, func
from sqlmodel import col

from coord.contacts.codes import AttendanceStatus, ServiceCode
from coord.contacts.tables import Presence, ServiceContact
from coord.measures.counting import delivered, person_times, persons, worker_minutes
from coord.measures.facts import Facts, Measure, number_of, sum_of
from coord.measures.moments import days_late

RECORDED_WITHIN = 3
"""Q5: a record is in time within so many local days after its service."""
_VISITS = frozenset(
    {ServiceCode.CASE_CONTACT, ServiceCode.BEDSIDE_VISIT, ServiceCode.HOME_VISIT, ServiceCode.CONSULTATION}
)
_VISIT = (
    col(ServiceContact.client_id).is_not(None),
    col(ServiceContact.service_code).in_(sorted(_VISITS)),
    col(ServiceContact.attendance) != AttendanceStatus.CANCELED,
)
"""Q11: an arranged meeting with a known client that was kept or missed; one that was called off was no promise."""
_SESSION = (delivered(), col(ServiceContact.service_code) == ServiceCode.GROUP_SESSION)
_EVENT = (delivered(), col(ServiceContact.service_code) == ServiceCode.COMMUNITY_EVENT)
_IN_GROUP = case((_SESSION[0] & _SESSION[1], ServiceContact.group_id))
_SOON = days_late(col(ServiceContact.occurred_on), col(ServiceContact.recorded_at)) <= RECORDED_WITHIN

SERVICE_MEASURES: Sequence[Measure] = (
    number_of("contacts", Facts.CONTACTS, delivered()),
    Measure("person_times", Facts.PRESENCE, person_times(), (), col(Presence.heads)),
    Measure("persons", Facts.PRESENCE, persons(), distinct=col(Presence.person_id)),
    Measure("new_persons", Facts.PEOPLE),
    Measure("returning_persons", Facts.PEOPLE),
    sum_of("identified_heads", Facts.PRESENCE, col(Presence.heads), col(Presence.person_id).is_not(None)),
    number_of("sessions", Facts.CONTACTS, *_SESSION),
    Measure(
        "groups", Facts.CONTACTS, func.count(func.distinct(_IN_GROUP)), _SESSION, distinct=col(ServiceContact.group_id)
    ),
    number_of("events", Facts.CONTACTS, *_EVENT),
    sum_of("minutes", Facts.CONTACTS, worker_minutes(), delivered()),
    number_of("attempts_not_delivered", Facts.CONTACTS, ~delivered()),
    number_of("records_in_time", Facts.CONTACTS, delivered(), _SOON),
    number_of("visits_arranged", Facts.CONTACTS, *_VISIT),
    number_of("visits_kept", Facts.CONTACTS, *_VISIT, delivered()),
    Measure("member_places", Facts.ROLLS),
    Measure("member_attendances", Facts.ROLLS),
    Measure("post_days", Facts.POSTS),
    Measure("staffed_days", Facts.POSTS),
    Measure("filled_post_months", Facts.POSTS),
    Measure("trained_post_months", Facts.POSTS),
    Measure("supporters_certified", Facts.TRAININGS),
    Measure("worker_months", Facts.SUPERVISION),
    Measure("supervised_months", Facts.SUPERVISION),
)
