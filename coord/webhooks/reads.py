"""Endpoints and their delivery logs, for those who manage them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col

from coord.access import Role
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.webhooks.tables import WebhookDelivery, WebhookEndpoint
from coord.work import Unit, read

MOST_ENDPOINTS, MOST_DELIVERIES, MOST_ORGANIZATIONS = 200, 50, 500


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
