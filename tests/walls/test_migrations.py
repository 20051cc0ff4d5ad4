"""Migrations: one line without branches, equal to the models, up and down on both databases."""

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from coord.access.views import BEHIND
from coord.migrations import downgrade, head, upgrade
from coord.migrations.tables import METADATA
from tests.databases import migrated_sqlite
from tests.lowered import ask
from tests.servers import postgres_url
from tests.walls.tree import ROOT

_FOLDER = ROOT / "coord" / "migrations"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    name = f"coord_wall_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield make_url(postgres_url()).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def differences(url: str) -> list[object]:
    """What the models have and the database has not, or the other way round."""
    options = {"compare_type": True, "compare_server_default": True}
    return ask(
        url, lambda connection: list(compare_metadata(MigrationContext.configure(connection, opts=options), METADATA))
    )


def tables(url: str) -> set[str]:
    """The tables of a database but for the mark of the migrations themselves."""
    return ask(url, lambda connection: set(inspect(connection).get_table_names())) - {"alembic_version"}


def test_there_is_one_head() -> None:
    assert ScriptDirectory(str(_FOLDER)).get_heads() == [head()]


def revision(url: str) -> str | None:
    """The last migration that a database has seen."""
    return ask(url, lambda connection: MigrationContext.configure(connection).get_current_revision())


@pytest.mark.timeout(600)
def test_migrations_make_the_tables_of_the_models_and_take_them_away_again(empty: str) -> None:
    upgrade(empty)
    assert (differences(empty), tables(empty), revision(empty)) == ([], set(METADATA.tables), head())
    upgrade(empty)
    downgrade(empty)
    assert tables(empty) == set()
    upgrade(empty)
    assert tables(empty) == set(METADATA.tables)


def test_a_file_at_the_head_is_left_alone_and_a_wall_that_is_down_goes_up(tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite"
    url = migrated_sqlite(path)
    with closing(sqlite3.connect(path)) as file:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        tables, version = file.execute(named).fetchall(), file.execute("PRAGMA schema_version").fetchone()
        upgrade(url)
        assert file.execute("PRAGMA schema_version").fetchone() == version
        file.execute(f"ALTER TABLE client{BEHIND} RENAME TO client")
        assert file.execute(named).fetchall() != tables
        upgrade(url)
        assert file.execute(named).fetchall() == tables


def test_a_table_that_no_migration_makes_is_found(empty: str) -> None:
    assert [change[0] for change in differences(empty) if isinstance(change, tuple)].count("add_table") == len(
        METADATA.tables
    )
