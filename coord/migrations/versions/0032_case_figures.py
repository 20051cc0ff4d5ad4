"""What figures need of a case's sheets, on the case itself: nobody has to read a sheet to count."""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_DAYS = ("assessed_on", "plan_approved_on")
_MOSTLY = 75


def upgrade() -> None:
    with op.batch_alter_table("case_file") as batch:
        for name in _DAYS:
            batch.add_column(sa.Column(name, sa.Date(), nullable=True))
        for name in ("goals", "goals_reached"):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("satisfaction", sa.Integer(), nullable=True))
    with op.batch_alter_table("case_file") as batch:
        for name in ("goals", "goals_reached"):
            batch.alter_column(name, server_default=None)
    _fill()


def _fill() -> None:
    reached = f"(g.scaling >= 0 OR (g.scaling IS NULL AND g.attainment >= {_MOSTLY}))"
    op.execute(
        "UPDATE case_file SET assessed_on = (SELECT a.assessed_on FROM case_assessment a WHERE a.id = case_file.id)"
    )
    op.execute(
        "UPDATE case_file SET"  # noqa: S608  a constant of this file
        " goals = (SELECT count(*) FROM case_goal g WHERE g.case_id = case_file.id),"
        f" goals_reached = (SELECT count(*) FROM case_goal g WHERE g.case_id = case_file.id AND {reached}),"
        " satisfaction = (SELECT c.satisfaction FROM case_closing c WHERE c.id = case_file.id)"
        " WHERE closed_on IS NOT NULL"
    )
    connection = op.get_bind()
    plans = sa.text(
        "SELECT p.id AS id, p.decided_at AS at, g.time_zone AS zone FROM case_plan p"
        " JOIN case_file f ON f.id = p.id JOIN program g ON g.id = f.program_id WHERE p.status = 'APPROVED'"
    ).columns(id=sa.Uuid(), at=sa.DateTime(timezone=True), zone=sa.String())
    files = sa.table("case_file", sa.column("id", sa.Uuid()), sa.column("plan_approved_on", sa.Date()))
    for row in connection.execute(plans).all():
        day = _aware(row.at).astimezone(ZoneInfo(row.zone)).date()
        connection.execute(files.update().where(files.c.id == row.id).values(plan_approved_on=day))


def _aware(moment: datetime) -> datetime:
    """SQLite keeps UTC without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))


def downgrade() -> None:
    with op.batch_alter_table("case_file") as batch:
        for name in ("satisfaction", "goals_reached", "goals", *_DAYS):
            batch.drop_column(name)
