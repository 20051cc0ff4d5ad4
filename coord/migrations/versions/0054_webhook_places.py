"""Places of webhook endpoints, so that the database counts them, and how many one person has tested or sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_LIVE = sa.text("removed_at IS NULL")
_KEYS = {"uq_webhook_endpoint_place": "place", "uq_webhook_endpoint_url": "url"}
_endpoint = sa.table(
    "webhook_endpoint",
    sa.column("id", sa.Uuid()),
    sa.column("organization_id", sa.Uuid()),
    sa.column("url", sa.String()),
    sa.column("removed_at", sa.DateTime(timezone=True)),
    sa.column("place", sa.Integer()),
)


def _numbered() -> None:
    """The oldest of an organization stands in its first place; of two with one address the older one stays."""
    later = _endpoint.alias("later")
    same = (later.c.organization_id == _endpoint.c.organization_id, later.c.removed_at.is_(None))
    op.execute(
        _endpoint.update()
        .where(_endpoint.c.removed_at.is_(None))
        .where(sa.exists().where(*same, later.c.url == _endpoint.c.url, later.c.id < _endpoint.c.id))
        .values(removed_at=sa.func.current_timestamp())
    )
    before = sa.select(sa.func.count()).select_from(later).where(*same, later.c.id < _endpoint.c.id)
    op.execute(_endpoint.update().values(place=before.scalar_subquery() + 1))


def upgrade() -> None:
    op.add_column("webhook_endpoint", sa.Column("place", sa.Integer(), nullable=True))
    _numbered()
    with op.batch_alter_table("webhook_endpoint") as batch:
        batch.alter_column("place", existing_type=sa.Integer(), nullable=False)
    for name, column in _KEYS.items():
        op.create_index(
            name, "webhook_endpoint", ["organization_id", column], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
        )
    with op.batch_alter_table("pace_count") as batch:
        batch.add_column(sa.Column("sendings", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("pace_count") as batch:
        batch.alter_column("sendings", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    for name in _KEYS:
        op.drop_index(name, table_name="webhook_endpoint")
    with op.batch_alter_table("webhook_endpoint") as batch:
        batch.drop_column("place")
    with op.batch_alter_table("pace_count") as batch:
        batch.drop_column("sendings")
