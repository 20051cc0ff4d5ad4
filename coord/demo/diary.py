"""From planned services to rows: the hours of a day, when they were written down, who was present."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from coord.contacts.codes import ServiceCode, Source
from coord.contacts.inputs import LogContact
from coord.contacts.rules import people_present
from coord.contacts.tables import Absence, Presence, ServiceContact
from coord.contacts.writing import contact_facts, presence_facts
from coord.demo.caseload import early
from coord.demo.chance import often
from coord.demo.groundwork import Stay
from coord.demo.harvest import Harvest, ordered_id
from coord.demo.places import PROGRAM
from coord.demo.services import Planned

_WORKING_HOURS = timedelta(hours=10)


def timed(planned: Iterable[Planned], rng: random.Random) -> Iterator[LogContact]:
    """The services of each day one after the other from half past eight; what does not fit has no hour."""
    for day, services in groupby(planned, key=lambda service: service.day):
        clock = early(day)
        for service in services:
            fits = clock < early(day) + _WORKING_HOURS
            yield _input(service, clock if fits else None)
            clock += timedelta(minutes=service.fields["duration_minutes"] + rng.randint(3, 14))


# Not parsed one by one: a test sends a sample of them through the form's own checks.
_BLANK = LogContact(idempotency_key=UUID(int=0), program=PROGRAM, service_code=ServiceCode.ADMIN, occurred_on=date(2000, 1, 1),
                    duration_minutes=0)  # fmt: skip


def _input(service: Planned, started_at: datetime | None) -> LogContact:
    return _BLANK.model_copy(update={"occurred_on": service.day, "started_at": started_at, **service.fields})


class Diary:
    """Writes one worker's services down."""

    def __init__(self, harvest: Harvest, stay: Stay, now: datetime, rng: random.Random) -> None:
        """``now``: nothing that is written down later is kept."""
        self._harvest, self._stay, self._now, self._rng = harvest, stay, now, rng
        self._sessions: dict[UUID, int] = {}

    def write_all(self, planned: Iterable[Planned]) -> list[LogContact]:
        """Keep every service that is written down by now; returns those."""
        return [given for given in timed(planned, self._rng) if self.write(given, self._written_at(given)) is not None]

    def _written_at(self, given: LogContact) -> datetime:
        """Soon after the service; one in eight a few days later; at a late hospital after two weeks."""
        ended = (given.started_at or early(given.occurred_on)) + timedelta(minutes=given.duration_minutes)
        after = timedelta(minutes=self._rng.randint(1, 90))
        if self._stay.reports_late:
            return ended + after + timedelta(days=self._rng.randint(15, 24))
        return ended + after + timedelta(days=self._rng.randint(1, 3) if often(self._rng, 12) else 0)

    def write(self, given: LogContact, at: datetime, **changed: Any) -> dict[str, Any] | None:
        """Keep a contact and who was present; None for one that lies in the future."""
        if at > self._now:
            return None
        if given.group is not None:
            changed["session_number"] = self._sessions[given.group] = self._sessions.get(given.group, 0) + 1
        present = people_present(given)
        contact = self._harvest.add(
            ServiceContact, note=given.note, **contact_facts(given, self._stay.post, present),
            **{"id": ordered_id(at, self._rng), "source": Source.PAGE, "recorded_at": at,
               "recorded_by_id": self._stay.recorded_by, **changed},
        )  # fmt: skip
        if contact.get("withdrawn_at") is None:
            for person in present:
                self._harvest.add(Presence, id=ordered_id(at, self._rng), **presence_facts(contact, person))
        for absentee in given.absentees:
            self._harvest.add(Absence, id=ordered_id(at, self._rng), contact_id=contact["id"], client_id=absentee)
        return contact
