"""Tombstones, requests to erase, breaches."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_AT = sqlmodel.sql.sqltypes.UTCDateTime()
_BASES = ("ASKED_BY_PERSON", "CONSENT_WITHDRAWN", "RETENTION_OVER", "UNLAWFUL", "ORDERED")
_OPEN = sa.text("erased_at IS NULL AND ended_at IS NULL")


def _bases(name: str) -> sa.Enum:
    return sa.Enum(*_BASES, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def upgrade() -> None:
    with op.batch_alter_table("client") as batch:
        batch.add_column(sa.Column("erased_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("erasure_basis", sa.String(length=32), nullable=True))
        listed = ", ".join(f"'{basis}'" for basis in _BASES)
        batch.create_check_constraint(op.f("ck_client_erasure_basis"), f"erasure_basis IN ({listed})")
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("basis", _bases("basis"), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _AT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("agreed_by_id", sa.Uuid(), nullable=True),
        *(sa.Column(name, _AT, nullable=True) for name in ("agreed_at", "ended_at", "erased_at")),
        _refers("erasure_request", "client_id", "client"),
        _refers("erasure_request", "hospital_id", "organization"),
        _refers("erasure_request", "asked_by_id", "app_user"),
        _refers("erasure_request", "agreed_by_id", "app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_erasure_request"),
        sa.CheckConstraint(
            "agreed_by_id IS NULL OR agreed_by_id <> asked_by_id", name=op.f("ck_erasure_request_two_people")
        ),
    )
    op.create_index("ix_erasure_request_client_id", "erasure_request", ["client_id"])
    op.create_index("ix_erasure_request_hospital_id", "erasure_request", ["hospital_id"])
    op.create_index(
        "uq_erasure_request_open", "erasure_request", ["client_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_table(
        "breach",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("foundation_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, _AT, nullable=False) for name in ("began_at", "ended_at", "discovered_at")),
        sa.Column("what", sqlmodel.AutoString(length=500), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", _AT, nullable=False),
        *(sa.Column(name, _AT, nullable=True) for name in ("authority_told_at", "persons_told_at", "reminded_at")),
        _refers("breach", "hospital_id", "organization"),
        _refers("breach", "foundation_id", "organization"),
        _refers("breach", "recorded_by_id", "app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_breach"),
    )
    op.create_index("ix_breach_hospital_id", "breach", ["hospital_id"])
    op.create_index("ix_breach_foundation_id", "breach", ["foundation_id"])


def downgrade() -> None:
    op.drop_table("breach")
    op.drop_table("erasure_request")
    with op.batch_alter_table("client") as batch:
        batch.drop_constraint(op.f("ck_client_erasure_basis"), type_="check")
        batch.drop_column("erasure_basis")
        batch.drop_column("erased_on")
