"""Discharges on their page: recorded by day and hour, ended by a readmission, taken back; follow-ups come of the last one."""

from datetime import timedelta

import pytest

from coord.clients.tables import Discharge
from coord.work.engine import Database
from tests.coord.cases.making import TODAY
from tests.coord.making import stored
from tests.web.visit import visiting
from tests.world import CHEN, SOUTH_ZHAO

pytestmark = pytest.mark.anyio
PAGE = f"/clients/{CHEN}/discharges"
FRIDAY = TODAY - timedelta(days=6)


async def test_a_discharge_is_recorded_in_local_time_and_brings_its_follow_ups(database: Database) -> None:
    async with visiting("sam") as sam:
        assert "No discharge is recorded" in (await sam.get(PAGE)).text
        answer = await sam.post(PAGE, data={"day": str(FRIDAY), "time": "11:00"})
        assert answer.headers["location"] == PAGE
        shown = (await sam.get(PAGE)).text
        work = (await sam.get("/work")).text
    (row,) = await stored(Discharge)
    assert row.discharged_at.isoformat() == f"{FRIDAY}T03:00:00+00:00"
    assert ("Followed from here" in shown, "Next contact" in shown) == (True, True)
    assert "陈秀兰NORTH" in work


async def test_a_readmission_ends_the_follow_up_and_the_next_discharge_begins_it_again(database: Database) -> None:
    async with visiting("sam") as sam:
        await sam.post(PAGE, data={"day": str(FRIDAY), "time": "11:00"})
        (first,) = await stored(Discharge)
        await sam.post(f"{PAGE}/{first.id}/readmission", data={"readmitted_on": str(FRIDAY + timedelta(days=2))})
        shown = (await sam.get(PAGE)).text
        assert ("nothing more is due" in shown, "Followed from here" in shown) == (True, False)
        assert "陈秀兰NORTH" not in (await sam.get("/work")).text.split("<main")[1]
        await sam.post(PAGE, data={"day": str(TODAY - timedelta(days=3)), "time": "09:30"})
        shown = (await sam.get(PAGE)).text
        assert shown.count("Followed from here") == 1
        await sam.post(f"{PAGE}/{first.id}/readmission/withdraw")
        assert "A later discharge replaces it" in (await sam.get(PAGE)).text


async def test_what_was_recorded_by_mistake_is_taken_back_by_one_tap_and_for_a_week(database: Database) -> None:
    async with visiting("sam") as sam:
        for _ in range(2):
            await sam.post(PAGE, data={"day": str(FRIDAY), "time": "11:00"})
            page = (await sam.get(PAGE)).text
            undo = page.split(f'action="{PAGE}/undo/')[1].split('"')[0]
            await sam.post(f"{PAGE}/undo/{undo}")
            assert await stored(Discharge) == []
        await sam.post(PAGE, data={"day": str(FRIDAY), "time": "11:00"})
        (row,) = await stored(Discharge)
        await sam.post(f"{PAGE}/{row.id}/withdraw")
    assert await stored(Discharge) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"day": "", "time": "11:00"}, "Please fill this in"),
        ({"day": str(FRIDAY), "time": ""}, "Please fill this in"),
        ({"day": "2026-02-30", "time": "11:00"}, "date"),
        ({"day": str(TODAY + timedelta(days=1)), "time": "11:00"}, "future"),
    ],
)
async def test_what_is_wrong_is_told_and_what_was_typed_stays(
    database: Database, said: dict[str, str], told: str
) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post(PAGE, data=said)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert f'value="{said["day"] or said["time"]}"' in answer.text
    assert await stored(Discharge) == []


async def test_the_same_discharge_twice_is_one(database: Database) -> None:
    async with visiting("sam") as sam:
        await sam.post(PAGE, data={"day": str(FRIDAY), "time": "11:00"})
        assert (await sam.post(PAGE, data={"day": str(FRIDAY), "time": "11:00"})).status_code == 409
    assert len(await stored(Discharge)) == 1


@pytest.mark.parametrize("who", ["nia", "ola", "cai", "fatima", "petra"])
async def test_nobody_else_sees_or_records_them(database: Database, who: str) -> None:
    async with visiting(who) as person:
        assert (await person.get(PAGE)).status_code in {403, 404}
        assert (await person.post(PAGE, data={"day": str(FRIDAY), "time": "11:00"})).status_code in {403, 404}
    assert await stored(Discharge) == []


async def test_a_discharge_is_taken_back_only_by_the_own_team(database: Database) -> None:
    async with visiting("nia") as nia:
        await nia.post(f"/clients/{SOUTH_ZHAO}/discharges", data={"day": str(FRIDAY), "time": "11:00"})
    (row,) = await stored(Discharge)
    async with visiting("sam") as sam:
        assert (await sam.post(f"{PAGE}/{row.id}/withdraw")).status_code == 404
    assert len(await stored(Discharge)) == 1
