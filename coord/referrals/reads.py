"""Referrals as lists, one referral's story, what is open already, what awaits a decision."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.access import Actor
from coord.clients.keys import place_of
from coord.clients.tables import Client
from coord.kernel.clock import local_date
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.organizations.tables import ORGANIZATION_COLUMNS, Organization
from coord.programs.tables import Program
from coord.referrals.access import knows_whom, of_side
from coord.referrals.codes import Box, Clock
from coord.referrals.inputs import ReferralFilter
from coord.referrals.sealing import opened_key
from coord.referrals.tables import Referral, ReferralClock, ReferralKey
from coord.work import Unit, read
from coord.work.listing import Join, Listing, Sort, another
from coord.workforce.tables import Worker

_client, _worker = another(Client, "client_of_referral"), another(Worker, "worker_of_referral")
_source, _target = another(Organization, "source_of"), another(Organization, "target_of")
_program, _key = another(Program, "program_of_referral"), another(ReferralKey, "key_of_referral")
_OWN = (
    "id", "program_id", "client_id", "source_id", "target_id", "code", "kind", "direction", "urgency", "need", "state",
    "age_band", "district", "reason", "contact_prohibited", "blocks", "parent_id", "relation", "round", "worker_id",
    "created_at", "sent_at", "received_at", "decided_at", "first_contact_id", "first_contact_at", "feedback_at",
    "closed_at", "updated_at", "outcome",
)  # fmt: skip


def _joined(alias: Any, prefix: str, names: Sequence[str]) -> Mapping[str, Any]:
    return {f"{prefix}.{name}": getattr(alias, name) for name in names}


REFERRALS = Listing(
    "referral.list",
    Referral,
    {
        **{name: getattr(Referral, name) for name in _OWN},
        **_joined(_client, "client", ("id", "code", "birth_year", "district", "stage")),
        **_joined(_source, "source", ORGANIZATION_COLUMNS),
        **_joined(_target, "target", ORGANIZATION_COLUMNS),
        **_joined(_worker, "worker", ("id", "code", "display_name")),
        **_joined(_program, "program", ("id", "code", "name", "starts_on", "ends_on", "foundation_id", "time_zone")),
        "key.wrapped": _key.wrapped,
    },
    [Sort(col(Referral.id), UUID)],
    {
        "client": Join(_client, _client.id == Referral.client_id, shown=knows_whom),
        "source": Join(_source, _source.id == Referral.source_id),
        "target": Join(_target, _target.id == Referral.target_id),
        "worker": Join(_worker, _worker.id == Referral.worker_id),
        "program": Join(_program, _program.id == Referral.program_id),
        "key": Join(_key, _key.id == Referral.id),
    },
    descending=True,
)
SETTLING = timedelta(minutes=1)
"""Longer than any transaction that moves a referral stays open."""


def is_overdue(at: datetime) -> ColumnElement[bool]:
    """A clock of it has run out and still runs."""
    late = select(ReferralClock.id).where(
        col(ReferralClock.referral_id) == col(Referral.id),
        col(ReferralClock.stopped_at).is_(None),
        col(ReferralClock.due_at) <= at,
    )
    return exists(late)


def _in_box(box: Box, actor: Actor) -> ColumnElement[bool]:
    """What the actor's organizations were sent, or sent."""
    column = Referral.target_id if box is Box.IN else Referral.source_id
    return of_side(column, actor)


def conditions(given: ReferralFilter, unit: Unit) -> list[Any]:
    """The filter as conditions on ``Referral``. Days are those on which it was written, in UTC."""
    at = unit.started_at
    equal = {
        Referral.direction: given.direction,
        Referral.source_id: given.source,
        Referral.target_id: given.target,
    }
    where: list[Any] = [col(column) == value for column, value in equal.items() if value is not None]
    if given.client is not None:
        where += [col(Referral.client_id) == given.client, knows_whom(unit.actor)]
    if given.box is not None:
        where.append(_in_box(given.box, unit.actor))
    if given.program is not None:
        where.append(col(Referral.program_id).in_(select(Program.id).where(col(Program.code) == given.program)))
    if given.state:
        where.append(col(Referral.state).in_(given.state))
    if given.overdue is not None:
        where.append(is_overdue(at) if given.overdue else ~is_overdue(at))
    return [*where, *_times(given)]


def _times(given: ReferralFilter) -> list[Any]:
    where: list[Any] = []
    if given.from_day is not None:
        where.append(col(Referral.created_at) >= _midnight(given.from_day))
    if given.to_day is not None:
        where.append(col(Referral.created_at) < _midnight(given.to_day + timedelta(days=1)))
    if given.updated_since is not None:
        where.append(col(Referral.updated_at) >= given.updated_since)
    if given.updated_before is not None:
        where.append(col(Referral.updated_at) < given.updated_before)
    return where


def _midnight(day: date) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")


@read("referral.list")
async def referrals(unit: Unit, wanted: Iterable[str], request: PageRequest, given: ReferralFilter) -> Page[RowMapping]:
    """Referrals, the newest first, by cursor."""
    return await REFERRALS.page(unit, wanted, conditions(given, unit), request)


@read("referral.list")
async def referrals_on_page(
    unit: Unit, wanted: Iterable[str], given: ReferralFilter, *, page: int, size: int
) -> Sequence[RowMapping]:
    """Referrals, the newest first, by page number (1 is the first)."""
    return await REFERRALS.numbered(unit, wanted, conditions(given, unit), page=page, size=size)


@read("referral.list")
async def count_referrals(unit: Unit, given: ReferralFilter) -> int:
    """How many referrals the filter gives."""
    return await REFERRALS.total(unit, conditions(given, unit))


@read("referral.list")
async def settled_at(unit: Unit) -> datetime:
    """Until when nothing changes any more.

    A change carries the moment at which its transaction began, and those that are still open began later: who reads
    from one such moment to the next misses nothing and reads nothing twice.
    """
    return unit.started_at - SETTLING


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock that runs: until when."""

    clock: Clock
    started_at: datetime
    due_at: datetime


@read("referral.list")
async def running_clocks(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, Sequence[RunningClock]]:
    """The clocks that run, by referral, the soonest first."""
    found: dict[UUID, list[RunningClock]] = {key: [] for key in ids}
    statement = (
        select(ReferralClock.referral_id, ReferralClock.clock, ReferralClock.started_at, ReferralClock.due_at)
        .where(col(ReferralClock.referral_id).in_(ids), col(ReferralClock.stopped_at).is_(None))
        .order_by(col(ReferralClock.due_at))
    )
    for referral, *facts in await unit.rows(statement) if ids else ():
        found[referral].append(RunningClock(*facts))
    return found


@read("referral.list")
async def reasons(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """What the sender wrote for everybody on both sides to read, by referral."""
    statement = (
        select(Referral.id, Referral.reason, ReferralKey)
        .join(ReferralKey, col(ReferralKey.id) == col(Referral.id))
        .where(col(Referral.id).in_(ids))
    )
    rows = await unit.rows(statement) if ids else ()
    return {row[0]: opened_key(row[2]).open(row[1], place_of("referral", "reason", row[0])) for row in rows}


def due_day(due_at: datetime, zone: str) -> date:
    """The last day of a clock in the program's zone: one that ends at midnight ends the day before."""
    return local_date(due_at - timedelta(microseconds=1), zone)


def due_on(clock: RunningClock, zone: str) -> date:
    """The last day of a clock that runs."""
    return due_day(clock.due_at, zone)


def reason_of(row: Mapping[Any, Any]) -> str:
    """The reason of a listed row; empty once its key is destroyed."""
    if row["key.wrapped"] is None:
        return ""
    key = opened_key(ReferralKey(id=row["id"], client_id=row["id"], wrapped=row["key.wrapped"]))
    return key.open(row["reason"], place_of("referral", "reason", row["id"]))
