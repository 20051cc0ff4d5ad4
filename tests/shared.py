"""What all workers of one run share: what takes long to make is made by the first that needs it."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.servers import postgres_url

_FOLDER = "COORD_TEST_RUN_FOLDER"
"""Workers get the controller's environment, and with it the folder of the run."""


def open_folder() -> None:
    """Called by the process that was started by hand, before it starts others."""
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="coord-run-")


def close_folder() -> None:
    """Drop what was made; called by the same process at the end."""
    folder = Path(os.environ.pop(_FOLDER))
    for made in folder.glob("*.database"):
        _on_server(f'DROP DATABASE IF EXISTS "{made.stem}" WITH (FORCE)')
    shutil.rmtree(folder)


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """A file of the run; ``make`` writes it if nobody has, while the others wait."""
    if _FOLDER not in os.environ:
        open_folder()  # for a command of ours instead of pytest
        atexit.register(close_folder)
    path = Path(os.environ[_FOLDER]) / name
    with path.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = path.with_name(f"unfinished-{name}")
            make(unfinished)
            unfinished.rename(path)
    return path


def database_made_once(kind: str, make: Callable[[str], object]) -> str:
    """The URL of a PostgreSQL database of the run, to be copied; ``make`` fills an empty one by its URL."""
    # An embedded server belongs to one worker, and so does what is made there.
    run = sha256(f"{os.environ.get(_FOLDER)} {postgres_url()}".encode()).hexdigest()[:16]
    name = f"coord_run_{run}_{kind}"
    url = make_url(postgres_url()).set(database=name).render_as_string(hide_password=False)

    def fill(mark: Path) -> None:
        _on_server(f'CREATE DATABASE "{name}"')
        make(url)
        mark.touch()

    made_once(f"{name}.database", fill)
    return url


def _on_server(statement: str) -> None:
    with closing(psycopg.connect(postgres_url(), autocommit=True)) as connection:
        connection.execute(statement.encode())
