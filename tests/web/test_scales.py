"""The form of a scale, what it leads to, the trajectory, and the list of what is due."""

import pytest

from coord.kernel.clock import today
from coord.outcomes.tables import SafetyAlert, ScaleScore
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.outcomes.recording import record, scale
from tests.web.visit import HTMX, fields_of, visiting
from tests.world import LIN, SOUTH_ZHAO

pytestmark = pytest.mark.anyio
PHQ9 = f"/clients/{LIN}/scales/PHQ9"
DAY = today("Asia/Shanghai").isoformat()


def _answers(*items: int | None) -> dict[str, list[str]]:
    return {f"item_{n}": [str(item)] for n, item in enumerate(items, 1) if item is not None}


async def test_nine_answers_are_saved_and_shown_with_their_band(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(PHQ9), PHQ9) | _answers(1, 1, 1, 1, 1, 1, 1, 1, 0)
        done = await sam.post(PHQ9, data=form)
        assert (done.status_code, done.headers["location"]) == (303, f"/clients/{LIN}#scales")
        page = (await sam.get(f"/clients/{LIN}")).text
    assert '<svg class="plot"' in page
    assert "PHQ-9 depression over time" in page
    assert [row.score for row in await stored(ScaleScore)] == [8]


async def test_the_crisis_card_stands_in_the_page_before_any_answer(database: Database) -> None:
    async with visiting("sam") as sam:
        for code in ("PHQ9", "CSSRS"):
            page = (await sam.get(f"/clients/{LIN}/scales/{code}")).text
            assert "Do not leave the person alone" in page
            assert "12356" in page
        assert "Do not leave" not in (await sam.get(f"/clients/{LIN}/scales/GAD7")).text


async def test_item_nine_leads_to_a_step_that_no_other_page_gets_past(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(PHQ9), PHQ9) | _answers(None, None, 2, None, None, None, None, None, 1)
        done = await sam.post(PHQ9, data=form)
        (alert,) = await stored(SafetyAlert)
        step = f"/alerts/{alert.id}"
        assert done.headers["location"] == step
        for path in ("/today", "/clients", "/records", PHQ9.replace(str(LIN), str(SOUTH_ZHAO))):
            led = await sam.get(path)
            assert (path, led.status_code, led.headers["location"]) == (path, 303, step)
        assert "A safety step waits for you" in (await sam.get(f"/clients/{LIN}")).text
        empty = await sam.post(f"{step}/take", data={"note": "CANARY"})
        assert (empty.status_code, "CANARY" in empty.text) == (422, True)
        assert (await sam.get("/today")).status_code == 303
        taken = await sam.post(f"{step}/take", data={"plan": ["STAYING_WITH_PERSON", "FAMILY_CALLED"]})
        assert taken.headers["location"] == step
        assert (await sam.get("/today")).status_code == 200


async def test_what_was_typed_stays_when_it_is_refused(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(PHQ9), PHQ9) | _answers(1, 9) | {"taken_on": ["2199-01-01"], "note": ["bleibt"]}
        refused = await sam.post(PHQ9, data=form, headers=HTMX)
    assert refused.status_code == 422
    assert "bleibt" in refused.text
    assert 'name="item_1" value="1" checked' in refused.text
    assert await stored(ScaleScore) == []


async def test_others_find_no_form(database: Database) -> None:
    async with visiting("nia") as nia:
        assert (await nia.get(PHQ9)).status_code == 404
    async with visiting("ola") as ola:
        assert (await ola.get(PHQ9)).status_code == 403
    async with visiting("sam") as sam:
        assert (await sam.get(f"/clients/{LIN}/scales/PHQ8")).status_code == 404


async def test_what_is_due_is_one_tap_from_today(database: Database) -> None:
    async with visiting("sam") as sam:
        page = (await sam.get("/today")).text
        assert f'href="{PHQ9}"' in page.split('id="due"')[1]
        await record(scale(taken_on=DAY))
        assert 'id="due"' not in (await sam.get("/today")).text
