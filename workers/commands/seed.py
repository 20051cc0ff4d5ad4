"""``coord seed``."""

import time

import click

from coord.demo import seed_database
from coord.migrations import upgrade
from coord.settings import settings
from workers.commands.common import run, say, stop

_EXAMPLE = """\b
Example:
  COORD_DATABASE_URL=sqlite:////tmp/scale.sqlite coord seed --hospitals 65 --contacts 1000000
"""


@click.command(epilog=_EXAMPLE)
@click.option("--hospitals", type=click.IntRange(1, 500), default=65, show_default=True, help="How many hospitals.")
@click.option("--contacts", type=click.IntRange(1, 20_000_000), default=100_000, show_default=True,
              help="How many service contacts.")  # fmt: skip
@click.option("--seed", "seed_text", default="1", show_default=True, help="The same seed makes the same data.")
def seed(hospitals: int, contacts: int, seed_text: str) -> None:
    """Fill an empty database with invented data of any size, to see how it behaves at scale."""
    if settings().is_production:
        stop("command.not_in_production")
    if contacts < hospitals:
        stop("command.seed.too_few", hospitals=hospitals)
    upgrade(settings().effective_database_url)
    started = time.monotonic()
    with click.progressbar(length=contacts, label="coord seed") as bar:
        stored = run(lambda: seed_database(hospitals, contacts, seed_text, progress=bar.update))
    say("command.seed.done", contacts=stored, hospitals=hospitals, seconds=round(time.monotonic() - started))
