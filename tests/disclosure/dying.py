"""``python -m tests.disclosure.dying URL``: build a quarter again and again, killed before each statement and the commit.

Every try is a process of its own, ended by SIGKILL; prints what stood in the database after each, as JSON.
"""

import json
import os
import signal
import sqlite3
import sys
from contextlib import nullcontext
from typing import Any

import anyio
import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from coord.access.views import BEHIND
from coord.work import engine
from tests.coord.releases.making import build
from tests.queries import heard_by_the_driver

_TABLES = ("release", "release_snapshot", "protected_cell")
_MOST_STEPS = 200


async def _build(url: str) -> None:
    store = engine.Database(url)
    engine.use(store)
    await build()
    await store.dispose()


def _attempt(url: str, step: int) -> bool:
    """Whether the build came to its end before the step at which it is killed."""
    child = os.fork()
    if child == 0:
        steps = iter(range(1, _MOST_STEPS))

        def die(*_: Any) -> None:
            if next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        if url.startswith("sqlite"):
            event.listen(Engine, "before_cursor_execute", die)
        event.listen(Engine, "commit", die)
        # Not every statement goes through SQLAlchemy: the trail with its commit does not.
        with nullcontext() if url.startswith("sqlite") else heard_by_the_driver(die):
            anyio.run(_build, url)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _held(url: str) -> list[int]:
    """How many rows each table of releases has, seen from outside."""
    if url.startswith("sqlite"):
        with sqlite3.connect(str(make_url(url).database)) as file:
            return [file.execute(f"SELECT count(*) FROM {one}{BEHIND}").fetchone()[0] for one in _TABLES]  # noqa: S608  tables of our own
    with psycopg.connect(url) as server:
        found = [server.execute(f"SELECT count(*) FROM {one}".encode()).fetchone() for one in _TABLES]  # noqa: S608  tables of our own
        return [row[0] for row in found if row]


def main(url: str) -> None:
    """Kill at the first step, the second, and so on, until one is left to end; then build once more."""
    found = []
    for step in range(1, _MOST_STEPS):
        is_done = _attempt(url, step)
        found.append(_held(url))
        if is_done:
            break
    _attempt(url, _MOST_STEPS)
    sys.stdout.write(json.dumps({"after": found, "again": _held(url)}))


if __name__ == "__main__":
    main(sys.argv[1])
