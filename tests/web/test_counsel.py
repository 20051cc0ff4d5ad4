"""What is to be confirmed with counsel: every line with its value, default and law, for administrators alone."""

import pytest

from coord.rights.counsel import counsel_questions
from coord.settings import Settings
from coord.work import begin
from coord.work.engine import Database
from tests.web.visit import visiting
from tests.world import cast

pytestmark = pytest.mark.anyio


async def test_every_line_names_its_setting_default_and_law(database: Database) -> None:
    async with begin(cast.adam, read_only=True) as unit:
        found = {one.key: one for one in await counsel_questions(unit)}
    assert found["guardian_under"].setting == "COORD_GUARDIAN_UNDER"
    assert found["guardian_under"].default == str(Settings.model_fields["guardian_under"].default)
    assert (found["hold_days"].value, found["emergency_reviewed"].value) == ("30 d", "72 h")
    assert [one.key for one in found.values() if not one.law] == []
    async with visiting("adam") as adam:
        page = await adam.get("/administration/counsel")
    assert page.status_code == 200
    assert [one.law for one in found.values() if one.law not in page.text] == []


@pytest.mark.parametrize("name", ["sam", "ola", "sun", "petra"])
async def test_only_the_administrator_reads_it(database: Database, name: str) -> None:
    async with visiting(name) as visitor:
        assert (await visitor.get("/administration/counsel")).status_code == 403
