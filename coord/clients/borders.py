"""Data of a person across a border: only with a consent of its own for that, which names who gets them.

PIPL 38 and 39 and Korea's PIPA 28-8 ask for it. Where an organization is follows from its region in the directory, else
from the region of the deployment.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import col

from coord.clients.consents.codes import DataCategory, Purpose
from coord.clients.consents.reads import consents_of
from coord.clients.consents.rules import covering
from coord.kernel.errors import Invalid, Problem
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.settings import settings
from coord.work import Unit, read

_MOST = 5000


@read("organization.list")
async def regions_of(unit: Unit, organizations: Collection[UUID]) -> Mapping[UUID, str]:
    """Where some organizations are; those that the actor's directories do not know are left out."""
    known = select(Organization.id, Organization.region).where(col(Organization.id).in_(set(organizations)))
    return {key: region or settings().region for key, region in await unit.rows(known.limit(_MOST))}


@read("organization.list")
async def abroad(unit: Unit, home: UUID, others: Collection[UUID]) -> frozenset[UUID]:
    """Which of some organizations are in another region than one, or nobody knows where."""
    regions = await regions_of(unit, {home, *others})
    return frozenset(one for one in others if regions.get(one) != regions.get(home, settings().region))


@read("organization.list")
async def allowed_until(
    unit: Unit, client_id: UUID, home: UUID, target: UUID, categories: Collection[DataCategory]
) -> datetime | None:
    """Until when data of a client may go to an organization; None where no border or no end is in the way.

    Raises ``Invalid`` across a border without a consent that names the organization and covers the data.
    """
    if not await abroad(unit, home, [target]):
        return None
    given = [one for one in (await consents_of(unit, [client_id])).get(client_id, ()) if one.withdrawn_at is None]
    consent = covering(given, Purpose.CROSS_BORDER, target, unit.started_at, categories)
    if consent is None:
        raise Invalid(Problem("consent", "NO_CROSS_BORDER_CONSENT"))
    return consent.expires_at


@read("organization.list")
async def refuse_taking_abroad(unit: Unit, homes: Collection[UUID], client_id: UUID | None = None) -> None:
    """Raise ``Invalid`` where data leave the region of an organization in which nobody is whom the actor works for.

    With a client, a consent across the border that names one of them allows it; a list of many allows nobody.
    """
    own = unit.actor.at()
    regions = await regions_of(unit, {*homes, *own})
    here = {regions.get(one) for one in own}
    if unit.actor.unscoped or all(regions.get(home, settings().region) in here for home in homes):
        return
    given = () if client_id is None else (await consents_of(unit, [client_id])).get(client_id, ())
    if not any(covering(given, Purpose.CROSS_BORDER, one, unit.started_at) for one in own):
        raise Invalid(Problem("", "EXPORT_CROSSES_BORDER"))
