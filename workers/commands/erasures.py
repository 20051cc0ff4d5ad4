"""``coord erased-ids`` and ``coord replay-erasures``."""

from pathlib import Path

import click

from coord.rights.erasure import ERASER, NotAList, parsed, replay, tombstones
from coord.work import begin
from workers.commands.common import need_current_schema, run, say, stop

_AT_ONCE = 50
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


async def _print() -> None:
    async with begin(ERASER, read_only=True) as unit:
        for each in await tombstones(unit):
            click.echo(each.line)


@click.command("erased-ids", epilog="\b\nExample:\n  coord erased-ids > erased-ids.jsonl\n")
def erased_ids() -> None:
    """Print the ids that were erased, one JSON object a line: to be kept apart from the backups."""
    need_current_schema()
    run(_print)


@click.command("replay-erasures", epilog="\b\nExample:\n  coord replay-erasures erased-ids.jsonl\n")
@click.argument("file", type=_FILE)
def replay_erasures(file: Path) -> None:
    """Erase again whom FILE lists, after an older backup was restored and before the service opens."""
    need_current_schema()
    try:
        listed = list(parsed(file.read_text("utf-8-sig").splitlines()))
    except UnicodeDecodeError:
        stop("command.erasures.bad_file", file=file, line=1)
    except NotAList as wrong:
        stop("command.erasures.bad_file", file=file, line=wrong.args[0])

    async def work() -> None:
        again = 0
        for start in range(0, len(listed), _AT_ONCE):
            async with begin(ERASER) as unit:
                again += await replay(unit, listed[start : start + _AT_ONCE])
        say("command.erasures.done", listed=len(listed), again=again)

    run(work)
