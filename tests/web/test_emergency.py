"""The pages of an access in an emergency: from the form to the review."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from coord.access import Role
from coord.clients.tables import Client
from coord.identity.tables import Membership
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.web.visit import visiting
from tests.world import BUILDER, LIN, NORTH, SOUTH, STARTS, fixed

pytestmark = pytest.mark.anyio
AT = datetime(2026, 9, 3, 8, tzinfo=UTC)


async def test_a_coordinator_opens_sees_the_banner_ends_and_an_administrator_reviews(database: Database) -> None:
    async with begin(BUILDER) as unit:
        unit.add(
            Membership(
                user_id=fixed("user/petra"), organization_id=SOUTH, role=Role.HOSPITAL_COORDINATOR, starts_on=STARTS
            )
        )
    (lin,) = await stored(Client, Client.id == LIN)
    fields = {"hospital": str(NORTH), "code": "C-99999", "reason": "DANGER_TO_LIFE", "explanation": "Found unconscious"}
    with time_machine.travel(AT, tick=False) as clock:
        async with visiting("petra") as petra:
            assert 'action="/emergency"' in (await petra.get("/emergency")).text
            refused = await petra.post("/emergency", data=fields)
            assert (refused.status_code, "Found unconscious" in refused.text) == (422, True)
            answer = await petra.post("/emergency", data={**fields, "code": lin.code})
            shown = await petra.get(answer.headers["location"])
            assert (answer.status_code, shown.status_code, "60 minutes left" in shown.text) == (303, 200, True)
            assert "60 minutes left" in (await petra.get("/me")).text
            await petra.post(f"{answer.headers['location']}/end")
            assert "minutes left" not in (await petra.get("/me")).text
            assert (await petra.get(answer.headers["location"])).status_code == 404
        clock.shift(timedelta(hours=73))
        async with visiting("adam") as adam:
            assert "nobody has reviewed within 72 hours: 1" in (await adam.get("/administration")).text
            page = await adam.get("/emergency")
            assert "Not reviewed within 72 hours" in page.text
            path = f"{answer.headers['location']}/review"
            assert (await adam.post(path, data={"remark": "x"})).status_code == 422
            assert (await adam.post(path, data={"verdict": "JUSTIFIED"})).status_code == 303
            assert "Not reviewed within 72 hours" not in (await adam.get("/emergency")).text
