"""``coord rebuild-rollups``."""

import click

from coord.measures.rollups.folding import FOLDER
from coord.measures.rollups.making import Busy, all_programs, make
from coord.work import begin
from workers.commands.common import need_current_schema, run, say, stop


async def _work() -> None:
    async with begin(FOLDER, read_only=True) as unit:
        programs = await all_programs(unit)
    for program in programs:
        await make(program, again=True)
        say("command.rollups.made", program=program.code)


@click.command("rebuild-rollups", epilog="\b\nExample:\n  coord rebuild-rollups\n")
def rebuild_rollups() -> None:
    """Count anew from the rows every figure that is kept ready. People go on working; figures come from the rows meanwhile."""
    need_current_schema()
    try:
        run(_work)
    except Busy:
        stop("command.rollups.busy")
