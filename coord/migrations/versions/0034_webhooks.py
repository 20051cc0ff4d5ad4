"""Webhooks: endpoints of partners' systems, what happened, and deliveries."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime


def _codes(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def _endpoint() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("foundation_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("failing_since", _moment(), nullable=True),
        sa.Column("paused_at", _moment(), nullable=True),
        sa.Column("paused_because", _codes("paused_because", "BY_PERSON", "FAILING", "GONE"), nullable=True),
        sa.Column("removed_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_webhook_endpoint_organization_id_organization"),
        sa.ForeignKeyConstraint(["foundation_id"], ["organization.id"], name="fk_webhook_endpoint_foundation_id_organization"),
        sa.ForeignKeyConstraint(["created_by_id"], ["app_user.id"], name="fk_webhook_endpoint_created_by_id_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_endpoint"),
    )
    op.create_index("ix_webhook_endpoint_organization_id", "webhook_endpoint", ["organization_id"])
    op.create_index("ix_webhook_endpoint_foundation_id", "webhook_endpoint", ["foundation_id"])


def upgrade() -> None:
    _endpoint()
    op.create_table(
        "webhook_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("organizations", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_event"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("foundation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("state", _codes("state", "PENDING", "DELIVERED", "GIVEN_UP"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("next_at", _moment(), nullable=False),
        sa.Column("tried_at", _moment(), nullable=True),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["endpoint_id"], ["webhook_endpoint.id"], name="fk_webhook_delivery_endpoint_id_webhook_endpoint"),
        sa.ForeignKeyConstraint(["event_id"], ["webhook_event.id"], name="fk_webhook_delivery_event_id_webhook_event"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_webhook_delivery_organization_id_organization"),
        sa.ForeignKeyConstraint(["foundation_id"], ["organization.id"], name="fk_webhook_delivery_foundation_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.UniqueConstraint("endpoint_id", "event_id", name="uq_webhook_delivery_endpoint_id_event_id"),
    )
    op.create_index("ix_webhook_delivery_event_id", "webhook_delivery", ["event_id"])
    op.create_index("ix_webhook_delivery_organization_id", "webhook_delivery", ["organization_id"])
    op.create_index("ix_webhook_delivery_foundation_id", "webhook_delivery", ["foundation_id"])
    pending = sa.text("state = 'PENDING'")
    op.create_index("ix_webhook_delivery_next", "webhook_delivery", ["next_at"], sqlite_where=pending, postgresql_where=pending)


def downgrade() -> None:
    for table in ("webhook_delivery", "webhook_event", "webhook_endpoint"):
        op.drop_table(table)
