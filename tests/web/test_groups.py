"""Groups and the roll call."""

import pytest

from coord.contacts import groups
from coord.work import begin
from coord.work.engine import Database
from tests.web.visit import HTMX, count_of, fields_of, visiting
from tests.world import CHEN, LIN, NORTH_GROUP, NORTH_MEMBERS, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
CALL = f"/groups/{NORTH_GROUP}/session"


async def test_everybody_is_ticked_and_saving_counts_ten(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get(CALL), CALL)
        assert sorted(fields["attendees"]) == sorted(map(str, NORTH_MEMBERS))
        answer = await sam.post(CALL, data=fields)
        today = (await sam.get("/today")).text
    assert answer.headers["location"] == "/today"
    assert "hospital 10 person-times · 1 group sessions" in today


async def test_a_member_without_a_tick_is_absent(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get(CALL), CALL)
        fields["attendees"].remove(str(NORTH_MEMBERS[3]))
        await sam.post(CALL, data=fields)
        today = (await sam.get("/today")).text
        absent = (await sam.get(f"/clients/{NORTH_MEMBERS[3]}")).text
        present = (await sam.get(f"/clients/{NORTH_MEMBERS[0]}")).text
    assert "hospital 9 person-times" in today
    assert ("session 1" in absent, "session 1" in present) == (False, True)


async def test_a_walk_in_is_found_and_added_without_losing_a_tick(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get(CALL), CALL)
        fields["attendees"].remove(str(NORTH_MEMBERS[0]))
        found = await sam.post(f"{CALL}/with", data=fields | {"walk_in": ["cxl"]})
        assert f'name="add" value="{CHEN}"' in found.text
        added = await sam.post(f"{CALL}/with", data=fields_of(found, CALL) | {"add": [str(CHEN)]}, headers=HTMX)
        fields = fields_of(added, CALL)
        assert (str(CHEN) in fields["attendees"], str(NORTH_MEMBERS[0]) in fields["attendees"]) == (True, False)
        await sam.post(CALL, data=fields)
        today = (await sam.get("/today")).text
    assert "hospital 10 person-times" in today


async def test_nobody_present_is_refused_and_the_ticks_stay(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get(CALL), CALL)
        fields.pop("attendees")
        answer = await sam.post(CALL, data=fields | {"note": ["没有人来"]})
    assert answer.status_code == 422
    assert fields_of(answer, CALL)["note"] == ["没有人来"]
    assert "attendees" not in fields_of(answer, CALL)
    assert await count_of() == 0


async def test_people_of_another_hospital_cannot_be_added(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get(CALL), CALL)
        shown = await sam.post(f"{CALL}/with", data=fields | {"add": [str(SOUTH_ZHAO)]})
        sent = await sam.post(CALL, data=fields | {"attendees": [*fields["attendees"], str(SOUTH_ZHAO)]})
    assert "SOUTH" not in shown.text
    assert sent.status_code == 422
    assert await count_of() == 0


async def test_another_hospitals_group_is_not_found(database: Database) -> None:
    async with visiting("nia") as nia:
        for answer in (await nia.get(CALL), await nia.post(CALL, data={}), await nia.get("/groups/none/session")):
            assert answer.status_code == 404
            assert "NORTH" not in answer.text


async def test_the_roll_call_saved_twice_is_one_session(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get(CALL), CALL)
        await sam.post(CALL, data=fields)
        await sam.post(CALL, data=fields)
    assert await count_of(group=str(NORTH_GROUP)) == 1


async def test_a_new_group_leads_to_its_roll_call(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get("/groups/new"), "/groups/new")
        answer = await sam.post("/groups/new", data=fields | {"name": ["阅读小组"], "members": [str(LIN), str(CHEN)]})
        call = await sam.get(answer.headers["location"])
        listed = await sam.get("/groups")
    assert "阅读小组" in call.text
    assert "阅读小组" in listed.text
    assert 'data-text="Save {n} present">Save 2 present' in call.text


async def test_a_group_without_a_name_keeps_its_members(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get("/groups/new"), "/groups/new")
        answer = await sam.post("/groups/new", data=fields | {"members": [str(LIN)], "planned_sessions": ["many"]})
    kept = fields_of(answer, "/groups/new")
    assert answer.status_code == 422
    assert (kept["members"], kept["planned_sessions"]) == ([str(LIN)], ["many"])
    assert 'href="#name"' in answer.text
    async with begin(cast.sam, read_only=True) as unit:
        assert [group.id for group in await groups(unit)] == [NORTH_GROUP]


@pytest.mark.parametrize("path", ["/groups", "/groups/new", CALL])
async def test_the_foundation_may_not_call_the_roll(database: Database, path: str) -> None:
    async with visiting("ola") as ola:
        answer = await ola.get(path)
    assert answer.status_code == 403


async def test_a_group_that_held_its_planned_sessions_is_folded_away_and_still_open_to_another(
    database: Database,
) -> None:
    async with visiting("sam") as sam:
        before = (await sam.get("/groups")).text
        for _ in range(6):
            await sam.post(CALL, data=fields_of(await sam.get(CALL), CALL))
        after = (await sam.get("/groups")).text
    assert "session 1 of 6" in before
    assert "planned sessions" not in before
    assert "1 group has held its planned sessions" in after
    assert "6 sessions held, 6 planned" in after
    assert CALL in after


async def test_the_plan_of_a_session_stands_on_the_page_of_the_group_and_on_its_roll_call(database: Database) -> None:
    path = f"/groups/{NORTH_GROUP}"
    async with visiting("sam") as sam:
        refused = await sam.post(f"{path}/session-plan", data={"number": "1", "plan": "呼吸练习", "planned_on": ""})
        kept = fields_of(refused, f"{path}/session-plan")
        written = {"number": "1", "plan": "呼吸练习", "planned_on": "2026-10-01"}
        done = await sam.post(f"{path}/session-plan", data=written)
        pages = [(await sam.get(at)).text for at in (path, f"{path}/session")]
    assert (refused.status_code, kept["plan"], done.status_code) == (422, ["呼吸练习"], 303)
    assert ["呼吸练习" in page for page in pages] == [True, True]
