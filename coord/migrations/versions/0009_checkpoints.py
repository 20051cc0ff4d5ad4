"""Signed checkpoints of the audit trail, which are never changed either; access to one client in an emergency."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime


def _checkpoints() -> None:
    op.create_table(
        "audit_checkpoint",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("key", sqlmodel.AutoString(length=16), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_checkpoint"),
        sa.UniqueConstraint("prev", name="uq_audit_checkpoint_prev"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_checkpoint_no_{event.lower()} BEFORE {event} ON audit_checkpoint "
            "BEGIN SELECT raise(ABORT, 'checkpoints of the audit trail are never changed'); END"
        )


def _choice(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _emergencies() -> None:
    refers = {
        "client_id": "client",
        "hospital_id": "organization",
        "organization_id": "organization",
        "foundation_id": "organization",
        "user_id": "app_user",
        "reviewed_by_id": "app_user",
    }
    reason = _choice("reason", "DANGER_TO_LIFE", "DANGER_TO_OTHERS", "UNPLANNED_ADMISSION", "MISSING_PERSON")
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=name == "reviewed_by_id") for name in refers),
        sa.Column("client_code", sqlmodel.AutoString(length=40), nullable=False),
        sa.Column("user_name", sqlmodel.AutoString(length=120), nullable=False),
        sa.Column("reason", reason, nullable=False),
        sa.Column("explanation", sqlmodel.AutoString(length=500), nullable=False),
        sa.Column("opened_at", _moment(), nullable=False),
        sa.Column("until_at", _moment(), nullable=False),
        sa.Column("ended_at", _moment(), nullable=True),
        sa.Column("reviewed_at", _moment(), nullable=True),
        sa.Column("reviewer_name", sqlmodel.AutoString(length=120), nullable=True),
        sa.Column("verdict", _choice("verdict", "JUSTIFIED", "NOT_JUSTIFIED"), nullable=True),
        sa.Column("remark", sqlmodel.AutoString(length=500), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_emergency_access_{name}_{table}")
            for name, table in refers.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_emergency_access"),
    )
    for name in ("client_id", "hospital_id", "foundation_id"):
        op.create_index(f"ix_emergency_access_{name}", "emergency_access", [name])
    op.create_index("ix_emergency_access_user", "emergency_access", ["user_id", "until_at"])


def upgrade() -> None:
    _checkpoints()
    _emergencies()


def downgrade() -> None:
    op.drop_table("emergency_access")
    op.drop_table("audit_checkpoint")
