"""Administration pages: an organization, an invitation, a role that ends; and the page behind the link."""

import re
from datetime import timedelta

import pytest
import time_machine

from coord.kernel.clock import now
from coord.work.engine import Database
from tests.web.visit import fields_of, visiting, visitor
from tests.world import NORTH

pytestmark = pytest.mark.anyio
INVITE = {"email": "lin@example.org", "organization": str(NORTH), "role": "SOCIAL_WORKER"}
NEW = {"name": "林晓", "password": "lantern umbrella seventeen"}


async def _link(email: str = "lin@example.org") -> str:
    async with visiting("adam") as adam:
        made = await adam.post("/administration/invitations", data=INVITE | {"email": email})
        found = re.search(r'id="secret">http://127.0.0.1:8000([^<]+)<', made.text)
        assert found is not None
        assert found[1] not in (await adam.get("/administration")).text
    return found[1]


async def test_an_administrator_starts_at_the_administration(database: Database) -> None:
    async with visiting("adam") as adam:
        assert (await adam.get("/")).headers["location"] == "/administration"
        page = (await adam.get("/administration")).text
    assert "H001" in page
    assert "sam@demo.example" not in page


async def test_an_invited_person_comes_in_by_the_link(database: Database) -> None:
    path = await _link()
    async with visitor() as lin:
        page = await lin.get(path)
        assert "lin@example.org" in page.text
        answer = await lin.post(path, data=NEW)
        assert answer.headers["location"] == "/sign-in"
        assert (await lin.get(path)).status_code == 404
        await lin.post("/sign-in", data={"email": "lin@example.org", "password": NEW["password"]})
        assert (await lin.get("/today")).status_code == 200


async def test_a_refused_password_keeps_the_name(database: Database) -> None:
    path = await _link()
    async with visitor() as lin:
        answer = await lin.post(path, data=NEW | {"password": "short"})
    assert answer.status_code == 422
    assert fields_of(answer, path)["name"] == ["林晓"]
    assert fields_of(answer, path)["password"] == [""]


async def test_a_wrong_address_is_refused_and_kept(database: Database) -> None:
    async with visiting("adam") as adam:
        answer = await adam.post("/administration/invitations", data=INVITE | {"email": "nobody"})
    assert answer.status_code == 422
    assert fields_of(answer, "/administration/invitations")["email"] == ["nobody"]


async def test_an_organization_is_added_to_the_own_directory(database: Database) -> None:
    given = {"code": "H099", "name": "West Hospital", "kind": "HOSPITAL", "province": "Hubei"}
    async with visiting("adam") as adam:
        assert (await adam.post("/administration/organizations", data=given)).status_code == 303
        again = await adam.post("/administration/organizations", data=given)
        page = (await adam.get("/administration")).text
    assert again.status_code == 422
    assert "West Hospital" in page


async def test_a_role_is_ended_and_an_invitation_taken_back(database: Database) -> None:
    await _link()
    async with visiting("adam") as adam, visiting("sam") as sam:
        page = (await adam.get("/administration")).text
        (revoke,) = re.findall(r'action="(/administration/invitations/[^"]+/revoke)"', page)
        await adam.post(revoke)
        ends = re.findall(r'action="(/administration/memberships/[^"]+/end)"', page)
        for path in ends:
            await adam.post(path)
        after = (await adam.get("/administration")).text
        assert (await sam.get("/clients")).status_code == 403
    assert "lin@example.org" not in after
    assert "/administration/memberships/" not in after


@pytest.mark.parametrize("name", ["sam", "ola", "petra"])
async def test_nobody_else_gets_in(database: Database, name: str) -> None:
    async with visiting(name) as someone:
        assert (await someone.get("/administration")).status_code == 403
        assert (await someone.post("/administration/invitations", data=INVITE)).status_code == 403
        assert "/administration" not in (await someone.get("/me")).text


async def test_people_are_shown_by_organization(database: Database) -> None:
    async with visiting("adam") as adam:
        everywhere = (await adam.get("/administration")).text
        north = (await adam.get(f"/administration?organization={NORTH}")).text
        nowhere = await adam.get("/administration?organization=x")
    ends = "/administration/memberships/"
    assert everywhere.count(ends) > north.count(ends) == 1
    assert nowhere.status_code == 404


async def test_an_invitation_is_mailed_and_sent_again_from_the_page(database: Database) -> None:
    async with visiting("adam") as adam:
        made = await adam.post("/administration/invitations", data=INVITE | {"email": "again@example.org"})
        (path,) = re.findall(r'action="(/administration/invitations/[^"]+/again)"', made.text)
        early = await adam.post(path)
        with time_machine.travel(now() + timedelta(minutes=2), tick=True):
            later = await adam.post(path)
    links = [re.findall(r"http://[^<]+/invitation/[^<]+", page.text) for page in (made, later)]
    assert (made.status_code, early.status_code, later.status_code) == (201, 422, 201)
    assert "A mail with this link is on its way to again@example.org." in later.text
    assert len({link for (link,) in links}) == 2
