"""``python -m tests.interference --pairs 10000``: the nightly run, on both databases; exit status 1: a difference."""

import logging
import sys
import tempfile
import time
from pathlib import Path

import anyio
import click
import structlog

from coord.migrations import upgrade
from tests.databases import new_postgres, used
from tests.interference.hidden import FOREIGN
from tests.interference.worlds import difference
from tests.world import build_world


async def _populate(url: str) -> None:
    async with used(url):
        await build_world()


def _compare(template: str, folder: Path, pairs: int, first: int) -> int:
    """Compare pairs of worlds, viewer by viewer; how many differed."""
    viewers, started, wrong = list(FOREIGN), time.monotonic(), 0
    for number in range(pairs):
        viewer, seed = viewers[number % len(viewers)], first + number // len(viewers)
        found = anyio.run(difference, template, folder, viewer, seed)
        if found is not None:
            wrong += 1
            click.echo(found, err=True)
        if (number + 1) % 100 == 0:
            rate = (number + 1) / (time.monotonic() - started)
            click.echo(f"{template.partition(':')[0]}: {number + 1} of {pairs} pairs, {rate:.1f} a second")
    return wrong


@click.command()
@click.option("--pairs", default=10_000, show_default=True, help="Pairs of worlds on each database.")
@click.option("--first", default=1000, show_default=True, help="The first seed.")
def main(pairs: int, first: int) -> None:
    """Compare what each member of the cast hears in worlds that differ only in what they may not see."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as name, new_postgres() as postgres:
        folder = Path(name)
        wrong = 0
        for template in (f"sqlite:///{folder / 'template.sqlite'}", postgres):
            upgrade(template)
            anyio.run(_populate, template)
            wrong += _compare(template, folder, pairs, first)
    click.echo(f"{wrong} differences")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
