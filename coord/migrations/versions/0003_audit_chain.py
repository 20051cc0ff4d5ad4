"""The trail becomes a chain that nobody can change unnoticed."""

import json
from datetime import UTC

import sqlalchemy as sa
import sqlmodel
from alembic import op

from coord.audit.chain import START, Head, body_of, linked

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_AT = sqlmodel.sql.sqltypes.UTCDateTime()
_TOLD = ("actor_id", "actor_name", "verb", "subject", "subject_id", "before", "after", "reason")

_APPEND = """
CREATE FUNCTION audit_append(bodies bytea[], ats timestamptz[], actors uuid[], verbs varchar[], subjects varchar[],
                             subject_ids uuid[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  last_seq bigint;
  last_hash bytea;
  next_hash bytea;
BEGIN
  SELECT seq, hash INTO STRICT last_seq, last_hash FROM audit_head WHERE chain = 1 FOR UPDATE;
  FOR n IN 1 .. array_length(bodies, 1) LOOP
    last_seq := last_seq + 1;
    next_hash := sha256(int8send(length(last_hash)) || last_hash || int8send(last_seq) || bodies[n]);
    INSERT INTO audit_entry (seq, prev, hash, body, at, actor_id, verb, subject, subject_id)
    VALUES (last_seq, last_hash, next_hash, bodies[n], ats[n], actors[n], verbs[n], subjects[n], subject_ids[n]);
    last_hash := next_hash;
  END LOOP;
  UPDATE audit_head SET seq = last_seq, hash = last_hash WHERE chain = 1;
  RETURN last_seq;
END $$
"""
_REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'entries of the audit trail are never changed'; END $$
"""


def _chained(connection):
    """The entries so far, as they were told, with the column that each is searched by."""
    old = sa.table(
        "audit_entry_before",
        *(sa.column(name, sa.Uuid()) for name in ("id", "actor_id", "subject_id")),
        sa.column("at", _AT),
        *(sa.column(name, sa.JSON()) for name in ("before", "after")),
        *(sa.column(name, sa.String()) for name in ("actor_name", "verb", "subject", "reason")),
    )
    rows = connection.execute(sa.select(old).order_by(old.c.at, old.c.id)).mappings().all()
    facts = [{"at": row["at"].astimezone(UTC), **{name: row[name] for name in _TOLD}} for row in rows]
    links = linked(Head(0, START), map(body_of, facts))
    return [
        {"seq": link.seq, "prev": link.prev, "hash": link.hash, "body": link.body}
        | {name: told[name] for name in ("at", "actor_id", "verb", "subject", "subject_id")}
        for link, told in zip(links, facts, strict=True)
    ]


def upgrade() -> None:
    connection = op.get_bind()
    for name in ("actor_id", "at", "subject_id"):
        op.drop_index(f"ix_audit_entry_{name}", "audit_entry")
    op.rename_table("audit_entry", "audit_entry_before")
    if connection.dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_audit_entry RENAME TO pk_audit_entry_before")
    entry = op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("subject", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("prev", name=op.f("uq_audit_entry_prev")),
    )
    for name in ("actor_id", "at", "subject_id"):
        op.create_index(op.f(f"ix_audit_entry_{name}"), "audit_entry", [name], unique=False)
    head = op.create_table(
        "audit_head",
        sa.Column("chain", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_head")),
    )
    rows = _chained(connection)
    if rows:
        op.bulk_insert(entry, rows)
    last = rows[-1] if rows else {"seq": 0, "hash": START}
    op.bulk_insert(head, [{"chain": 1, "seq": last["seq"], "hash": last["hash"]}])
    op.drop_table("audit_entry_before")
    if connection.dialect.name == "postgresql":
        op.execute(_APPEND)
        op.execute(_REFUSE)
        op.execute("REVOKE ALL ON FUNCTION audit_append FROM PUBLIC")
        op.execute(
            "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_entry_no_{event.lower()} BEFORE {event} ON audit_entry "
            "BEGIN SELECT raise(ABORT, 'entries of the audit trail are never changed'); END"
        )


def downgrade() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT body FROM audit_entry ORDER BY seq")).scalars().all()
    op.drop_table("audit_entry")
    op.drop_table("audit_head")
    if connection.dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_append")
        op.execute("DROP FUNCTION audit_refuse")
    old = op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sqlmodel.AutoString(length=100), nullable=False),
        sa.Column("verb", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("subject", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("reason", sqlmodel.AutoString(length=400), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    for name in ("actor_id", "at", "subject_id"):
        op.create_index(op.f(f"ix_audit_entry_{name}"), "audit_entry", [name], unique=False)
    if rows:
        op.bulk_insert(old, [_unchained(json.loads(bytes(body))) for body in rows])


def _unchained(told):
    """A row of old from what an entry tells."""
    from datetime import datetime
    from uuid import UUID

    from coord.kernel.ids import uuid7

    ids = {name: told[name] and UUID(told[name]) for name in ("actor_id", "subject_id")}
    return {**told, **ids, "id": uuid7(), "at": datetime.fromisoformat(told["at"])}
