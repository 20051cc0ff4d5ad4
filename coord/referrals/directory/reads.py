"""The directory: as a list for the API, and for people with the organizations that have no entry yet."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.kernel.errors import NotFound
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.kernel.text import sort_key, typed
from coord.organizations.reads import matching
from coord.organizations.tables import ORGANIZATION_COLUMNS, Organization, OrganizationKind
from coord.referrals.codes import ReferralNeed
from coord.referrals.directory.codes import Capacity
from coord.referrals.directory.inputs import DirectoryFilter
from coord.referrals.directory.rules import unpacked
from coord.referrals.directory.tables import Receiver
from coord.work import Unit, read
from coord.work.listing import Join, Listing, Sort, another

MOST_ENTRIES = 500
RECEIVING = (
    OrganizationKind.COMMUNITY_ORG, OrganizationKind.HOSPITAL, OrganizationKind.AGENCY, OrganizationKind.SCHOOL,
    OrganizationKind.GOVERNMENT,
)  # fmt: skip
"""Kinds of organizations that people are sent to."""
_organization = another(Organization, "organization_of_receiver")
_SAID = (
    "services", "districts", "eligibility", "capacity", "opening_hours", "phone", "phones_day_and_night",
    "contact_role", "answers_by_link", "confirmed_at",
)  # fmt: skip
RECEIVERS = Listing(
    "receiver.list",
    Receiver,
    {
        "id": Receiver.id,
        **{name: getattr(Receiver, name) for name in _SAID},
        **{f"organization.{name}": getattr(_organization, name) for name in ORGANIZATION_COLUMNS},
    },
    [Sort(col(Receiver.id), UUID)],
    {"organization": Join(_organization, _organization.id == Receiver.id)},
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An organization and what it says about itself; ``confirmed_at`` is None where it has said nothing yet."""

    id: UUID
    code: str
    name: str
    kind: OrganizationKind
    foundation_id: UUID
    services: Sequence[ReferralNeed] = ()
    districts: Sequence[str] = ()
    eligibility: str | None = None
    capacity: Capacity | None = None
    opening_hours: str | None = None
    phone: str | None = None
    phones_day_and_night: str | None = None
    contact_role: str | None = None
    answers_by_link: bool | None = None
    confirmed_at: datetime | None = None
    keys: str = ""
    """Under which it is found: keys of its name, its code and its districts."""


def conditions(given: DirectoryFilter) -> list[Any]:
    """The filter as conditions on ``Receiver``."""
    where: list[Any] = []
    if given.need is not None:
        where.append(col(Receiver.services).contains(f" {given.need.value} "))
    if given.district is not None:
        where.append(col(Receiver.districts).contains(f" {''.join(given.district.split())} ", autoescape=True))
    if given.capacity is not None:
        where.append(col(Receiver.capacity) == given.capacity)
    return where


def _found_by(search: str | None) -> list[Any]:
    """By what the organization is called, or by where it works."""
    text = typed(search)
    if not text:
        return []
    named = select(Organization.id).where(*matching(search))
    return [col(Receiver.search_text).contains(text, autoescape=True) | col(Receiver.id).in_(named)]


@read("receiver.list")
async def receivers(
    unit: Unit, wanted: Iterable[str], request: PageRequest, given: DirectoryFilter
) -> Page[RowMapping]:
    """Entries by cursor."""
    return await RECEIVERS.page(unit, wanted, [*conditions(given), *_found_by(given.search)], request)


@read("receiver.list")
async def directory(unit: Unit, given: DirectoryFilter) -> Sequence[Entry]:
    """Organizations that people are sent to, by name; those without an entry too, unless more than a name is asked for."""
    text = typed(given.search)
    statement = (
        select(*_COLUMNS)
        .outerjoin(Receiver, col(Receiver.id) == col(Organization.id))
        .where(col(Organization.kind).in_(RECEIVING), *conditions(given))
        .limit(MOST_ENTRIES)
    )
    if text:
        near = col(Receiver.search_text).contains(text, autoescape=True)
        statement = statement.where(col(Organization.search_text).contains(text, autoescape=True) | near)
    return sorted((_entry(row) for row in await unit.rows(statement)), key=lambda one: sort_key(one.name))


def found_by(entry: Entry, text: str) -> bool:
    """Whether what was typed finds it."""
    return text in entry.keys


@read("receiver.list")
async def entries_of(unit: Unit, organizations: Collection[UUID]) -> Sequence[Entry]:
    """These organizations with what they say of themselves, whatever their kind."""
    statement = (
        select(*_COLUMNS)
        .outerjoin(Receiver, col(Receiver.id) == col(Organization.id))
        .where(col(Organization.id).in_(organizations))
        .limit(MOST_ENTRIES)
    )
    return [_entry(row) for row in await unit.rows(statement)] if organizations else []


@read("receiver.list")
async def receiver(unit: Unit, organization_id: UUID) -> Entry:
    """One organization of the directory. Raises ``NotFound`` for others, and for kinds that nobody is sent to."""
    statement = (
        select(*_COLUMNS)
        .outerjoin(Receiver, col(Receiver.id) == col(Organization.id))
        .where(col(Organization.id) == organization_id, col(Organization.kind).in_(RECEIVING))
    )
    row = await unit.row(statement)
    if row is None:
        raise NotFound
    return _entry(row)


_COLUMNS = (
    Organization.id, Organization.code, Organization.name, Organization.kind, Organization.foundation_id,
    Organization.search_text, col(Receiver.search_text).label("place_text"),
    *(getattr(Receiver, name) for name in _SAID),
)  # fmt: skip


def _entry(row: Any) -> Entry:
    facts = dict(row._mapping)  # noqa: SLF001  the public name of a row's mapping
    keys = f"{facts.pop('search_text')} {facts.pop('place_text') or ''}"
    return Entry(
        **facts
        | {
            "services": [ReferralNeed(code) for code in unpacked(row.services)],
            "districts": unpacked(row.districts),
            "keys": keys,
        }
    )
