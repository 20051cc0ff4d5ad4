"""What a token was made for and from where it works; when the password was last given."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_token", sa.Column("scopes", sa.JSON(), nullable=True))
    op.add_column("api_token", sa.Column("networks", sa.JSON(), nullable=True))
    op.add_column("web_session", sa.Column("password_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    # Tokens that are out there go on as they were.
    op.execute("""UPDATE api_token SET scopes = '["READ", "WRITE"]', networks = '[]'""")
    op.execute("UPDATE web_session SET password_at = created_at")
    with op.batch_alter_table("api_token") as batch:
        batch.alter_column("scopes", existing_type=sa.JSON(), nullable=False)
        batch.alter_column("networks", existing_type=sa.JSON(), nullable=False)
    with op.batch_alter_table("web_session") as batch:
        batch.alter_column("password_at", existing_type=sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("web_session") as batch:
        batch.drop_column("password_at")
    with op.batch_alter_table("api_token") as batch:
        batch.drop_column("networks")
        batch.drop_column("scopes")
