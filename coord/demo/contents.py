"""What a database holds, so that the demo never touches anybody's real data."""

from enum import StrEnum

from sqlmodel import col

from coord.demo.groundwork import CAST
from coord.demo.places import PROGRAM
from coord.identity.tables import User
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.work import Unit, read


class Contents(StrEnum):
    """Nothing yet, the demo program, or anything else."""

    NOTHING = "NOTHING"
    DEMO = "DEMO"
    OTHER = "OTHER"


@read("job.run")
async def contents(unit: Unit) -> Contents:
    """What the database holds; the demo is told by its fictional program and by being alone."""
    programs = {(row.code, row.fictional) for row in await unit.rows(select(Program.code, Program.fictional))}
    if not programs:
        return Contents.NOTHING
    return Contents.DEMO if programs == {(PROGRAM, True)} else Contents.OTHER


@read("job.run")
async def holds_demo_accounts(unit: Unit) -> bool:
    """Whether somebody of the demo may sign in here: their password stands in the documentation."""
    known = [f"{key}@demo.example" for key, *_ in CAST]
    return bool(await unit.rows(select(User.id).where(col(User.email).in_(known)).limit(1)))
