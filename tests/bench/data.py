"""The data that is measured on: a database per size, made once and kept."""

import time

import psycopg
from sqlalchemy.engine import make_url

from coord.access import system
from coord.demo.seed import seed_database
from coord.identity import CreateToken, issue_token
from coord.identity.tables import User
from coord.kernel.sql import select
from coord.measures.rollups.making import keep_up
from coord.migrations import upgrade
from coord.work import Unit, begin, engine

HOSPITALS = 65
_READER = system("bench", "makes a token for who asks", "identity.authenticate")


def database_url(server: str, contacts: int) -> tuple[str, bool]:
    """The URL of the database of a size, and whether it is new."""
    name = f"coord_bench_{contacts}"
    with psycopg.connect(server, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return make_url(server).set(database=name).render_as_string(hide_password=False), known is None


async def prepare(url: str, contacts: int, *, is_new: bool) -> str:
    """Fill if new, its figures counted once, and return a token of the foundation's officer."""
    store = engine.Database(url, pooled=False)
    engine.use(store)
    if is_new:
        begun = time.perf_counter()
        await seed_database(HOSPITALS, contacts, "bench")
        await keep_up()
        print(f"seeded {contacts} contacts in {time.perf_counter() - begun:.0f} s")  # noqa: T201  a command's output
    async with begin(_READER) as unit:
        token = await issue_token(unit, await _officer(unit), CreateToken(name="bench"))
    engine.use(None)
    await store.dispose()
    if is_new:
        _analyze(url)
    return token


async def _officer(unit: Unit) -> str:
    users = await unit.scalars(select(User).order_by(User.email))
    return next(str(user.email) for user in users if user.email.startswith("ola"))


def _analyze(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(b"VACUUM ANALYZE")


def migrate(url: str) -> None:
    """Bring a database to the newest version."""
    upgrade(url)
