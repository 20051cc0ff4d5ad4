"""Answers do not depend on what the viewer may not see; planted leaks are found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import DATABASES
from tests.interference.leaks import LEAKS, Plant
from tests.interference.stage import opened, stage_template
from tests.interference.viewers import VIEWERS
from tests.interference.worlds import PAIRS, difference

pytestmark = pytest.mark.anyio

WITHIN = 300
"""Pairs of worlds on each database, and pairs within which a planted leak must show."""
SETS = -(-WITHIN // PAIRS)
_VIEWERS = tuple(VIEWERS)


@pytest.fixture(scope="module", params=DATABASES)
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The cast's world with everybody who looks."""
    if request.param == "sqlite":
        world = f"sqlite:///{request.getfixturevalue('sqlite_template')}"
    else:
        world = request.getfixturevalue("postgres_template")
    with stage_template(world, tmp_path_factory.mktemp("stage")) as url:
        yield url


@pytest.mark.timeout(600)
async def test_no_answer_depends_on_invisible_rows(template: str, tmp_path: Path) -> None:
    first = 0 if template.startswith("sqlite") else 100
    async with opened(template, tmp_path) as stage:
        for number in range(SETS):
            viewer = _VIEWERS[number % len(_VIEWERS)]
            assert await difference(stage, viewer, first + number // len(_VIEWERS)) is None


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("plant", "viewer"), LEAKS, ids=[plant.__name__ for plant, _ in LEAKS])
async def test_a_planted_leak_is_found(
    template: str, tmp_path: Path, plant: Plant, viewer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    found = None
    async with opened(template, tmp_path) as stage:
        for number in range(SETS):
            found = await difference(stage, viewer, number)
            if found is not None:
                break
    assert found is not None, f"not found in {WITHIN} pairs"
