"""My account."""

import re

import pytest

from coord.identity import actor_by_token, list_tokens
from coord.kernel.errors import Unauthenticated
from coord.work import begin
from coord.work.engine import Database
from tests.web.visit import fields_of, visiting
from tests.world import cast

pytestmark = pytest.mark.anyio


async def test_language_and_theme_hold_from_the_next_page_on(database: Database) -> None:
    async with visiting("sam") as sam:
        await sam.post("/me/preferences", data={"language": "ko", "theme": "dark"})
        page = (await sam.get("/today")).text
    assert '<html lang="ko" data-theme="dark">' in page
    assert "오늘" in page


async def test_an_unknown_theme_is_refused(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post("/me/preferences", data={"language": "ko", "theme": "pink"})
        page = (await sam.get("/me")).text
    assert answer.status_code == 422
    assert '<html lang="en"' in page


async def test_a_token_is_shown_once_and_works_until_it_is_revoked(database: Database) -> None:
    async with visiting("fatima") as fatima:
        made = await fatima.post("/me/tokens", data={"name": "workbook", "days": "30"})
        secret = re.search(r'id="secret">([^<]+)<', made.text)
        assert secret is not None
        again = (await fatima.get("/me")).text
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
        answer = await sam.post("/me/tokens", data={"name": " ", "days": "365"})
    assert answer.status_code == 422
    assert fields_of(answer, "/me/tokens")["days"] == ["365"]
    async with begin(cast.sam, read_only=True) as unit:
        assert list(await list_tokens(unit)) == []


async def test_tokens_of_others_cannot_be_revoked(database: Database) -> None:
    async with visiting("fatima") as fatima:
        await fatima.post("/me/tokens", data={"name": "workbook", "days": "30"})
    async with begin(cast.fatima, read_only=True) as unit:
        (token,) = await list_tokens(unit)
    async with visiting("sam") as sam:
        answer = await sam.post(f"/me/tokens/{token.id}/revoke")
    assert answer.status_code == 404
    async with begin(cast.fatima, read_only=True) as unit:
        assert [row.revoked_at for row in await list_tokens(unit)] == [None]


async def test_somebody_without_a_role_cannot_make_a_token(database: Database) -> None:
    async with visiting("petra") as petra:
        page = (await petra.get("/me")).text
        answer = await petra.post("/me/tokens", data={"name": "x", "days": "30"})
    assert "/me/tokens" not in page
    assert answer.status_code == 403
