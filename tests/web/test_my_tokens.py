"""Tokens on their own page: made after a fresh proof, shown once, taken back."""

import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import time_machine

from coord.identity import actor_by_token, list_tokens
from coord.kernel.clock import now
from coord.kernel.errors import Unauthenticated
from coord.work import begin
from coord.work.engine import Database
from tests.web.visit import fields_of, visiting, visitor
from tests.world import PASSWORD, cast

pytestmark = pytest.mark.anyio
QUERY = {"query": "{ viewer { name } }"}
GIVEN: dict[str, Any] = {"name": "workbook", "days": "30", "scopes": ["READ"], "networks": ""}


async def _made(client: httpx2.AsyncClient, **changed: Any) -> str:
    answer = await client.post("/me/tokens", data=GIVEN | changed)
    found = re.search(r'id="secret">([^<]+)<', answer.text)
    assert found is not None
    return found[1]


async def test_a_token_is_shown_once_and_works_until_it_is_revoked(database: Database) -> None:
    async with visiting("fatima") as fatima:
        made = await fatima.post("/me/tokens", data={"name": "workbook", "days": "30", "scopes": "READ"})
        secret = re.search(r'id="secret">([^<]+)<', made.text)
        assert secret is not None
        again = (await fatima.get("/me/tokens")).text
        assert (await actor_by_token(secret[1])).actor.user_id == cast.fatima.user_id
        async with begin(cast.fatima, read_only=True) as unit:
            (token,) = await list_tokens(unit)
        await fatima.post(f"/me/tokens/{token.id}/revoke")
    assert made.status_code == 201
    assert (secret[1] in again, "workbook" in again) == (False, True)
    with pytest.raises(Unauthenticated):
        await actor_by_token(secret[1])


async def test_a_token_without_a_name_is_refused_and_none_is_made(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post("/me/tokens", data={"name": " ", "days": "365", "scopes": "READ"})
    assert answer.status_code == 422
    assert fields_of(answer, "/me/tokens")["days"] == ["365"]
    async with begin(cast.sam, read_only=True) as unit:
        assert list(await list_tokens(unit)) == []


async def test_tokens_of_others_cannot_be_revoked(database: Database) -> None:
    async with visiting("fatima") as fatima:
        await fatima.post("/me/tokens", data={"name": "workbook", "days": "30", "scopes": "READ"})
    async with begin(cast.fatima, read_only=True) as unit:
        (token,) = await list_tokens(unit)
    async with visiting("sam") as sam:
        answer = await sam.post(f"/me/tokens/{token.id}/revoke")
    assert answer.status_code == 404
    async with begin(cast.fatima, read_only=True) as unit:
        assert [row.revoked_at for row in await list_tokens(unit)] == [None]


async def test_somebody_without_a_role_cannot_make_a_token(database: Database) -> None:
    async with visiting("petra") as petra:
        page = (await petra.get("/me/tokens")).text
        answer = await petra.post("/me/tokens", data={"name": "x", "days": "30", "scopes": "READ"})
    assert 'name="scopes"' not in page
    assert answer.status_code == 403


async def test_what_a_token_may_do_and_from_where_is_chosen_and_shown(database: Database) -> None:
    async with visiting("sam") as sam:
        secret = await _made(sam, scopes=["READ", "WRITE"], networks="127.0.0.1\n203.0.113.0/24")
        page = (await sam.get("/me/tokens")).text
    assert "only from 127.0.0.1/32, 203.0.113.0/24" in page
    assert "Read and change" in page
    async with visitor() as program:
        asked = await program.post("/graphql", json=QUERY, headers={"Authorization": f"Bearer {secret}"})
        assert asked.json()["data"] == {"viewer": {"name": "Sam"}}


async def test_a_token_of_another_network_is_nobody(database: Database) -> None:
    async with visiting("sam") as sam:
        secret = await _made(sam, networks="203.0.113.0/24")
    async with visitor() as program:
        asked = await program.post("/graphql", json=QUERY, headers={"Authorization": f"Bearer {secret}"})
    assert asked.status_code == 401


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["WRITE"]}, "scopes"),
        ({"scopes": ["ALL"]}, "scopes"),
        ({"networks": "10.1.2.3/8"}, "networks"),
        ({"networks": "the office"}, "networks"),
    ],
)
async def test_what_no_token_can_be_is_said_beside_it(database: Database, changed: dict[str, Any], field: str) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post("/me/tokens", data=GIVEN | changed)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert fields_of(answer, "/me/tokens")["name"] == ["workbook"]


async def test_after_ten_minutes_the_password_is_asked_for_and_what_was_typed_stays(database: Database) -> None:
    async with visitor() as fatima:
        await fatima.post("/sign-in", data={"email": "fatima@demo.example", "password": PASSWORD})
        with time_machine.travel(now() + timedelta(minutes=10), tick=True):
            asked = await fatima.post("/me/tokens", data=GIVEN)
            assert asked.status_code == 401
            confirm = fields_of(asked, "/confirm")
            wrong = await fatima.post("/confirm", data=confirm | {"password": "not this one"})
            assert 'id="password-wrong"' in wrong.text
            before = fatima.cookies["sid"]
            onward = await fatima.post("/confirm", data=fields_of(wrong, "/confirm") | {"password": PASSWORD})
            assert fatima.cookies["sid"] != before
            made = await fatima.post("/me/tokens", data=fields_of(onward, "/me/tokens"))
    assert made.status_code == 201
    assert 'id="secret"' in made.text


async def test_a_page_that_needs_a_fresh_proof_leads_there_and_back(database: Database) -> None:
    async with visitor() as fatima:
        await fatima.post("/sign-in", data={"email": "fatima@demo.example", "password": PASSWORD})
        with time_machine.travel(now() + timedelta(minutes=10), tick=True):
            asked = await fatima.get("/sign-in/enrol?next=/me")
            path = asked.headers["location"]
            assert path.startswith("/confirm?next=%2Fsign-in%2Fenrol")
            form = fields_of(await fatima.get(path), "/confirm")
            assert "code" not in form
            done = await fatima.post("/confirm", data=form | {"password": PASSWORD})
            assert done.headers["location"] == "/sign-in/enrol?next=/me"
            assert (await fatima.get(done.headers["location"])).status_code == 200


@pytest.mark.parametrize("onward", ["https://elsewhere.example/", "//elsewhere.example", "/confirm", ""])
async def test_afterwards_nobody_is_led_away(database: Database, onward: str) -> None:
    async with visiting("sam") as sam:
        done = await sam.post("/confirm", data={"password": PASSWORD, "next": onward})
    assert done.headers["location"] == "/me/security"


async def test_visitors_are_asked_to_sign_in_instead(database: Database) -> None:
    async with visitor() as nobody:
        assert (await nobody.get("/confirm")).headers["location"].startswith("/sign-in?")
        assert (await nobody.get("/me/tokens")).headers["location"].startswith("/sign-in?")
