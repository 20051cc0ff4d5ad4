"""One's own password and browsers."""

import re

import pytest

from coord.identity import SignIn, sign_in
from coord.work.engine import Database
from tests.web.visit import visiting, visitor
from web.devices import device_name

pytestmark = pytest.mark.anyio
NEW = "lantern umbrella seventeen"
_PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


async def test_browsers_are_listed_by_names_that_their_owner_knows(database: Database) -> None:
    async with visitor(**{"User-Agent": _PHONE}) as phone:
        await phone.post("/sign-in", data={"email": "sam@demo.example", "password": "demo-password-1"})
        page = (await phone.get("/me/security")).text
    assert "Chrome · Android" in page
    assert "This one" in page


async def test_another_browser_is_signed_out(database: Database) -> None:
    async with visiting("sam") as here, visiting("sam") as there:
        paths = re.findall(r'action="(/me/security/devices/[^"]+/end)"', (await here.get("/me/security")).text)
        assert len(paths) == 2
        await here.post("/me/security/others/end")
        assert (await here.get("/today")).status_code == 200
        assert (await there.get("/today")).headers["location"].startswith("/sign-in")


async def test_signing_this_browser_out_leads_to_the_sign_in(database: Database) -> None:
    async with visiting("sam") as sam:
        (path,) = re.findall(r'action="(/me/security/devices/[^"]+/end)"', (await sam.get("/me/security")).text)
        answer = await sam.post(path)
        assert answer.headers["location"] == "/sign-in"
        assert answer.headers["clear-site-data"] == '"cache", "storage"'


async def test_browsers_of_others_are_not_there(database: Database) -> None:
    async with visiting("nia") as nia, visiting("sam") as sam:
        (path,) = re.findall(r'action="(/me/security/devices/[^"]+/end)"', (await nia.get("/me/security")).text)
        assert (await sam.post(path)).status_code == 404
        assert (await nia.get("/today")).status_code == 200


async def test_a_password_is_changed_with_the_present_one(database: Database) -> None:
    async with visiting("sam") as sam:
        wrong = await sam.post("/me/security/password", data={"current": "no", "password": NEW})
        assert wrong.status_code == 422
        assert 'id="current-wrong"' in wrong.text
        easy = await sam.post("/me/security/password", data={"current": "demo-password-1", "password": "password1234"})
        assert 'id="password-wrong"' in easy.text
        done = await sam.post("/me/security/password", data={"current": "demo-password-1", "password": NEW})
        assert done.status_code == 303
        assert (await sam.get("/today")).status_code == 200
    assert (await sign_in(SignIn.parse({"email": "sam@demo.example", "password": NEW}))).session


@pytest.mark.parametrize(
    ("text", "name"),
    [(_PHONE, "Chrome · Android"), ("curl/8", "curl/8"), ("", "?"), (_PHONE + " MicroMessenger/8", "WeChat · Android")],
)
def test_names_of_browsers(text: str, name: str) -> None:
    assert device_name(text) == name
