"""Endpoints and their delivery logs, for those who manage them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.access import Role
from coord.kernel.errors import NotFound
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.webhooks.tables import WebhookDelivery, WebhookEndpoint
from coord.work import Unit, read
from coord.work.listing import Listing, Sort

MOST_ENDPOINTS, MOST_DELIVERIES, MOST_ORGANIZATIONS = 200, 50, 500
ENDPOINTS = Listing(
    "webhook.manage",
    WebhookEndpoint,
    {
        name: getattr(WebhookEndpoint, name)
        for name in (
            "id", "organization_id", "url", "kinds", "created_at", "failing_since", "paused_at", "paused_because",
            "removed_at",
        )
    },
    [Sort(col(WebhookEndpoint.id), UUID)],
    {},
    descending=True,
)  # fmt: skip
DELIVERIES = Listing(
    "webhook.manage",
    WebhookDelivery,
    {
        name: getattr(WebhookDelivery, name)
        for name in (
            "id", "endpoint_id", "kind", "state", "attempts", "created_at", "tried_at", "next_at", "status", "milliseconds",
            "error",
        )
    },
    [Sort(col(WebhookDelivery.id), UUID)],
    {},
    descending=True,
)  # fmt: skip


@read("webhook.manage")
async def endpoints_by_cursor(unit: Unit, wanted: Iterable[str], request: PageRequest) -> Page[RowMapping]:
    """The endpoints that the actor manages and has not removed, the newest first."""
    return await ENDPOINTS.page(unit, wanted, [col(WebhookEndpoint.removed_at).is_(None)], request)


@read("webhook.manage")
async def deliveries_by_cursor(
    unit: Unit, endpoint_id: UUID, wanted: Iterable[str], request: PageRequest
) -> Page[RowMapping]:
    """The deliveries of an endpoint, the newest first. Raises ``NotFound`` for a removed or a foreign one."""
    one = await endpoint(unit, endpoint_id)
    return await DELIVERIES.page(unit, wanted, [col(WebhookDelivery.endpoint_id) == one.id], request)


@read("webhook.manage")
async def endpoints(unit: Unit) -> Sequence[tuple[WebhookEndpoint, str]]:
    """The endpoints that the actor manages, with the names of their organizations."""
    statement = (
        select(WebhookEndpoint, Organization.name)
        .join(Organization, col(Organization.id) == col(WebhookEndpoint.organization_id))
        .where(col(WebhookEndpoint.removed_at).is_(None))
        .order_by(col(WebhookEndpoint.id).desc())
        .limit(MOST_ENDPOINTS)
    )
    return [(row, name) for row, name in await unit.rows(statement)]


@read("webhook.manage")
async def endpoint(unit: Unit, endpoint_id: UUID) -> WebhookEndpoint:
    """One that is not removed. Raises ``NotFound``."""
    found = await unit.find(WebhookEndpoint, endpoint_id)
    if found.removed_at is not None:
        raise NotFound
    return found


@read("webhook.manage")
async def deliveries(unit: Unit, endpoint_id: UUID) -> Sequence[WebhookDelivery]:
    """The newest deliveries of an endpoint."""
    statement = (
        select(WebhookDelivery)
        .where(col(WebhookDelivery.endpoint_id) == endpoint_id)
        .order_by(col(WebhookDelivery.id).desc())
        .limit(MOST_DELIVERIES)
    )
    found: Sequence[WebhookDelivery] = await unit.scalars(statement)
    return found


@read("webhook.manage")
async def managed_organizations(unit: Unit) -> Sequence[tuple[UUID, str]]:
    """The organizations whose endpoints the actor manages, by code."""
    actor = unit.actor
    own = col(Organization.id).in_(actor.at(Role.ADMINISTRATOR))
    statement = (
        select(Organization.id, Organization.name)
        .where(own | col(Organization.foundation_id).in_(actor.administers()))
        .order_by(col(Organization.code))
        .limit(MOST_ORGANIZATIONS)
    )
    return [(key, name) for key, name in await unit.rows(statement)]
