"""Running migrations from code: commands and tests need no ini file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

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


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database up to a revision; does nothing when it is there already."""
    engine = sync_engine(url)
    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)
    engine.dispose()


def downgrade(url: str, revision: str = "base") -> None:
    """Take a database back to a revision."""
    engine = sync_engine(url)
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)
    engine.dispose()


def generate(url: str, message: str) -> None:
    """Write a new revision from the difference between a database and the models (development only)."""
    engine = sync_engine(url)
    with engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)
    engine.dispose()
