"""What belongs together in one contact, and who was present. Pure: no I/O."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from coord.contacts.codes import CLIENT_CODES, HEAD_CODES, ROSTER_CODES, AttendanceStatus, ServiceCode, ServiceTarget
from coord.contacts.inputs import LogContact
from coord.contacts.process.rules import check_process
from coord.kernel.clock import local_date
from coord.kernel.errors import Problem
from coord.kernel.ids import person_key

# Nobody and nothing is named twice in these.
_LISTS = ("attendees", "absentees", "co_workers", "hosts", "issues")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a contact is checked against: the program's days and its present moment."""

    time_zone: str
    now: datetime
    program_starts_on: date
    program_ends_on: date | None
    post_starts_on: date
    post_ends_on: date | None


@dataclass(frozen=True, slots=True)
class Present:
    """One known person, or a number of anonymous heads, of one target."""

    target: ServiceTarget
    client_id: UUID | None = None
    person_id: UUID | None = None
    heads: int = 1


def check_contact(given: LogContact, around: Surroundings) -> list[Problem]:
    """Everything that is wrong with a contact, in the order of the form."""
    return [
        *_wrong_day(given, around),
        *_wrong_people(given),
        *_wrong_certificates(given),
        *_wrong_length(given),
        *check_process(given, given.occurred_on),
    ]


def _wrong_day(given: LogContact, around: Surroundings) -> Iterator[Problem]:
    day = given.occurred_on
    if day > local_date(around.now, around.time_zone):
        yield Problem("occurred_on", "FUTURE_DATE")
    elif day < around.program_starts_on or (around.program_ends_on and day > around.program_ends_on):
        yield Problem("occurred_on", "OUTSIDE_PROGRAM")
    elif day < around.post_starts_on or (around.post_ends_on and day > around.post_ends_on):
        yield Problem("occurred_on", "OUTSIDE_POST")
    if given.started_at is not None:
        # CR-10: a session belongs to the local date on which it starts.
        if given.started_at > around.now:
            yield Problem("started_at", "FUTURE_DATE")
        elif local_date(given.started_at, around.time_zone) != day:
            yield Problem("started_at", "NOT_ON_THAT_DAY")


def _wrong_people(given: LogContact) -> Iterator[Problem]:
    """Each named thing fits the service, nobody is named twice."""
    code = given.service_code
    roster = code in ROSTER_CODES
    misfits = (
        ("attendees", "ROSTER_NOT_FOR_SERVICE", given.attendees and not roster),
        ("client", "CLIENT_NOT_FOR_SERVICE", given.client and roster),
        ("group", "GROUP_NOT_FOR_SERVICE", given.group and code is not ServiceCode.GROUP_SESSION),
        ("hosts", "HOSTS_NOT_FOR_SERVICE", given.hosts and code is not ServiceCode.COMMUNITY_EVENT),
        ("client", "MISSING_CLIENT", code in CLIENT_CODES and given.client is None),
        ("absentees", "ABSENTEES_NOT_FOR_SERVICE", given.absentees and code is not ServiceCode.GROUP_SESSION),
        ("absentees", "PRESENT_AND_ABSENT", set(given.absentees) & set(given.attendees)),
        ("target", "STAFF_ARE_NOT_CLIENTS", _names_staff_as_clients(given)),
    )
    yield from (Problem(field, problem) for field, problem, wrong in misfits if wrong)
    yield from (Problem(field, "NAMED_TWICE") for field in _LISTS if _repeats(getattr(given, field)))
    yield from _wrong_heads(given)


def _names_staff_as_clients(given: LogContact) -> bool:
    people = given.client is not None or given.attendees or given.family_present
    return given.target is ServiceTarget.STAFF and bool(people)


def _repeats(named: Collection[object]) -> bool:
    return len(set(named)) != len(named)


def _wrong_heads(given: LogContact) -> Iterator[Problem]:
    known = given.client is not None or bool(given.attendees)
    heads = given.anonymous_count + given.family_present
    must_be_somebody = (
        given.service_code in HEAD_CODES and given.attendance is AttendanceStatus.ATTENDED and not given.collateral
    )
    if given.collateral and (heads or given.attendees):
        yield Problem("anonymous_count", "COLLATERAL_HAS_NOBODY_PRESENT")
    elif must_be_somebody and not known and not heads:
        yield Problem("anonymous_count", "NOBODY_PRESENT")


def _wrong_certificates(given: LogContact) -> Iterator[Problem]:
    """Trainings of supporters give certificates, to nobody but those who came."""
    if not given.certificates:
        return
    if given.service_code is not ServiceCode.SUPPORTER_TRAINING:
        yield Problem("certificates", "CERTIFICATES_NOT_FOR_SERVICE")
    elif given.certificates > sum(person.heads for person in people_present(given)):
        yield Problem("certificates", "MORE_CERTIFICATES_THAN_PEOPLE")


def _wrong_length(given: LogContact) -> Iterator[Problem]:
    if given.attendance is AttendanceStatus.ATTENDED and given.duration_minutes == 0:
        yield Problem("duration_minutes", "TOO_SMALL", {"limit": 1})


def wrong_correction(given: LogContact, locked: str | None) -> Iterator[Problem]:
    """A locked month takes corrections with a reason and a note; an open one needs neither."""
    said = {name: getattr(given, name) for name in ("correction_reason", "correction_note")}
    if locked is None and any(said.values()):
        yield Problem("correction_reason", "MONTH_NOT_LOCKED")
    elif locked is not None and not any(said.values()):
        yield Problem("occurred_on", "MONTH_LOCKED", {"month": locked})
    elif locked is not None:
        yield from (Problem(name, "REQUIRED") for name, value in said.items() if not value)


def target_of(given: LogContact) -> ServiceTarget:
    """For whom the contact was; where not said, the usual target of the service."""
    if given.target is not None:
        return given.target
    if given.service_code is ServiceCode.STAFF_SUPPORT:
        return ServiceTarget.STAFF
    if given.service_code is ServiceCode.SUPPORTER_TRAINING:
        return ServiceTarget.SUPPORTER
    if given.service_code is ServiceCode.COMMUNITY_EVENT and not given.attendees:
        return ServiceTarget.PUBLIC
    return ServiceTarget.PATIENT


def people_present(given: LogContact) -> list[Present]:
    """Who was there. Nobody, when it did not take place (CR-7) or was done without the client (CR-8).

    A relative who comes with a known client is known through that client: the first relative of the
    same client is the same person each time (CR-2).
    """
    if given.attendance is not AttendanceStatus.ATTENDED or given.collateral:
        return []
    target = target_of(given)
    known = (given.client,) if given.client else given.attendees
    present = [Present(target, client, person_key(client, 0)) for client in known]
    if given.client:
        relatives = range(1, given.family_present + 1)
        present += [Present(ServiceTarget.FAMILY, given.client, person_key(given.client, n)) for n in relatives]
    elif given.family_present:
        present.append(Present(ServiceTarget.FAMILY, heads=given.family_present))
    if given.anonymous_count:
        present.append(Present(target, heads=given.anonymous_count))
    return present
