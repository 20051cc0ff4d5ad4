"""Contacts as lists, and what the worker's pages ask."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.clients.access import of_care_team
from coord.clients.tables import Client
from coord.contacts.codes import FlagState
from coord.contacts.inputs import ContactFilter
from coord.contacts.sealing import opened_note, opened_note_key
from coord.contacts.tables import (
    NoteKey,
    Presence,
    QualityFlag,
    ServiceContact,
    ServiceGroup,
)
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.organizations.tables import ORGANIZATION_COLUMNS, Organization
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.work.listing import Join, Listing, Sort, another
from coord.workforce.tables import Worker

_client, _worker = another(Client, "client_of"), another(Worker, "worker_of")
_hospital, _program = another(Organization, "hospital_of"), another(Program, "program_of")
_group = another(ServiceGroup, "group_of")
_OWN = (
    "id", "program_id", "hospital_id", "agency_id", "worker_id", "client_id", "group_id", "session_number",
    "service_code", "setting", "stage", "phase", "target", "issues", "occurred_on", "started_at",
    "duration_minutes", "attendance", "is_collateral", "anonymous_count", "family_present", "heads_present",
    "co_worker_count", "certificates", "status", "source", "recorded_at", "recorded_by_id", "return_reason",
)  # fmt: skip

CONTACTS = Listing(
    "contact.list",
    ServiceContact,
    {
        **{name: getattr(ServiceContact, name) for name in _OWN},
        **{f"client.{n}": getattr(_client, n) for n in ("id", "code", "birth_year", "district", "stage")},
        **{f"worker.{n}": getattr(_worker, n) for n in ("id", "code", "display_name")},
        **{f"hospital.{n}": getattr(_hospital, n) for n in ORGANIZATION_COLUMNS},
        **{
            f"program.{n}": getattr(_program, n)
            for n in ("id", "code", "name", "starts_on", "ends_on", "foundation_id", "time_zone")
        },
        **{f"group.{n}": getattr(_group, n) for n in ("id", "name")},
    },
    [Sort(col(ServiceContact.occurred_on), date.fromisoformat), Sort(col(ServiceContact.id), UUID)],
    {
        "client": Join(_client, _client.id == ServiceContact.client_id),
        "worker": Join(_worker, _worker.id == ServiceContact.worker_id),
        "hospital": Join(_hospital, _hospital.id == ServiceContact.hospital_id),
        "program": Join(_program, _program.id == ServiceContact.program_id),
        "group": Join(_group, _group.id == ServiceContact.group_id),
    },
    descending=True,
)


def conditions(given: ContactFilter) -> list[Any]:
    """The filter as conditions on ``ServiceContact``."""
    equal = {
        ServiceContact.hospital_id: given.hospital,
        ServiceContact.worker_id: given.worker,
        ServiceContact.client_id: given.client,
        ServiceContact.group_id: given.group,
    }
    where: list[Any] = [col(column) == value for column, value in equal.items() if value is not None]
    if given.program is not None:
        where.append(col(ServiceContact.program_id).in_(select(Program.id).where(Program.code == given.program)))
    if given.with_client is not None:
        came = select(Presence.contact_id).where(col(Presence.client_id) == given.with_client)
        where.append(or_(col(ServiceContact.client_id) == given.with_client, col(ServiceContact.id).in_(came)))
    if given.service_code:
        where.append(col(ServiceContact.service_code).in_(given.service_code))
    if given.status:
        where.append(col(ServiceContact.status).in_(given.status))
    if given.from_day is not None:
        where.append(col(ServiceContact.occurred_on) >= given.from_day)
    if given.to_day is not None:
        where.append(col(ServiceContact.occurred_on) <= given.to_day)
    if given.flagged:
        flagged = select(QualityFlag.contact_id).where(col(QualityFlag.state) == FlagState.OPEN)
        where.append(col(ServiceContact.id).in_(flagged))
    return where


@read("contact.list")
async def contacts(unit: Unit, wanted: Iterable[str], request: PageRequest, given: ContactFilter) -> Page[RowMapping]:
    """Contacts, newest service first, by cursor."""
    return await CONTACTS.page(unit, wanted, conditions(given), request)


@read("contact.list")
async def contacts_on_page(
    unit: Unit, wanted: Iterable[str], given: ContactFilter, *, page: int, size: int
) -> Sequence[RowMapping]:
    """Contacts, newest service first, by page number (1 is the first)."""
    return await CONTACTS.numbered(unit, wanted, conditions(given), page=page, size=size)


@read("contact.list")
async def contacts_by_id(unit: Unit, wanted: Iterable[str], ids: Collection[UUID]) -> dict[UUID, RowMapping]:
    """The contacts among these ids, for lists that know ids only."""
    return await CONTACTS.by_ids(unit, wanted, ids)


@read("contact.list")
async def count_contacts(unit: Unit, given: ContactFilter) -> int:
    """How many contacts the filter gives."""
    return await CONTACTS.total(unit, conditions(given))


@read("contact.read_note")
async def notes(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Record text by contact, for the care team only: a joint host sees the event, not what was written."""
    statement = (
        select(ServiceContact.id, ServiceContact.note, NoteKey.id, NoteKey.wrapped)
        .join(NoteKey, col(NoteKey.id) == col(ServiceContact.note_key_id))
        .where(col(ServiceContact.id).in_(ids), of_care_team(col(ServiceContact.hospital_id), unit.actor))
    )
    rows = await unit.rows(statement)
    keys = {made: opened_note_key(made, wrapped) for made, wrapped in {(row[2], row[3]) for row in rows}}
    return {contact: opened_note(keys[made], contact, sealed) for contact, sealed, made, _ in rows}


@read("contact.list")
async def recent_clients(unit: Unit, worker_id: UUID, *, limit: int = 8) -> Sequence[RowMapping]:
    """The clients whom a worker served last: client_id, last_on, and the last contact's id."""
    latest = (
        select(
            ServiceContact.client_id,
            func.max(ServiceContact.occurred_on).label("last_on"),
            func.max(ServiceContact.recorded_at).label("last_recorded"),
        )
        .where(col(ServiceContact.worker_id) == worker_id, col(ServiceContact.client_id).is_not(None))
        .group_by(col(ServiceContact.client_id))
        .order_by(func.max(ServiceContact.recorded_at).desc())
        .limit(limit)
    )
    return (await unit.session.run(latest)).mappings().all()


@read("contact.list")
async def last_contact(unit: Unit, worker_id: UUID, client_id: UUID) -> RowMapping | None:
    """The newest contact of a worker with a client: what the next form is prefilled from."""
    statement = (
        CONTACTS.select(CONTACTS.paths - {p for p in CONTACTS.paths if "." in p})
        .where(col(ServiceContact.worker_id) == worker_id, col(ServiceContact.client_id) == client_id)
        .order_by(col(ServiceContact.recorded_at).desc())
        .limit(1)
    )
    return (await unit.session.run(statement)).mappings().first()
