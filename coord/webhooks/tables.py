"""Where partners' systems want to hear of changes, what happened, and what became of telling them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, String, column
from sqlmodel import Field, UniqueConstraint

from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field
from coord.webhooks.codes import DeliveryState, PauseReason

LONGEST_URL = 500


class WebhookEndpoint(Row, table=True):
    """An address of one organization's system, in one of its places. Its secret is kept sealed and shown once."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        Index(
            "uq_webhook_endpoint_place", "organization_id", "place", unique=True,
            sqlite_where=column("removed_at").is_(None), postgresql_where=column("removed_at").is_(None),
        ),
        Index(
            "uq_webhook_endpoint_url", "organization_id", "url", unique=True,
            sqlite_where=column("removed_at").is_(None), postgresql_where=column("removed_at").is_(None),
        ),
    )  # fmt: skip

    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    foundation_id: UUID = Field(foreign_key="organization.id", index=True)
    place: int
    """Counted from 1; a removed one leaves its place to the next. An organization has so many places, not more."""
    url: str = Field(max_length=LONGEST_URL)
    kinds: list[str] = Field(default_factory=list, sa_type=JSON)
    secret: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(default_factory=now)
    created_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    failing_since: datetime | None = None
    paused_at: datetime | None = None
    paused_because: PauseReason | None = enum_field(PauseReason, "paused_because", default=None)
    removed_at: datetime | None = None


class WebhookEvent(Row, table=True):
    """Something happened; written in the transaction in which it did, told after the commit."""

    __tablename__ = "webhook_event"

    kind: str = Field(max_length=40)
    at: datetime = Field(default_factory=now)
    organizations: list[str] = Field(default_factory=list, sa_type=JSON)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class WebhookDelivery(Row, table=True):
    """One event for one endpoint. Its id goes with every attempt, so that a receiver knows what it has already."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "event_id"),
        Index(
            "ix_webhook_delivery_next", "next_at",
            sqlite_where=column("state", String()) == "PENDING", postgresql_where=column("state", String()) == "PENDING",
        ),
    )  # fmt: skip

    endpoint_id: UUID = Field(foreign_key="webhook_endpoint.id")
    event_id: UUID = Field(foreign_key="webhook_event.id", index=True)
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    foundation_id: UUID = Field(foreign_key="organization.id", index=True)
    kind: str = Field(max_length=40)
    body: str = Field(max_length=2000)
    state: DeliveryState = enum_field(DeliveryState, "state", default=DeliveryState.PENDING)
    attempts: int = 0
    created_at: datetime = Field(default_factory=now)
    next_at: datetime = Field(default_factory=now)
    tried_at: datetime | None = None
    ended_at: datetime | None = None
    status: int | None = None
    milliseconds: int | None = None
    error: str | None = Field(default=None, max_length=32)
