"""Lighthouse gives the public page everything for accessibility, on a phone and a desktop."""

from collections.abc import Iterator

import pytest

from coord.work.engine import Database
from tests.coord.releases.making import published, seen
from tests.lighthouse.scoring import FORMS, missing, scores_of
from tests.serving import serving

pytestmark = pytest.mark.anyio
PAGES = ("/impact/DIP", "/impact/method")


@pytest.fixture
def installed() -> None:
    """Node, Chromium and Lighthouse, or the reason why there are none here."""
    if why := missing():
        pytest.skip(why)


@pytest.fixture
def address(installed: None, real_database: Database) -> Iterator[str]:
    """A server on the cast's world."""
    with serving(real_database.url.render_as_string(hide_password=False)) as found:
        yield found


@pytest.mark.parametrize("real_database", ["sqlite"], indirect=True)
async def test_the_public_page_has_the_whole_score(real_database: Database, address: str) -> None:
    await seen()
    await published()
    for form in FORMS:
        found = scores_of(form, [f"{address}{path}" for path in PAGES])
        assert {name: (one.score, one.failed, one.error) for name, one in found.items()} == {
            f"{address}{path}": (1, [], None) for path in PAGES
        }
