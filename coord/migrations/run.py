"""Running migrations from code: commands and tests need no ini file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from coord.kernel.errors import Unavailable
from coord.migrations.walls import is_up, lower, raise_again
from coord.work.engine import sync_engine

_FOLDER = Path(__file__).parent


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision that this code knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    try:
        engine = sync_engine(url)
        with engine.begin() as connection:
            yield connection
        engine.dispose()
    except (OperationalError, InterfaceError, ArgumentError) as error:
        raise Unavailable(type(error).__name__) from error


def current(url: str) -> str | None:
    """The revision that a database is at; None for an empty one. Raises ``Unavailable``."""
    with _connected(url) as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _check_references(connection: Connection) -> None:
    """Every reference on SQLite leads somewhere, before anything of the migration is kept."""
    if connection.dialect.name != "sqlite":
        return
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost:
        raise AssertionError(f"a migration left {len(lost)} rows that refer to nothing, the first in {lost[0][0]}")


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database up to a revision; does nothing when it is there already. Raises ``Unavailable``."""
    with _connected(url) as connection:
        if revision == "head" and is_up(connection) and _revision(connection) == head():
            return
        lower(connection)
        command.upgrade(_config(connection), revision)
        _check_references(connection)
        raise_again(connection)


def downgrade(url: str, revision: str = "base") -> None:
    """Take a database back to a revision."""
    engine = sync_engine(url)
    with engine.begin() as connection:
        lower(connection)
        command.downgrade(_config(connection), revision)
    engine.dispose()


def generate(url: str, message: str) -> None:
    """Write a new revision from the difference between a database and the models (development only)."""
    engine = sync_engine(url)
    with engine.begin() as connection:
        lower(connection)
        command.revision(_config(connection), message=message, autogenerate=True)
    engine.dispose()
