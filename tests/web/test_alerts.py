"""Alerts on pages: who sees how much, taking on, closing, what follows, the watch, the banner."""

from datetime import timedelta

import pytest
import time_machine

from coord.outcomes.tables import AlertTask, SafetyAlert
from coord.outcomes.withdrawing import WithdrawScale, withdraw_scale
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.outcomes.recording import DANGER, danger, record, scale, turns
from tests.schema.api import asking_as
from tests.web.visit import fields_of, visiting
from tests.world import LIN, cast

pytestmark = pytest.mark.anyio
FLAG = f"/clients/{LIN}/alert"


async def test_the_foundation_sees_hospital_and_time_and_neither_person_nor_word(database: Database) -> None:
    alert = await danger(note="CANARY")
    async with visiting("sun") as sun:
        assert "林芳NORTH" in (await sun.get(f"/alerts/{alert}")).text
    async with visiting("ola") as ola:
        listed, page = (await ola.get("/alerts")).text, (await ola.get(f"/alerts/{alert}")).text
        assert "北岸医院 North" in listed
        for text in (listed, page):
            assert [word for word in ("林芳", "NORTH-0001", "CANARY", str(LIN)) if word in text] == []
        done = await ola.post(f"/alerts/{alert}/take", data={"plan": "HOSPITAL_INFORMED"})
        assert done.status_code == 303
    for name, status in (("nia", 404), ("cai", 403), ("fatima", 403), ("adam", 403)):
        async with visiting(name) as other:
            assert (name, (await other.get(f"/alerts/{alert}")).status_code) == (name, status)


async def test_a_flag_a_plan_an_outcome_and_what_follows(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(FLAG), FLAG) | {"urgency": ["SAME_DAY"], "note": ["sagt Lebewohl"]}
        step = (await sam.post(FLAG, data=form)).headers["location"]
        assert "sagt Lebewohl" in (await sam.get(step)).text
        raised = await sam.post(f"{step}/urgency", data={"reason": "left the ward"})
        assert raised.status_code == 303
        early = await sam.post(f"{step}/close", data={"outcome": "TRANSFERRED"})
        assert (early.status_code, "Nobody has taken this alert on yet" in early.text) == (409, True)
        await sam.post(f"{step}/take", data={"plan": "ASSESSING_TODAY"})
        assert (await sam.post(f"{step}/close", data={})).status_code == 422
        assert (await sam.post(f"{step}/close", data={"outcome": "SAFETY_PLAN_MADE"})).status_code == 303
        tasks = await stored(AlertTask)
        assert len(tasks) == 3
        assert (await sam.post(f"/alerts/tasks/{tasks[0].id}")).headers["location"] == step
        assert "closed" in (await sam.get("/alerts?closed=true")).text


async def test_the_watch_shows_what_nobody_took_on_and_what_was_not_sent(database: Database) -> None:
    await danger()
    with time_machine.travel((await stored(SafetyAlert))[0].opened_at + timedelta(hours=1), tick=False):
        await turns()
    async with visiting("sun") as sun:
        page = (await sun.get("/alerts/watch")).text
        assert "every level was told, nobody has taken it on" in page
        assert "hospital coordinator" in page
        assert "1 safety alert was sent to every level" in (await sun.get("/clients")).text
    async with visiting("adam") as adam:
        page = (await adam.get("/alerts/watch")).text
        assert "北岸医院" not in page
    async with visiting("cai") as cai:
        assert (await cai.get("/alerts/watch")).status_code == 403


async def test_a_dispatcher_that_does_not_run_is_said_on_every_page_and_to_those_who_look_after_the_server(
    database: Database,
) -> None:
    async with visiting("sun") as sun:
        assert "The sender of alerts is not running" in (await sun.get("/clients")).text
        assert (await sun.get("/readyz")).json()["alerts"] == "stale"
        await turns()
        assert "The sender of alerts" not in (await sun.get("/clients")).text
        assert (await sun.get("/readyz")).json()["alerts"] == "ok"


async def test_an_alert_says_that_its_result_was_withdrawn_and_why_to_the_care_team_only(database: Database) -> None:
    taken = await record(scale(DANGER))
    path, told = f"/alerts/{taken.alert_id}", "The result that opened this alert was withdrawn as a mistake"
    async with visiting("sun") as sun:
        assert told not in (await sun.get(path)).text
        async with begin(cast.sam) as unit:
            given = {"result": str(taken.score_id), "reason": "entered for somebody else"}
            await withdraw_scale(unit, WithdrawScale.parse(given))
        page = (await sun.get(path)).text
        assert told in page
        assert "A correction closes no alert" in page
        assert "entered for somebody else" in page
        assert "result withdrawn" in (await sun.get("/alerts")).text
    async with visiting("ola") as ola:
        page = (await ola.get(path)).text
    assert told in page
    assert "entered for somebody else" not in page
    async with asking_as(cast.sun) as api:
        found = await api.data("{ safetyAlerts(first: 1) { edges { node { closedAt sourceWithdrawnAt } } } }")
    (edge,) = found["safetyAlerts"]["edges"]
    assert (edge["node"]["closedAt"], edge["node"]["sourceWithdrawnAt"] is None) == (None, False)
