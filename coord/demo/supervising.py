"""Supervision of one worker, month by month: mostly as much as is asked for, now and then too little."""

import random
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from coord.demo import places
from coord.demo.caseload import early
from coord.demo.chance import often
from coord.demo.groundwork import CAST, SUPERVISORS, Stay, employer_of, supervisor_of
from coord.demo.harvest import Harvest, ordered_id
from coord.kernel.clock import local_date
from coord.programs.setting_rules import DEFAULTS
from coord.supervision.codes import SupervisionKind, SupervisionTopic
from coord.supervision.rules import minutes_due
from coord.supervision.tables import SupervisionAttendance, SupervisionSession

_DAYS = (7, 14, 21)
_TOO_LITTLE = 6
"""In so many of a hundred months one session falls out."""
_NAMES = {places.AGENCY: next(name for key, name, _, _ in CAST if key == "sun"), **SUPERVISORS}
_RECENT = timedelta(days=30)
"""The last month is told by the demo's own stories of supervision."""


def supervise(harvest: Harvest, stay: Stay, now: datetime, rng: random.Random) -> None:
    """Keep the sessions of a worker's whole months up to a month ago, by the supervisor of their agency."""
    until = min(local_date(now, "Asia/Shanghai") - _RECENT, stay.ends_on or date.max)
    for first, last in _months(stay.starts_on, until):
        due = minutes_due(stay.starts_on, last + timedelta(days=1), DEFAULTS)
        days = _DAYS[1:] if often(rng, _TOO_LITTLE) else _DAYS
        for day in days:
            minutes = 5 * -(-due // (5 * len(_DAYS))) + 5 * rng.randrange(4)
            _session(harvest, stay, first + timedelta(days=day + rng.randrange(5)), minutes, rng)


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    start = first
    while (end := start.replace(day=monthrange(start.year, start.month)[1])) <= last:
        yield start, end
        start = end + timedelta(days=1)


def _session(harvest: Harvest, stay: Stay, day: date, minutes: int, rng: random.Random) -> None:
    agency = next(
        employer_of(place) for place in places.hospitals(int(stay.hospital[1:])) if place.code == stay.hospital
    )
    row_id, shared = (
        ordered_id(early(day), rng),
        {"program_id": stay.post.program_id, "held_on": day, "minutes": minutes},
    )
    harvest.add(
        SupervisionSession, id=row_id, supervisor_id=supervisor_of(agency), supervisor_name=_NAMES[agency],
        kind=SupervisionKind.INDIVIDUAL, topics=[topic.value for topic in rng.sample(list(SupervisionTopic), 2)],
        recorded_at=early(day) + timedelta(hours=9), **shared,
    )  # fmt: skip
    harvest.add(
        SupervisionAttendance, id=ordered_id(early(day), rng), session_id=row_id, worker_id=stay.post.worker_id,
        hospital_id=stay.post.hospital_id, agency_id=stay.post.agency_id, **shared,
    )  # fmt: skip
