"""Notes of contacts sealed, with a key of each client at each organization; copied notes found by keyed hashes."""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from coord.contacts.sealing import key_id, new_note_key, note_hash, opened_note, opened_note_key, sealed_note

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_AT_ONCE = 2000
_FIRST = UUID(int=0)
_id = sa.Uuid()
_KEY = sa.table("note_key", sa.column("id", _id), sa.column("client_id", _id), sa.column("hospital_id", _id),
                sa.column("wrapped", sa.LargeBinary()))  # fmt: skip
_CONTACT = sa.table(
    "service_contact", *(sa.column(name, _id) for name in ("id", "client_id", "hospital_id", "worker_id", "note_key_id")),
    sa.column("note"), sa.column("sealed", sa.LargeBinary()), sa.column("plain", sa.String()),
    sa.column("note_hash", sa.LargeBinary()),
)  # fmt: skip
_c = _CONTACT.c


def _noted(*columns: sa.ColumnElement) -> Iterator[list[sa.Row]]:
    """The contacts that have a note, some at a time."""
    after = _FIRST
    while True:
        statement = sa.select(_c.id, *columns).where(_c.note.is_not(None), _c.id > after).order_by(_c.id)
        rows = op.get_bind().execute(statement.limit(_AT_ONCE)).all()
        if not rows:
            return
        yield rows
        after = rows[-1].id


def _change(rows: list[dict], *columns: str) -> None:
    values = {name: sa.bindparam(name) for name in columns}
    op.get_bind().execute(sa.update(_CONTACT).where(_c.id == sa.bindparam("row")).values(values), rows)


def upgrade() -> None:
    op.create_table(
        "note_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_note_key_client_id_client"),
        sa.ForeignKeyConstraint(["hospital_id"], ["organization.id"], name="fk_note_key_hospital_id_organization"),
        sa.PrimaryKeyConstraint("id", name="pk_note_key"),
    )
    op.create_index("ix_note_key_client_id", "note_key", ["client_id"])
    op.create_index("ix_note_key_hospital_id", "note_key", ["hospital_id"])
    with op.batch_alter_table("service_contact") as batch:
        batch.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("note_key_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("note_hash", sa.LargeBinary(), nullable=True))
    keys = {}
    for rows in _noted(_c.client_id, _c.hospital_id, _c.worker_id, _c.note):
        changed = []
        for row in rows:
            made = key_id(row.client_id, row.hospital_id)
            if made not in keys:
                kept, keys[made] = new_note_key(row.client_id, row.hospital_id)
                op.get_bind().execute(sa.insert(_KEY), kept.model_dump())
            sealed = sealed_note(keys[made], row.id, row.note)
            digest = note_hash(row.worker_id, row.note)
            changed.append({"row": row.id, "sealed": sealed, "note_key_id": made, "note_hash": digest})
        _change(changed, "sealed", "note_key_id", "note_hash")
    with op.batch_alter_table("service_contact") as batch:
        batch.drop_column("note")
        batch.alter_column("sealed", new_column_name="note")
        batch.create_foreign_key("fk_service_contact_note_key_id_note_key", "note_key", ["note_key_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("service_contact") as batch:
        batch.add_column(sa.Column("plain", sa.String(length=4000), nullable=True))
    keys = {row.id: opened_note_key(row.id, row.wrapped) for row in op.get_bind().execute(sa.select(_KEY))}
    for rows in _noted(_c.note_key_id, sa.type_coerce(_c.note, sa.LargeBinary()).label("said")):
        _change(
            [{"row": row.id, "plain": opened_note(keys[row.note_key_id], row.id, row.said)} for row in rows], "plain"
        )
    with op.batch_alter_table("service_contact") as batch:
        batch.drop_constraint("fk_service_contact_note_key_id_note_key", type_="foreignkey")
        batch.drop_column("note")
        batch.drop_column("note_key_id")
        batch.drop_column("note_hash")
        batch.alter_column("plain", new_column_name="note", type_=sa.String(length=4000))
    op.drop_table("note_key")
