"""From an empty database to people at work, through the pages alone, with a second factor."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
import time_machine

from coord.access import system
from coord.contacts import ContactFilter, count_contacts
from coord.identity.factor.codes import code_at
from coord.kernel.clock import now
from coord.people.setting_up import setup_code
from coord.settings import settings
from coord.work import begin
from coord.work.engine import Database
from tests.conftest import DATABASES
from tests.coord.making import DEMANDED
from tests.databases import empty_database
from tests.web.visit import fields_of, visitor

READER = system("test", "counts what a test has logged", "contact.list")

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


@pytest.fixture(params=DATABASES)
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[None]:
    """A new installation."""
    async with empty_database(request.param, tmp_path):
        yield


async def _sign_in(client: httpx2.AsyncClient, email: str) -> None:
    """Both steps, the second one set up at the first sign-in."""
    await client.post("/sign-in", data={"email": email, "password": PASSWORD})
    page = await client.get("/sign-in/enrol")
    found = re.search(r'id="secret">([^<]+)<', page.text)
    assert found is not None
    # Only the code of the present half minute counts, and a busy machine may let it pass.
    with time_machine.travel(now(), tick=False):
        form = fields_of(page, "/sign-in/enrol") | {"code": code_at(found[1].replace(" ", ""), now())}
        assert (await client.post("/sign-in/enrol", data=form)).status_code == 200


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


def _choice(page: httpx2.Response, field: str, word: str) -> str:
    """What a drop-down sends for the word that people read."""
    offered = re.search(rf'<select id="{field}".*?</select>', page.text, re.DOTALL)
    assert offered is not None, field
    found = re.search(rf'<option value="([^"]+)"[^>]*>{word}<', offered[0])
    assert found is not None, word
    return found[1]


async def _program(admin: httpx2.AsyncClient, day: str) -> None:
    """A program in which a hospital and an agency take part."""
    given = {"code": "DIP", "name": "点灯", "time_zone": "Asia/Shanghai", "starts_on": day}
    path = (await admin.post("/administration/programs", data=given)).headers["location"]
    for place, part in (("H002", "HOSPITAL"), ("A01", "AGENCY")):
        organization = _choice(await admin.get(path), "organization_id", place)
        joined = {"organization_id": organization, "part": part, "starts_on": day}
        assert (await admin.post(f"{path}/partners", data=joined)).headers["location"] == path


async def _vacancy(admin: httpx2.AsyncClient, day: str) -> str:
    """The page of a vacant post, reached from the list."""
    form = await admin.get("/administration/posts/new")
    given = fields_of(form, "/administration/posts/new") | {
        "hospital_id": _choice(form, "hospital_id", "H002"),
        "employer_id": _choice(form, "employer_id", "A01"),
        "starts_on": day,
    }
    assert (await admin.post("/administration/posts/new", data=given)).status_code == 303
    listed = (await admin.get("/administration/posts")).text
    assert "1 vacant post" in listed
    (path,) = re.findall(r'href="(/administration/posts/[0-9a-f-]{36})"', listed)
    return str(path)


async def _log_one(worker: httpx2.AsyncClient) -> None:
    """Register a person and log a service for them."""
    new = fields_of(await worker.get("/clients/new?then=log"), "/clients/new") | {"name": "周秀英", **DEMANDED}
    onward = (await worker.post("/clients/new", data=new)).headers["location"]
    assert onward.startswith("/log?client=")
    service = fields_of(await worker.get(onward), "/log") | {"note": "第一次面谈"}
    assert (await worker.post("/log", data=service)).headers["location"] == "/today"


async def test_from_nothing_to_the_first_contact_of_an_invited_social_worker(empty: None) -> None:
    day = now().date().isoformat()
    async with visitor() as admin, visitor() as worker:
        await admin.post("/setup", data=FIRST | {"setup_code": setup_code()})
        await _sign_in(admin, "min@example.org")
        for code, kind in PLACES:
            await admin.post("/administration/organizations", data={"code": code, "name": code, "kind": kind})
        await _program(admin, day)
        post = await _vacancy(admin, day)
        assert "no social worker yet" in (await admin.get(post)).text
        path = await _invited(admin, "hua@example.org", "H002", "SOCIAL_WORKER")
        await worker.post(path, data={"name": "华晨", "password": PASSWORD})
        await _sign_in(worker, "hua@example.org")
        assert "/clients/new" not in (await worker.get("/today")).text
        shown = await admin.get(post)
        filled = {"user_id": _choice(shown, "user_id", "华晨"), "code": "W-01", "starts_on": day}
        assert (await admin.post(f"{post}/fill", data=filled)).headers["location"] == "/administration/posts"
        await _log_one(worker)
        assert "周秀英" in (await worker.get("/today")).text
        assert "华晨" in (await admin.get("/administration/posts")).text
    async with begin(READER, read_only=True) as unit:
        assert await count_contacts(unit, ContactFilter()) == 1


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
