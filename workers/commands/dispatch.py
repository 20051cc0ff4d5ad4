"""``coord dispatch``."""

import anyio
import click

from workers.commands.common import need_current_schema, until_interrupted
from workers.dispatcher import Dispatcher
from workers.run import open_database


@click.command(epilog="\b\nExample:\n  coord dispatch\n")
@click.option("--hurry", type=click.FloatRange(min=1), default=1, help="Divide the chain's times: for drills.")
def dispatch(*, hurry: float) -> None:
    """Send safety alerts up their chain. `coord work` brings one; more may run, on other machines as well."""
    need_current_schema()
    open_database(one_loop=True)
    with until_interrupted():
        anyio.run(Dispatcher(hurry=hurry).forever)
