"""The data quality of a month: each figure from its one definition, most doubts first, by page and API."""

from typing import Any

import pytest

from coord.contacts.codes import FlagKind, FlagState
from coord.contacts.tables import QualityFlag
from coord.kernel.errors import Invalid, NotAllowed, NotFound
from coord.oversight.quality import quality_panel
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log
from tests.queries import queries
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import BUILDER, PROGRAM, cast

pytestmark = pytest.mark.anyio
MONTH = "2026-09"


async def _panel(who: Any = cast.ola, month: str = MONTH, program: str = PROGRAM) -> Any:
    async with begin(who, read_only=True) as unit:
        return await quality_panel(unit, program, month)


async def _flagged() -> None:
    """One contact with an open flag of each kind that the panel sums, one accepted flag, one of another month."""
    first, other = await log(contact()), await log(contact(occurred_on="2026-08-04"))
    async with begin(BUILDER) as unit:
        for kind in (FlagKind.TOO_SHORT, FlagKind.OVERLAPPING_TIMES, FlagKind.COPIED_NOTE):
            unit.add(QualityFlag(contact_id=first.contact_id, kind=kind))
        unit.add(QualityFlag(contact_id=first.contact_id, kind=FlagKind.TOO_LONG, state=FlagState.ACCEPTED))
        unit.add(QualityFlag(contact_id=other.contact_id, kind=FlagKind.TOO_LONG))


async def test_open_flags_of_the_month_are_summed_by_what_they_mean(database: Database) -> None:
    await _flagged()
    north, south = await _panel()
    assert (north.hospital_code, north.implausible, north.doubled) == ("H001", 2, 1)
    assert (south.hospital_code, south.doubts, south.in_time) == ("H002", 0, None)


async def test_the_panel_asks_for_all_hospitals_at_once(database: Database) -> None:
    await _flagged()
    async with begin(cast.ola, read_only=True) as unit:
        with queries(12):
            assert len(await quality_panel(unit, PROGRAM, MONTH)) == 2


@pytest.mark.parametrize("name", ["sam", "fatima", "adam", "petra"])
async def test_who_reviews_no_records_sees_no_panel(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        await _panel(getattr(cast, name))


async def test_what_is_no_month_or_program_is_refused(database: Database) -> None:
    with pytest.raises(Invalid):
        await _panel(month="2026-13")
    with pytest.raises(NotFound):
        await _panel(program="NONE")


async def test_the_page_and_the_api_say_the_same(database: Database) -> None:
    await _flagged()
    query = '{ qualityPanel(program: "DIP", month: "2026-09") { hospital { code } doubled implausible inTime } }'
    async with visiting("ola") as ola:
        page = (await ola.get(f"/quality-panel?month={MONTH}")).text
    assert page.count("Open a corrective action") >= 1
    async with asking_as(cast.ola) as api:
        lines = (await api.data(query))["qualityPanel"]
    assert [(line["hospital"]["code"], line["doubled"], line["implausible"]) for line in lines] == [
        ("H001", 1, 2),
        ("H002", 0, 0),
    ]
    async with visiting("sam") as sam:
        assert (await sam.get("/quality-panel")).status_code == 403
