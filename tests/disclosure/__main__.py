"""``python -m tests.disclosure --slices 5000``: the attack on the endpoint, on a database of its own.

Exit status 1 if it finds more than one look at the published file shows, or fails to break the control server.
"""

import logging
import sys
import tempfile
from pathlib import Path

import anyio
import click
import structlog

from coord.migrations import upgrade
from tests.databases import used
from tests.disclosure.attack import FIGURES
from tests.disclosure.endpoint import rates
from tests.disclosure.world import lay, publish
from tests.world import build_world

CONTROL_SLICES = 400
MORE_AT_MOST, BROKEN_AT_LEAST = 0.02, 0.95


async def _run(slices: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'attacked.sqlite'}"
        await anyio.to_thread.run_sync(upgrade, url)
        async with used(url, pooled=True):
            await build_world()
            await lay()
            await publish()
            found = await rates(slices, CONTROL_SLICES)
    for name in FIGURES:
        look, attack, control = found[name]
        click.echo(f"{name}: one look {look:.1%}, {slices} slices {attack:.1%}, control {control:.1%}")
    return all(attack <= look + MORE_AT_MOST and control > BROKEN_AT_LEAST for look, attack, control in found.values())


@click.command()
@click.option("--slices", default=5000, show_default=True, help="Random subsets of hospitals to ask for.")
def main(slices: int) -> None:
    """Attack the endpoint and the control server."""
    # Each of the questions is a line of the log, which nobody reads here.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sys.exit(0 if anyio.run(_run, slices) else 1)


main()
