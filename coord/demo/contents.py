"""What a database holds, so that the demo never touches anybody's real data."""

from enum import StrEnum

from coord.demo.places import PROGRAM
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
