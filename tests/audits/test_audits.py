"""GraphQL over HTTP as the public audit understands it: every audit is met."""

from collections import Counter
from collections.abc import Iterator

import pytest

from coord.work.engine import Database
from tests.audits.auditing import audits_of, missing
from tests.schema.api import token_of
from tests.serving import serving
from tests.world import cast

pytestmark = pytest.mark.anyio
AUDITS = 61


@pytest.fixture
def installed() -> None:
    """Node and the audits, or the reason why there are none here."""
    if why := missing():
        pytest.skip(why)


@pytest.fixture
def address(installed: None, real_database: Database) -> Iterator[str]:
    """A server on the cast's world."""
    with serving(real_database.url.render_as_string(hide_password=False)) as found:
        yield found


@pytest.mark.parametrize("real_database", ["sqlite"], indirect=True)
async def test_all_61_audits_are_met_without_a_warning(real_database: Database, address: str) -> None:
    found = audits_of(address, await token_of(cast.ola))
    assert [audit for audit in found if audit.status != "ok"] == []
    assert Counter(audit.status for audit in found) == {"ok": AUDITS}
