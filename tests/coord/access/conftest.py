"""The row wall is tested twice: with the database's own wall, and without it, to be proven by itself."""

from typing import Any

import pytest

from coord.work import engine


@pytest.fixture(params=["wall up", "wall down"])
async def database(
    request: pytest.FixtureRequest, database: engine.Database, monkeypatch: pytest.MonkeyPatch
) -> engine.Database:
    """The cast's world; with the wall down every unit has a connection that sees all rows."""
    if request.param == "wall down":
        connect = database.connect

        def past_the_wall(*, read_only: bool, one_moment: bool = True, system: bool = False) -> Any:
            return connect(read_only=read_only, one_moment=one_moment, system=True)

        monkeypatch.setattr(database, "connect", past_the_wall)
    return database
