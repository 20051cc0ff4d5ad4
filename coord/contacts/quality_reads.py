"""Quality flags: beside contacts in lists, and as a list of their own for reviewers."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.clients.tables import Client
from coord.contacts.codes import FlagKind, FlagState
from coord.contacts.quality_inputs import FlagFilter
from coord.contacts.tables import QualityFlag, ServiceContact
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.work.listing import Join, Listing, Sort, another
from coord.workforce.tables import Worker

_contact, _client = another(ServiceContact, "flagged_contact"), another(Client, "flagged_client")
_worker, _hospital = another(Worker, "flagged_worker"), another(Organization, "flagged_hospital")
_CONTACT = ("occurred_on", "service_code", "duration_minutes", "recorded_at", "hospital_id", "worker_id", "client_id")

FLAGS = Listing(
    "contact.list",
    QualityFlag,
    {
        **{n: getattr(QualityFlag, n) for n in ("id", "contact_id", "kind", "state", "raised_at")},
        **{f"contact.{n}": getattr(_contact, n) for n in _CONTACT},
        **{f"client.{n}": getattr(_client, n) for n in ("id", "code")},
        **{f"worker.{n}": getattr(_worker, n) for n in ("id", "code", "display_name")},
        **{f"hospital.{n}": getattr(_hospital, n) for n in ("id", "code", "name")},
    },
    [Sort(col(QualityFlag.raised_at), datetime.fromisoformat), Sort(col(QualityFlag.id), UUID)],
    {
        "contact": Join(_contact, _contact.id == QualityFlag.contact_id),
        "client": Join(_client, _client.id == _contact.client_id, needs="contact"),
        "worker": Join(_worker, _worker.id == _contact.worker_id, needs="contact"),
        "hospital": Join(_hospital, _hospital.id == _contact.hospital_id, needs="contact"),
    },
    descending=True,
)


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A flag as a list of contacts shows it."""

    id: UUID
    kind: FlagKind
    state: FlagState
    justification: str | None


@read("contact.list")
async def flags_of(unit: Unit, contacts: Collection[UUID]) -> Mapping[UUID, Sequence[RaisedFlag]]:
    """The flags of these contacts, open ones first; contacts without a flag are left out."""
    statement = (
        select(QualityFlag)
        .where(col(QualityFlag.contact_id).in_(contacts))
        .order_by(col(QualityFlag.state).desc(), col(QualityFlag.kind))
    )
    flags: dict[UUID, list[RaisedFlag]] = {}
    for flag in await unit.scalars(statement) if contacts else ():
        raised = RaisedFlag(flag.id, flag.kind, flag.state, flag.justification)
        flags.setdefault(flag.contact_id, []).append(raised)
    return flags


def _conditions(given: FlagFilter) -> list[Any]:
    wanted = {
        ServiceContact.hospital_id: given.hospital,
        ServiceContact.worker_id: given.worker,
    }
    inside: list[Any] = [col(column) == value for column, value in wanted.items() if value is not None]
    if given.program is not None:
        inside.append(col(ServiceContact.program_id).in_(select(Program.id).where(Program.code == given.program)))
    where: list[Any] = [col(QualityFlag.contact_id).in_(select(ServiceContact.id).where(*inside))] if inside else []
    if given.kind is not None:
        where.append(col(QualityFlag.kind) == given.kind)
    if given.state is not None:
        where.append(col(QualityFlag.state) == given.state)
    return where


@read("contact.review")
async def flags(unit: Unit, wanted: Iterable[str], request: PageRequest, given: FlagFilter) -> Page[RowMapping]:
    """Flags to review with their contact, client code, worker and hospital; the newest first."""
    return await FLAGS.page(unit, wanted, _conditions(given), request)


@read("contact.review")
async def flags_on_page(
    unit: Unit, wanted: Iterable[str], given: FlagFilter, *, page: int, size: int
) -> Sequence[RowMapping]:
    """The same by page number (1 is the first)."""
    return await FLAGS.numbered(unit, wanted, _conditions(given), page=page, size=size)


@read("contact.review")
async def count_flags(unit: Unit, given: FlagFilter) -> int:
    """How many flags the filter gives."""
    return await FLAGS.total(unit, _conditions(given))


@read("contact.review")
async def flags_by_hospital(unit: Unit, given: FlagFilter) -> Mapping[UUID, int]:
    """How many flags the filter gives at each hospital that has any."""
    statement = (
        select(ServiceContact.hospital_id, func.count(col(QualityFlag.id)))
        .join(QualityFlag, col(QualityFlag.contact_id) == col(ServiceContact.id))
        .where(*_conditions(given))
        .group_by(col(ServiceContact.hospital_id))
    )
    return {hospital: int(number) for hospital, number in await unit.rows(statement)}


@read("contact.review")
async def open_flags_by_hospital(
    unit: Unit, program_id: UUID, first: date, last: date
) -> Mapping[UUID, Mapping[FlagKind, int]]:
    """How many doubts of each kind about a program's records of these days nobody has accepted yet."""
    statement = (
        select(ServiceContact.hospital_id, QualityFlag.kind, func.count(col(QualityFlag.id)))
        .join(QualityFlag, col(QualityFlag.contact_id) == col(ServiceContact.id))
        .where(
            col(ServiceContact.program_id) == program_id,
            col(ServiceContact.occurred_on).between(first, last),
            col(QualityFlag.state) == FlagState.OPEN,
        )
        .group_by(col(ServiceContact.hospital_id), col(QualityFlag.kind))
    )
    found: dict[UUID, Counter[FlagKind]] = {}
    for hospital, kind, number in await unit.rows(statement):
        found.setdefault(hospital, Counter())[kind] = number
    return found
