"""Consents that run out within thirty days: on a page of their own and in the work list."""

from datetime import timedelta

import pytest

from coord.kernel.clock import today
from coord.work.engine import Database
from tests.coord.clients.test_consents import record, sharing
from tests.web.visit import visiting
from tests.world import LIN

pytestmark = pytest.mark.anyio
TODAY = today("Asia/Shanghai")


@pytest.mark.parametrize(("days", "is_shown"), [(29, True), (31, False)])
async def test_a_consent_is_shown_from_thirty_days_before_its_end(
    database: Database, days: int, is_shown: bool
) -> None:
    await record(sharing(expires_on=(TODAY + timedelta(days=days)).isoformat()))
    async with visiting("sam") as sam:
        page, work = await sam.get("/consents/due"), await sam.get("/work")
    assert (page.status_code, work.status_code) == (200, 200)
    assert ("林芳NORTH" in page.text) is is_shown
    assert (f'href="/clients/{LIN}/consents"' in work.text) is is_shown
    assert 'href="/consents/due"' in work.text


async def test_the_supervisor_sees_those_of_all_their_hospitals_and_others_nothing(database: Database) -> None:
    await record(sharing(expires_on=(TODAY + timedelta(days=5)).isoformat()))
    async with visiting("sun") as sun:
        assert "林芳NORTH" in (await sun.get("/consents/due")).text
    async with visiting("nia") as nia:
        assert "林芳NORTH" not in (await nia.get("/consents/due")).text
    async with visiting("ola") as ola:
        assert (await ola.get("/consents/due")).status_code == 403
