"""Identities sealed with a key of each client; names found by keyed hashes."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from coord.clients.vault import data_key, opened_identity, vault_rows
from coord.kernel.ids import uuid7
from coord.kernel.text import search_keys

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AT_ONCE = 2000


def _identity(kind: type[sa.types.TypeEngine]) -> None:
    op.create_table(
        "client_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", kind, nullable=False),
        sa.Column("phone", kind, nullable=True),
        sa.ForeignKeyConstraint(["id"], ["client.id"], name="fk_client_identity_id_client"),
        sa.PrimaryKeyConstraint("id", name="pk_client_identity"),
    )


def _search_key(column: sa.Column, indexed: list[str]) -> None:
    op.create_table(
        "client_search_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        column,
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_client_search_key_client_id_client"),
        sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name="fk_client_search_key_hospital_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_client_search_key"),
    )
    op.create_index("ix_client_search_key_client_id", "client_search_key", ["client_id"])
    op.create_index("ix_client_search_key_lookup", "client_search_key", indexed)


def _people(*columns: str) -> list[sa.Row]:
    """Every identity with its hospital; the columns are of the old or the new form."""
    identity = sa.table("client_identity", sa.column("id", sa.Uuid()), *(sa.column(name) for name in columns))
    client = sa.table("client", sa.column("id", sa.Uuid()), sa.column("hospital_id", sa.Uuid()))
    joined = identity.join(client, client.c.id == identity.c.id)
    statement = sa.select(identity.c.id, client.c.hospital_id, *(identity.c[name] for name in columns)).select_from(joined)
    return list(op.get_bind().execute(statement))


def _insert(name: str, rows: list[dict]) -> None:
    table = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
    for start in range(0, len(rows), _AT_ONCE):
        op.get_bind().execute(table.insert(), rows[start : start + _AT_ONCE])


def upgrade() -> None:
    people = _people("name", "phone")
    op.create_table(
        "client_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["client.id"], name="fk_client_key_id_client"),
        sa.PrimaryKeyConstraint("id", name="pk_client_key"),
    )
    op.drop_table("client_search_key")
    op.drop_table("client_identity")
    _identity(sa.LargeBinary())
    _search_key(sa.Column("hash", sa.LargeBinary(), nullable=False), ["hash", "hospital_id"])
    made: dict[str, list[dict]] = {"client_key": [], "client_identity": [], "client_search_key": []}
    for client_id, hospital_id, name, phone in people:
        for row in vault_rows(client_id, hospital_id, name, phone):
            made[row.__tablename__].append(_stored(row.model_dump()))
    for name, rows in made.items():
        _insert(name, rows)


def _stored(facts: dict) -> dict:
    """Ids as a reflected table takes them: SQLite keeps their hexadecimal digits."""
    if op.get_bind().dialect.name != "sqlite":
        return facts
    return {name: value.hex if isinstance(value, UUID) else value for name, value in facts.items()}


def downgrade() -> None:
    keys = sa.table("client_key", sa.column("id", sa.Uuid()), sa.column("wrapped", sa.LargeBinary()))
    wrapped = dict(map(tuple, op.get_bind().execute(sa.select(keys.c.id, keys.c.wrapped))))
    people = [
        (client_id, hospital_id, *opened_identity(client_id, wrapped[client_id], name, phone))
        for client_id, hospital_id, name, phone in _people("name", "phone")
        if data_key(client_id, wrapped[client_id])
    ]
    for table in ("client_search_key", "client_identity", "client_key"):
        op.drop_table(table)
    _identity(sa.String(length=100))
    _search_key(sa.Column("key", sa.String(length=120), nullable=False), ["hospital_id", "key"])
    _insert("client_identity", [_stored({"id": who, "name": name, "phone": phone}) for who, _, name, phone in people])
    _insert(
        "client_search_key",
        [
            _stored({"id": uuid7(), "client_id": who, "hospital_id": hospital_id, "key": key[:120]})
            for who, hospital_id, name, _ in people
            for key in search_keys(name)
        ],
    )
