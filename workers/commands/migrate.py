"""``coord migrate``."""

import click

from coord.kernel.errors import Unavailable
from coord.migrations import current, head, upgrade
from coord.settings import settings
from workers.commands.common import say, stop


@click.command(epilog="\b\nExample:\n  COORD_DATABASE_URL=postgresql://coord@db/coord coord migrate\n")
def migrate() -> None:
    """Bring the database to this version's tables. Safe to run again."""
    url = settings().effective_database_url
    try:
        before = current(url)
        upgrade(url)
    except Unavailable:
        stop("command.database_away")
    say("command.migrate.current" if before == head() else "command.migrate.done", head=head())
