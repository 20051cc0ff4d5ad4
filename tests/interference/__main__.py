"""``python -m tests.interference --pairs 10000``: the nightly run, on both databases; exit status 1: a difference."""

import logging
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import anyio
import click
import structlog

from coord.migrations import upgrade
from schema import running
from tests.databases import new_postgres, used
from tests.interference.stage import opened, stage_template
from tests.interference.viewers import VIEWERS
from tests.interference.worlds import ANSWERED, PAIRS, difference
from tests.world import build_world

_KINDS = ("sqlite", "postgresql")


async def _populate(url: str) -> None:
    async with used(url):
        await build_world()


async def _compare(template: str, folder: Path, pairs: int, first: int) -> int:
    """Compare sets of worlds, viewer by viewer; how many sets differed."""
    viewers, started, wrong = list(VIEWERS), time.monotonic(), 0
    kind = template.partition(":")[0]
    async with opened(template, folder) as stage:
        for number in range(-(-pairs // PAIRS)):
            found = await difference(stage, viewers[number % len(viewers)], first + number // len(viewers))
            if found is not None:
                wrong += 1
                click.echo(found, err=True)
            if (number + 1) % 50 == 0:
                rate = (number + 1) * PAIRS / (time.monotonic() - started)
                click.echo(f"{kind}: {(number + 1) * PAIRS} of {pairs} pairs, {rate:.1f} a second")
    return wrong


@click.command()
@click.option("--pairs", default=10_000, show_default=True, help="Pairs of worlds on each database.")
@click.option("--first", default=1000, show_default=True, help="The first seed.")
@click.option("--database", type=click.Choice(_KINDS), multiple=True, default=_KINDS, help="Both, unless one is named.")
def main(pairs: int, first: int, database: tuple[str, ...]) -> None:
    """Compare what everybody who looks hears in worlds that differ only in what they may not see."""
    # How busy the machine is must not decide what is answered.
    running.SECONDS = running.STATEMENT_SECONDS = 100.0
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    wrong = 0
    for kind in database:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            world = f"sqlite:///{folder / 'world.sqlite'}" if kind == "sqlite" else stack.enter_context(new_postgres())
            upgrade(world)
            anyio.run(_populate, world)
            template = stack.enter_context(stage_template(world, folder))
            wrong += anyio.run(_compare, template, folder, pairs, first)
    kinds = Counter(status // 100 for status in ANSWERED.elements())
    click.echo("answers by kind of status: " + ", ".join(f"{kind}xx {n}" for kind, n in sorted(kinds.items())))
    click.echo(f"{wrong} differences")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
