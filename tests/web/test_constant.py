"""A page asks the database as often for many rows as for few."""

import pytest

from coord.kernel.clock import today
from coord.work.engine import Database
from tests.coord.referrals.making import consent, referral, send
from tests.queries import counting
from tests.web.foundation import logged
from tests.web.visit import visiting
from tests.world import CHEN, HUANG, LIN, NORTH_MEMBERS, cast

pytestmark = pytest.mark.anyio
PAGES = (
    "/today",
    "/log",
    "/groups",
    "/clients",
    f"/clients/{LIN}",
    f"/log?client={LIN}",
    "/records",
    "/me",
)


async def _asked(path: str, name: str = "sam") -> int:
    """How many statements one visit takes; the session's own bookkeeping was done by an earlier visit."""
    async with visiting(name) as sam:
        assert (await sam.get(path)).status_code == 200
        with counting() as sent:
            assert (await sam.get(path)).status_code == 200
    return sum(1 for statement in sent if statement.lstrip().upper().startswith("SELECT"))


@pytest.mark.parametrize("path", PAGES)
async def test_the_number_of_questions_does_not_grow_with_the_rows(database: Database, path: str) -> None:
    day = today("Asia/Shanghai").isoformat()
    await logged(cast.sam, client=str(LIN), occurred_on=day)
    few = await _asked(path)
    for client in (LIN, CHEN, HUANG, *NORTH_MEMBERS[:7]):
        await logged(cast.sam, client=str(client), occurred_on=day, note="同一天")
    assert await _asked(path) == few
    # The page of the day asks each source of the work list once, whatever it holds.
    assert 0 < few <= (48 if path == "/today" else 32)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("cai", "/referrals"),
        ("sam", "/referrals?box=OUT"),
        ("ola", "/referrals"),
        ("sam", "/referrals?box=OUT&show=waiting"),
    ],
)
async def test_the_list_of_referrals_asks_as_often_for_many_as_for_few(
    database: Database, name: str, path: str
) -> None:
    """With their clocks, both organizations and the steps that each row offers."""
    await consent()
    await send()
    few = await _asked(path, name)
    for client in (CHEN, *NORTH_MEMBERS):
        await consent(client=str(client))
        for need in ("COUNSELING", "HOUSING"):
            await send(referral(client=str(client), need=need))
    assert await _asked(path, name) == few
    assert 0 < few <= 16
