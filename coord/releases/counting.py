"""True counts of one quarter by hospital and class: they live while a release is built and are stored nowhere."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.sql import select
from coord.measures import MEASURES, MeasureQuery
from coord.measures.facts import SOURCES, Facts
from coord.measures.reads import scoped
from coord.outcomes.codes import ScaleCode, ScoreStatus
from coord.outcomes.tables import ScaleScore
from coord.outcomes.windows import DRR, Followed, Taken, followed
from coord.referrals.codes import ReferralState
from coord.referrals.tables import Referral
from coord.releases.codes import ALL, CubeCode
from coord.releases.quarters import days_of
from coord.work import Unit, read

Counts = Mapping[tuple[UUID, str], int]
_IN_TIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Whole:
    """A program's quarter."""

    program_id: UUID
    program_code: str
    quarter: str

    @property
    def days(self) -> tuple[date, date]:
        """Its first and last day."""
        return days_of(self.quarter)


@dataclass(slots=True)
class Counted:
    """True counts by cube, and the ids of the records behind them."""

    cubes: dict[CubeCode, Counts]
    records: list[str]


@read("release.count")
async def true_counts(unit: Unit, whole: Whole, *, most_per_person: int) -> Counted:
    """Count a quarter once, every family by its own unit; each member falls in exactly one cell of its family."""
    records: list[str] = []
    cubes = {
        CubeCode.PERSON_TIMES: await _person_times(unit, whole, most_per_person),
        CubeCode.SESSIONS: await _sessions(unit, whole),
        CubeCode.PERSONS: await _persons(unit, whole, records),
        CubeCode.REFERRALS: await _referrals(unit, whole, records),
        CubeCode.OUTCOMES: await _outcomes(unit, whole, records),
    }
    return Counted(cubes, records)


def _present(whole: Whole) -> list[Any]:
    source = SOURCES[Facts.PRESENCE]
    return [col(Presence.program_id) == whole.program_id, source.within(*whole.days), *source.counts]


async def _person_times(unit: Unit, whole: Whole, most: int) -> Counts:
    """CR-1; what one known person adds to a hospital is capped, heads without a name are not anybody's."""
    heads = func.sum(Presence.heads)
    statement = select(Presence.hospital_id, Presence.person_id, heads).where(*_present(whole))
    found: dict[tuple[UUID, str], int] = defaultdict(int)
    for hospital, person, number in await unit.rows(statement.group_by(Presence.hospital_id, Presence.person_id)):
        found[hospital, ALL] += int(number) if person is None else min(int(number), most)
    return found


async def _sessions(unit: Unit, whole: Whole) -> Counts:
    first, last = whole.days
    query = MeasureQuery(program=whole.program_code, from_day=first, to_day=last)
    held = select(ServiceContact.hospital_id, MEASURES["sessions"].aggregate)
    statement = scoped(held, Facts.CONTACTS, query, whole.program_id).group_by(col(ServiceContact.hospital_id))
    return {(hospital, ALL): int(number) for hospital, number in await unit.rows(statement)}


async def _persons(unit: Unit, whole: Whole, records: list[str]) -> Counts:
    """CR-2: each known person once, at the hospital where they were first met in the quarter."""
    first, _ = whole.days
    known = col(Presence.person_id).is_not(None)
    met = (
        select(Presence.person_id, Presence.hospital_id)
        .where(*_present(whole), known)
        .order_by(col(Presence.occurred_on), col(Presence.id))
    )
    place: dict[UUID, UUID] = {}
    for person, hospital in await unit.rows(met):
        place.setdefault(person, hospital)
    before = select(Presence.person_id).where(
        col(Presence.program_id) == whole.program_id,
        col(Presence.occurred_on) < first,
        known,
        *SOURCES[Facts.PRESENCE].counts,
    )
    old = set(await unit.scalars(before.distinct()))
    records += map(str, place)
    found: dict[tuple[UUID, str], int] = defaultdict(int)
    for person, hospital in place.items():
        found[hospital, "CONTINUING" if person in old else "NEW"] += 1
    return found


async def _referrals(unit: Unit, whole: Whole, records: list[str]) -> Counts:
    """Each referral sent in the quarter once, under the hospital that sent it."""
    source = SOURCES[Facts.REFERRALS]
    columns = (Referral.id, Referral.source_id, Referral.accepted_at, Referral.first_contact_at, Referral.state)
    statement = select(*columns).where(
        col(Referral.program_id) == whole.program_id, source.within(*whole.days), *source.counts
    )
    found: dict[tuple[UUID, str], int] = defaultdict(int)
    for key, hospital, accepted, met, state in await unit.rows(statement):
        records.append(str(key))
        found[hospital, referral_class(accepted, met, is_closed=state is ReferralState.CLOSED)] += 1
    return found


def referral_class(accepted: Any, met: Any, *, is_closed: bool) -> str:
    """The one class of a referral: how far it came, and whether somebody was met within 7 days of acceptance."""
    if accepted is None:
        return "NOT_ACCEPTED"
    if met is None:
        return "ACCEPTED_NO_CONTACT"
    way = "CLOSED_LOOP" if is_closed else "CONTACT"
    return f"{way}_IN_TIME" if met - accepted <= _IN_TIME else f"{way}_LATE"


async def _outcomes(unit: Unit, whole: Whole, records: list[str]) -> Counts:
    """Each person once in the program's life: in the quarter in which the window after their first elevated PHQ-9 ends."""
    first, last = whole.days
    found: dict[tuple[UUID, str], int] = defaultdict(int)
    for client, (hospital, taken) in (await _scores(unit, whole)).items():
        index = next((one for one in taken if one.score >= DRR.eligible_from), None)
        if index is None or not first <= DRR.days(index.on)[1] <= last:
            continue
        records.append(str(client))
        found[hospital, outcome_class(followed(DRR, index, taken))] += 1
    return found


def outcome_class(found: Followed) -> str:
    """The one class of a person whose window has ended."""
    if not found.followed_up:
        return "NOT_FOLLOWED_UP"
    if found.response and found.remission:
        return "RESPONSE_AND_REMISSION"
    if found.response:
        return "RESPONSE_ONLY"
    return "REMISSION_ONLY" if found.remission else "NEITHER"


async def _scores(unit: Unit, whole: Whole) -> Mapping[UUID, tuple[UUID, Sequence[Taken]]]:
    """Complete PHQ-9 scores of each person in their order, with the hospital of the first elevated one."""
    statement = (
        select(ScaleScore.client_id, ScaleScore.hospital_id, ScaleScore.taken_on, ScaleScore.score)
        .where(
            col(ScaleScore.program_id) == whole.program_id,
            col(ScaleScore.scale) == ScaleCode.PHQ9,
            col(ScaleScore.status) == ScoreStatus.COMPLETE,
        )
        .order_by(col(ScaleScore.taken_on), col(ScaleScore.id))
    )
    taken: dict[UUID, list[Taken]] = defaultdict(list)
    places: dict[UUID, UUID] = {}
    for client, hospital, day, score in await unit.rows(statement):
        taken[client].append(Taken(day, score))
        if score >= DRR.eligible_from:
            places.setdefault(client, hospital)
    return {client: (place, taken[client]) for client, place in places.items()}
