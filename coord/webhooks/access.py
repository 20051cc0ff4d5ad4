"""Endpoints are managed by the administrators of their organization, and of the foundation in whose directory it stands."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, protect
from coord.access.rows import Wall, any_of, everybody, nobody, one_of
from coord.webhooks.tables import WebhookDelivery, WebhookEndpoint, WebhookEvent


def _administered(model: Any) -> Any:
    def rows(actor: Actor) -> ColumnElement[bool]:
        return any_of(
            one_of(col(model.organization_id), actor.at(Role.ADMINISTRATOR)),
            one_of(col(model.foundation_id), actor.administers()),
        )

    return rows


protect(WebhookEndpoint, _administered(WebhookEndpoint), retention=Retention.OPERATIONAL, personal=("secret",))
protect(WebhookDelivery, _administered(WebhookDelivery), retention=Retention.TRANSIENT)
# Whatever somebody does may have to be told; what is told is read by the system alone.
protect(WebhookEvent, nobody, retention=Retention.TRANSIENT, wall=Wall(writes=everybody, grants=("INSERT",)))
