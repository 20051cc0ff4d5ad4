"""Likely doubles by keyed hashes, merges that can be undone, pairs that stay apart."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from coord.clients.matching import likeness_hashes, tail_hash
from coord.clients.vault import opened_identity
from coord.kernel.ids import uuid7

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _id(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _at(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=nullable)


def _table(name: str, *parts: sa.Column | sa.Constraint, **references: str) -> None:
    keys = [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{name}_{column}_{other}")
        for column, other in references.items()
    ]
    op.create_table(name, _id("id"), *parts, *keys, sa.PrimaryKeyConstraint("id", name=f"pk_{name}"))


def _fill() -> None:
    """Hashes of everybody who is known already."""
    at = op.get_bind()
    uuid = sa.Uuid()
    client = sa.table("client", *(sa.column(n, uuid) for n in ("id", "hospital_id", "program_id")), sa.column("birth_year"))
    vault = sa.table("client_identity", sa.column("id", uuid), sa.column("name"), sa.column("phone"))
    kept = sa.table("client_key", sa.column("id", uuid), sa.column("wrapped"))
    made = sa.table("client_match_key", *(sa.column(n, uuid) for n in ("id", "client_id", "hospital_id", "program_id")),
                    sa.column("hash", sa.LargeBinary()))
    joined = client.join(vault, vault.c.id == client.c.id).join(kept, kept.c.id == client.c.id)
    statement = sa.select(
        client.c.id, client.c.hospital_id, client.c.program_id, client.c.birth_year, kept.c.wrapped, vault.c.name, vault.c.phone
    ).select_from(joined)
    rows = []
    for who, hospital, program, year, wrapped, name, phone in at.execute(statement).all():
        said, number = opened_identity(who, bytes(wrapped), bytes(name), None if phone is None else bytes(phone))
        tail = tail_hash(number)
        for digest in [*likeness_hashes(said, year, number), *([tail] if tail else [])]:
            rows.append({"id": uuid7(), "client_id": who, "hospital_id": hospital, "program_id": program, "hash": digest})
    if rows:
        at.execute(made.insert(), rows)


def upgrade() -> None:
    with op.batch_alter_table("client") as batch:
        batch.add_column(_id("merged_into_id", True))
        batch.create_foreign_key("fk_client_merged_into_id_client", "client", ["merged_into_id"], ["id"])
    _table(
        "client_match_key", _id("client_id"), _id("hospital_id"), _id("program_id"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        client_id="client", hospital_id="organization", program_id="program",
    )
    op.create_index("ix_client_match_key_client_id", "client_match_key", ["client_id"])
    op.create_index("ix_client_match_key_hash", "client_match_key", ["hash", "hospital_id"])
    _table("client_match_ask", _id("user_id", True), _at("at"), user_id="app_user")
    op.create_index("ix_client_match_ask_user_id_at", "client_match_ask", ["user_id", "at"])
    _table(
        "client_merge", _id("kept_id"), _id("merged_id"), _id("hospital_id"), sa.Column("moved", sa.JSON(), nullable=False),
        _at("at"), _id("by_id", True), _at("undone_at", True),
        kept_id="client", merged_id="client", hospital_id="organization", by_id="app_user",
    )
    op.create_index("ix_client_merge_kept_id", "client_merge", ["kept_id"])
    op.create_index("ix_client_merge_merged_id", "client_merge", ["merged_id"])
    _table(
        "client_apart", _id("first_id"), _id("second_id"), _id("hospital_id"), _id("by_id", True),
        sa.UniqueConstraint("first_id", "second_id", name="uq_client_apart_first_id_second_id"),
        first_id="client", second_id="client", hospital_id="organization", by_id="app_user",
    )
    op.create_index("ix_client_apart_second_id", "client_apart", ["second_id"])
    _fill()


def downgrade() -> None:
    for name in ("client_apart", "client_merge", "client_match_ask", "client_match_key"):
        op.drop_table(name)
    with op.batch_alter_table("client") as batch:
        batch.drop_constraint("fk_client_merged_into_id_client", type_="foreignkey")
        batch.drop_column("merged_into_id")
