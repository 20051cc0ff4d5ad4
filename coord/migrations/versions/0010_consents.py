"""Consents as records of their own; what stood on a client becomes such a record. Every client has a key."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
import sqlmodel
from alembic import op

from coord.clients.consents.rules import FIXED_CATEGORIES, Purpose
from coord.clients.vault import new_key
from coord.kernel.ids import uuid7

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_AT = sqlmodel.sql.sqltypes.UTCDateTime()
_APPENDED = ("consent", "consent_recipient", "consent_evidence", "consent_withdrawal")
_PURPOSES = ("SERVICE", "INFORMATION_SHARING", "FOLLOW_UP", "PHOTO_OR_CASE_USE", "RESEARCH", "CROSS_BORDER")
_RELATIONS = ("PARENT", "SPOUSE", "ADULT_CHILD", "SIBLING", "OTHER_RELATIVE", "APPOINTED")
_CHANNELS = ("PAPER", "ON_SCREEN", "PHONE", "VIDEO", "MESSAGE", "MAIL", "EARLIER")
_REASONS = ("ASKED_BY_PERSON", "ASKED_BY_GUARDIAN", "REPLACED", "NO_LONGER_APPLIES", "RECORDED_BY_MISTAKE")
_NO_TEXT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
_REFUSE = """
CREATE FUNCTION consent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'consents are added, never changed'; END $$
"""


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _references(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [_refers(table, column, other) for column, other in columns.items()]


def _tables() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", _choice("purpose", _PURPOSES), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("basis", _choice("basis", ("CONSENT", "LEGAL_MANDATE", "VITAL_INTEREST")), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("signer", _choice("signer", ("SELF", "GUARDIAN")), nullable=True),
        sa.Column("relation", _choice("relation", _RELATIONS), nullable=True),
        sa.Column("guardian", sa.LargeBinary(), nullable=True),
        sa.Column("channel", _choice("channel", _CHANNELS), nullable=False),
        sa.Column("text_version", sqlmodel.AutoString(length=20), nullable=False),
        sa.Column("text_hash", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("language", sqlmodel.AutoString(length=10), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", _AT, nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        *_references("consent", client_id="client", program_id="program", hospital_id="organization", recorded_by_id="app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_client_id", "consent", ["client_id"])
    op.create_index("ix_consent_hospital_id_expires_on", "consent", ["hospital_id", "expires_on"])
    op.create_table(
        "consent_recipient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        *_references("consent_recipient", consent_id="consent", hospital_id="organization", organization_id="organization"),
        sa.PrimaryKeyConstraint("id", name="pk_consent_recipient"),
        sa.UniqueConstraint("consent_id", "organization_id", name="uq_consent_recipient_consent_id_organization_id"),
    )
    for column in ("hospital_id", "organization_id"):
        op.create_index(f"ix_consent_recipient_{column}", "consent_recipient", [column])
    op.create_table(
        "consent_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _choice("kind", ("PDF", "JPEG", "PNG")), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", _AT, nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        *_references("consent_evidence", consent_id="consent", client_id="client", hospital_id="organization", recorded_by_id="app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_consent_evidence"),
    )
    for column in ("consent_id", "client_id"):
        op.create_index(f"ix_consent_evidence_{column}", "consent_evidence", [column])
    op.create_table(
        "consent_withdrawal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", _AT, nullable=False),
        sa.Column("reason", _choice("reason", _REASONS), nullable=False),
        sa.Column("remark", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        *_references("consent_withdrawal", consent_id="consent", client_id="client", hospital_id="organization", recorded_by_id="app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_consent_withdrawal"),
        sa.UniqueConstraint("consent_id", name="uq_consent_withdrawal_consent_id"),
    )
    op.create_index("ix_consent_withdrawal_client_id", "consent_withdrawal", ["client_id"])


def _never_changed() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_REFUSE)
        for table in _APPENDED:
            op.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse()"
            )
        return
    for table in _APPENDED:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                "BEGIN SELECT raise(ABORT, 'consents are added, never changed'); END"
            )


def _client() -> sa.Table:
    ids = [sa.column(name, sa.Uuid()) for name in ("id", "program_id", "hospital_id")]
    return sa.table("client", *ids, sa.column("consent", sa.String()), sa.column("registered_at", _AT))


def _carry_over() -> None:
    """What was known so far: that the person agreed when registered, or no longer does."""
    connection, client = op.get_bind(), _client()
    people = connection.execute(sa.select(client).where(client.c.consent != "NOT_RECORDED")).mappings().all()
    consents, ends, at = [], [], datetime.now(UTC)
    for row in people:
        consent_id = uuid7()
        place = {"client_id": row["id"], "hospital_id": row["hospital_id"]}
        consents.append(
            {
                "id": consent_id, **place, "program_id": row["program_id"], "purpose": "SERVICE",
                "categories": sorted(map(str, FIXED_CATEGORIES[Purpose.SERVICE])), "basis": "CONSENT", "signer": "SELF",
                "channel": "EARLIER", "text_version": "earlier", "text_hash": _NO_TEXT, "language": "zh-CN",
                "given_on": row["registered_at"].date(), "recorded_at": at,
            }
        )
        if row["consent"] == "WITHDRAWN":
            ends.append({"id": uuid7(), "consent_id": consent_id, **place, "withdrawn_at": at, "reason": "ASKED_BY_PERSON"})
    _insert("consent", consents)
    _insert("consent_withdrawal", ends)


def _insert(name: str, rows: list[dict]) -> None:
    if rows:
        kinds = {"categories": sa.JSON(), "recorded_at": _AT, "withdrawn_at": _AT, "given_on": sa.Date()}
        columns = [sa.column(c, sa.Uuid() if isinstance(v, UUID) else kinds.get(c, sa.LargeBinary() if isinstance(v, bytes) else sa.String())) for c, v in rows[0].items()]
        op.bulk_insert(sa.table(name, *columns), rows)


def _keys_for_all() -> None:
    connection = op.get_bind()
    ids = connection.execute(
        sa.text("SELECT id FROM client WHERE id NOT IN (SELECT id FROM client_key)").columns(id=sa.Uuid())
    ).scalars()
    _insert("client_key", [new_key(client_id)[0].model_dump() for client_id in ids.all()])


def upgrade() -> None:
    _tables()
    _carry_over()
    _keys_for_all()
    _never_changed()
    with op.batch_alter_table("client") as batch:
        batch.drop_constraint(op.f("ck_client_consent"), type_="check")
        batch.drop_column("consent")


def downgrade() -> None:
    with op.batch_alter_table("client") as batch:
        batch.add_column(sa.Column("consent", sa.String(length=32), nullable=False, server_default="NOT_RECORDED"))
    held = "SELECT 1 FROM consent c WHERE c.client_id = client.id AND c.purpose = 'SERVICE'"
    ended = "SELECT 1 FROM consent_withdrawal w WHERE w.consent_id = c.id"
    op.execute(f"UPDATE client SET consent = 'WITHDRAWN' WHERE EXISTS ({held})")
    op.execute(f"UPDATE client SET consent = 'GIVEN' WHERE EXISTS ({held} AND NOT EXISTS ({ended}))")
    with op.batch_alter_table("client") as batch:
        batch.alter_column("consent", existing_type=sa.String(length=32), server_default=None)
        batch.create_check_constraint(
            op.f("ck_client_consent"), "consent IN ('NOT_RECORDED', 'GIVEN', 'WITHDRAWN')"
        )
    for table in reversed(_APPENDED):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION consent_refuse")
