"""The pages of the directory, and the part of the referral's form that it fills."""

import pytest

from coord.referrals.directory.tables import Receiver
from coord.referrals.tables import Referral
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.referrals.making import consent
from tests.coord.referrals.test_directory import describe
from tests.web.visit import HTMX, fields_of, visiting
from tests.world import CENTER, LIN, NORTH, SOUTH, cast

pytestmark = pytest.mark.anyio
_ENTRY = f"/directory/{CENTER}"


async def test_an_organization_keeps_its_entry_and_others_find_it(database: Database) -> None:
    async with visiting("cai") as cai:
        form = fields_of(await cai.get(_ENTRY), _ENTRY)
        filled = form | {"services": ["PEER_SUPPORT"], "capacity": ["WAITING_LIST"], "districts": ["海淀区"]}
        saved = await cai.post(_ENTRY, data=filled)
        again = await cai.get(_ENTRY)
        confirmed = await cai.post(f"{_ENTRY}/confirm")
    assert (saved.status_code, confirmed.status_code) == (303, 303)
    assert fields_of(again, _ENTRY) | {"capacity": ["WAITING_LIST"]} == fields_of(again, _ENTRY)
    async with visiting("sam") as sam:
        found = await sam.get("/directory?search=haidian&need=PEER_SUPPORT", headers=HTMX)
        page = await sam.get(_ENTRY)
    assert "青屏社区中心" in found.text
    assert "Waiting list" in page.text
    assert f'action="{_ENTRY}"' not in page.text


async def test_what_is_wrong_comes_back_with_what_was_typed(database: Database) -> None:
    async with visiting("cai") as cai:
        answer = await cai.post(_ENTRY, data={"services": [], "capacity": ["CAPACITY"], "phone": ["010-1"]})
    assert answer.status_code == 422
    assert 'value="010-1"' in answer.text
    assert await stored(Receiver) == []


@pytest.mark.parametrize(("name", "status"), [("sam", 403), ("petra", 403), ("fatima", 403), ("nia", 403)])
async def test_others_write_nothing(database: Database, name: str, status: int) -> None:
    async with visiting(name) as other:
        answer = await other.post(_ENTRY, data={"services": ["PEER_SUPPORT"], "capacity": ["CAPACITY"]})
    assert answer.status_code == status
    assert await stored(Receiver) == []


async def test_a_foreign_entry_is_not_written(database: Database) -> None:
    async with visiting("cai") as cai:
        path = f"/directory/{NORTH}"
        answer = await cai.post(path, data={"services": ["PEER_SUPPORT"], "capacity": ["CAPACITY"]})
    assert answer.status_code == 422
    assert "Another organization keeps this entry" in answer.text


async def test_the_form_of_a_referral_offers_the_best_first_and_searches(database: Database) -> None:
    await describe()
    await describe(cast.ola, SOUTH, services=["PSYCHIATRIC_CARE"], districts="", capacity="CAPACITY")
    await consent()
    async with visiting("sam") as sam:
        page = await sam.get(f"/referrals/new?client={LIN}")
        care = await sam.get(f"/referrals/new/receivers?client={LIN}&need=PSYCHIATRIC_CARE", headers=HTMX)
        searched = await sam.get(f"/referrals/new/receivers?client={LIN}&search=nanhu&target={SOUTH}", headers=HTMX)
        form = fields_of(page, "/referrals/new") | {"target": [str(CENTER)], "usual_reason": ["After discharge"]}
        sent = await sam.post("/referrals/new", data=form)
    assert page.text.index("青屏社区中心") < page.text.index("南湖医院")
    assert care.text.index("南湖医院") < care.text.index("青屏社区中心")
    assert "青屏社区中心" not in searched.text
    assert f'value="{SOUTH}" checked' in searched.text
    assert sent.status_code == 303
    assert len(await stored(Referral)) == 1


async def test_nobody_is_offered_for_a_foreign_client(database: Database) -> None:
    async with visiting("nia") as nia:
        assert (await nia.get(f"/referrals/new/receivers?client={LIN}")).status_code == 404
