"""From an empty database to people at work, through the pages alone, with a second factor."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import anyio.to_thread
import httpx2
import pytest

from coord.identity.factor.codes import code_at
from coord.kernel.clock import now
from coord.migrations import upgrade
from coord.people.setting_up import setup_code
from coord.settings import settings
from coord.work import engine
from coord.work.engine import Database
from tests.web.visit import fields_of, visitor

pytestmark = pytest.mark.anyio
PASSWORD = "lantern umbrella seventeen"
FIRST = {
    "code": "F01",
    "foundation": "明灯公益基金会",
    "name": "何敏",
    "email": "min@example.org",
    "password": PASSWORD,
}
PLACES = (("H001", "HOSPITAL"), ("H002", "HOSPITAL"), ("A01", "AGENCY"))
PEOPLE = (("H001", "HOSPITAL_COORDINATOR"), ("A01", "AGENCY_MANAGER"), ("H002", "SOCIAL_WORKER"))


@pytest.fixture(autouse=True)
def _required(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COORD_SECOND_FACTOR", "true")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[None]:
    """A new installation."""
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    await anyio.to_thread.run_sync(upgrade, url)
    store = engine.Database(url)
    engine.use(store)
    yield
    engine.use(None)
    await store.dispose()


async def _sign_in(client: httpx2.AsyncClient, email: str) -> None:
    """Both steps, the second one set up at the first sign-in."""
    await client.post("/sign-in", data={"email": email, "password": PASSWORD})
    found = re.search(r'id="secret">([^<]+)<', (await client.get("/sign-in/enrol")).text)
    assert found is not None
    code = code_at(found[1].replace(" ", ""), now())
    assert (await client.post("/sign-in/enrol", data={"code": code})).status_code == 200


async def _invited(admin: httpx2.AsyncClient, email: str, place: str, role: str) -> str:
    page = (await admin.get("/administration")).text
    option = re.search(rf'<option value="([^"]+)"[^>]*>{place}<', page)
    assert option is not None
    given = {"email": email, "organization": option[1], "role": role}
    made = await admin.post("/administration/invitations", data=given)
    link = re.search(r'id="secret">[^<]*(/invitation/[^<]+)<', made.text)
    assert link is not None
    return link[1]


async def test_a_foundation_is_set_up_and_its_people_come_in(empty: None) -> None:
    async with visitor() as admin:
        done = await admin.post("/setup", data=FIRST | {"setup_code": setup_code()})
        assert done.headers["location"] == "/sign-in"
        await _sign_in(admin, "min@example.org")
        for code, kind in PLACES:
            added = await admin.post("/administration/organizations", data={"code": code, "name": code, "kind": kind})
            assert added.status_code == 303
        for place, role in PEOPLE:
            email = f"{role.lower()}@example.org"
            path = await _invited(admin, email, place, role)
            async with visitor() as person:
                await person.post(path, data={"name": role.title(), "password": PASSWORD})
                await _sign_in(person, email)
                assert (await person.get("/me")).status_code == 200
        page = (await admin.get("/administration")).text
    assert all(f"{role.title()}<" in page for _, role in PEOPLE)


async def test_there_is_no_set_up_after_the_first(empty: None) -> None:
    async with visitor() as admin:
        assert (await admin.get("/setup")).status_code == 200
        given = FIRST | {"setup_code": setup_code()}
        await admin.post("/setup", data=given)
        assert (await admin.get("/setup")).status_code == 404
        assert (await admin.post("/setup", data=given | {"email": "other@example.org"})).status_code == 404


async def test_without_the_code_of_the_server_nobody_sets_up(empty: None) -> None:
    async with visitor() as stranger:
        refused = await stranger.post("/setup", data=FIRST | {"setup_code": "00000000000000000000"})
        assert refused.status_code == 422
        assert 'id="setup_code-wrong"' in refused.text
        assert fields_of(refused, "/setup")["foundation"] == [FIRST["foundation"]]
        answers = [await stranger.post("/setup", data=FIRST | {"setup_code": "x"}) for _ in range(5)]
        assert "Too many tries" in answers[-1].text
        assert (await stranger.get("/setup")).status_code == 200


async def test_an_installation_with_people_has_no_such_page(database: Database) -> None:
    async with visitor() as nobody:
        assert (await nobody.get("/setup")).status_code == 404
        assert (await nobody.post("/setup", data=FIRST | {"setup_code": setup_code()})).status_code == 404
