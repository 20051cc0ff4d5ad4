"""The directory of those who receive referrals, as the Human Services Data Specification 3.0 has it. No person in it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from coord.language import Words, words
from coord.referrals.codes import ReferralNeed
from coord.referrals.directory import Capacity, DirectoryFilter, directory
from coord.referrals.directory.reads import Entry
from coord.work import Unit, read
from coord.work.pace import Pace, keep_pace

Item = dict[str, Any]


@read("receiver.list")
async def hsds_directory(unit: Unit) -> Mapping[str, Any]:
    """The directories that the actor sees, as one page of organizations. Raises ``TooOften``."""
    await keep_pace(unit, Pace.EXPORTS)
    entries = await directory(unit, DirectoryFilter())
    return page_of([organization_of(entry, words(unit.actor.language)) for entry in entries])


def page_of(items: Sequence[Item]) -> Mapping[str, Any]:
    """Items as the specification's API pages them."""
    return {
        "total_items": len(items),
        "total_pages": 1,
        "page_number": 1,
        "size": len(items),
        "first_page": True,
        "last_page": True,
        "empty": not items,
        "contents": list(items),
    }


def organization_of(entry: Entry, spoken: Words) -> Item:
    """One organization with a service for each need that it takes; ids stay the same from export to export."""
    kind = spoken(f"organization_kind.{entry.kind}")
    return _known(
        id=str(entry.id),
        name=entry.name,
        description=entry.eligibility or kind,
        legal_status=entry.kind.value,
        organization_identifiers=[
            {
                "id": str(uuid5(entry.id, "code")),
                "organization_id": str(entry.id),
                "identifier_scheme": "urn:coord:organization",
                "identifier_type": "code",
                "identifier": entry.code,
            }
        ],
        phones=_phones(entry, spoken),
        contacts=_contacts(entry),
        services=[_service(entry, need, spoken) for need in entry.services],
    )


def _known(**members: Any) -> Item:
    return {name: value for name, value in members.items() if value not in (None, [], "")}


def _phones(entry: Entry, spoken: Words) -> list[Item]:
    numbers = [(entry.phone, None), (entry.phones_day_and_night, spoken("exchange.day_and_night"))]
    return [
        _known(
            id=str(uuid5(entry.id, f"phone/{place}")), organization_id=str(entry.id), number=number, description=said
        )
        for place, (number, said) in enumerate(numbers)
        if number
    ]


def _contacts(entry: Entry) -> list[Item]:
    """Whom to ask for: an office or a role, which is all that the directory knows."""
    role = entry.contact_role
    return [{"id": str(uuid5(entry.id, "contact")), "organization_id": str(entry.id), "title": role}] if role else []


def _service(entry: Entry, need: ReferralNeed, spoken: Words) -> Item:
    service = uuid5(entry.id, need.value)
    modified = None if entry.confirmed_at is None else entry.confirmed_at.isoformat()
    return _known(
        id=str(service),
        organization_id=str(entry.id),
        name=spoken(f"referral_need.{need}"),
        alternate_name=need.value,
        status="temporarily closed" if entry.capacity is Capacity.NO_CAPACITY else "active",
        wait_time=None if entry.capacity is None else spoken(f"capacity.{entry.capacity}"),
        eligibility_description=entry.eligibility,
        assured_date=None if entry.confirmed_at is None else entry.confirmed_at.date().isoformat(),
        last_modified=modified,
        schedules=_schedules(entry, service),
        service_areas=[
            {"id": str(uuid5(service, f"area/{name}")), "service_id": str(service), "name": name}
            for name in entry.districts
        ],
    )


def _schedules(entry: Entry, service: UUID) -> list[Item]:
    if not entry.opening_hours:
        return []
    return [{"id": str(uuid5(service, "schedule")), "service_id": str(service), "description": entry.opening_hours}]
