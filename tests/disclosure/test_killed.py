"""T4: late records, builds at once, and a build that is killed at any step change nothing of what is served."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from coord.settings import environment
from tests.conftest import DATABASES
from tests.coord.releases.making import seen
from tests.databases import database_of_our_own

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(900)]


@pytest.fixture(params=DATABASES)
async def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The cast's world in a database that processes really commit to."""
    async with database_of_our_own(request, tmp_path) as url:
        yield url


async def test_t4_a_build_killed_at_any_step_leaves_nothing_or_everything(own_url: str) -> None:
    await seen()
    done = subprocess.run(  # noqa: S603, ASYNC221  our own module; the test waits for it
        [sys.executable, "-m", "tests.disclosure.dying", own_url], env=environment(), capture_output=True, check=True
    )
    told = json.loads(done.stdout)
    nothing = [each for each in told["after"] if each == [0, 0, 0]]
    whole = [each for each in told["after"] if each != [0, 0, 0]]
    assert len(nothing) > 10
    assert whole != []
    assert all(each == told["again"] for each in whole)
    assert told["again"][:2] == [1, 1]
