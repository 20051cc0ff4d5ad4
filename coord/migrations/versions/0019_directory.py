"""The directory: what organizations that receive referrals say about themselves."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_CAPACITIES = ("CAPACITY", "WAITING_LIST", "NO_CAPACITY")


def upgrade() -> None:
    op.create_table(
        "receiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("foundation_id", sa.Uuid(), nullable=False),
        sa.Column("services", sa.String(length=400), nullable=False),
        sa.Column("districts", sa.String(length=900), nullable=False),
        sa.Column("eligibility", sa.String(length=400), nullable=True),
        sa.Column(
            "capacity",
            sa.Enum(*_CAPACITIES, name="capacity", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("opening_hours", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("phones_day_and_night", sa.String(length=120), nullable=True),
        sa.Column("contact_role", sa.String(length=80), nullable=True),
        sa.Column("search_text", sa.String(length=2000), nullable=False),
        sa.Column("confirmed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["app_user.id"], name="fk_receiver_confirmed_by_id_app_user"),
        sa.ForeignKeyConstraint(["foundation_id"], ["organization.id"], name="fk_receiver_foundation_id_organization"),
        sa.ForeignKeyConstraint(["id"], ["organization.id"], name="fk_receiver_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_receiver"),
    )
    op.create_index("ix_receiver_foundation_id", "receiver", ["foundation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("receiver")
