"""The page behind a signed link: plain forms, one answer for what opens nothing, and no secret where it does not belong."""

import re
import uuid

import httpx2
import pytest

from coord.identity.guessing import FREE_GUESSES_OF_AN_ADDRESS
from coord.kernel.clock import today
from coord.referrals.links.tables import ReferralLink
from coord.referrals.links.tokens import new_token
from coord.referrals.tables import Referral
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.referrals.links import answering_by_link, link
from tests.coord.referrals.making import row, sent
from tests.web.visit import HTMX, fields_of, visiting, visitor
from tests.world import CENTER
from web.session import cookie_name

pytestmark = pytest.mark.anyio
_NAMED = ("林芳", "NORTH-0001", "13800138000")
TODAY = today("Asia/Shanghai").isoformat()


async def linked() -> tuple[uuid.UUID, str]:
    await answering_by_link()
    made = await sent()
    return made, f"/r/{(await link(made)).token}"


async def test_the_loop_through_a_link_without_script(database: Database) -> None:
    made, path = await linked()
    async with visitor() as client:
        page = await client.get(path)
        assert not [word for word in _NAMED if word in page.text]
        assert "age 45-59" in page.text
        assert await _post(client, path, "answer", {"event": ["ACCEPT"]}) == 303
        page = await client.get(path)
        assert "林芳" in page.text
        assert "13800138000" in page.text
        assert await _post(client, path, "contact", {"met_on": [TODAY]}) == 303
        assert await _post(client, path, "feedback", {"outcome": ["COMPLETED"], "note": ["Came three times"]}) == 303
        assert "nothing for you to do" in (await client.get(path)).text
    assert (await row(made)).state == "FEEDBACK_SENT"
    async with visiting("sam") as sam:
        whole = await sam.get(f"/referrals/{made}")
    assert "Came three times" in whole.text
    assert "Used for: Feedback" in whole.text


async def _post(client: httpx2.AsyncClient, path: str, step: str, more: dict[str, list[str]]) -> int:
    form = fields_of(await client.get(path), f"{path}/{step}")
    return (await client.post(f"{path}/{step}", data=form | more)).status_code


async def test_every_wrong_link_gets_the_same_page(database: Database) -> None:
    made, path = await linked()
    async with visiting("sam") as sam:
        (one,) = await stored(ReferralLink)
        assert (await sam.post(f"/referrals/links/{one.id}/revoke")).status_code == 303
    tries = [
        path,
        path[:-2] + "AA",
        f"/r/{new_token(one.id)}",
        f"/r/{new_token(uuid.uuid4())}",
        "/r/x",
        "/r/" + "é" * 64,
    ]
    async with visitor() as client:
        pages = [await client.get(one) for one in tries]
        posts = [await client.post(f"{one}/answer", data={"event": "ACCEPT"}) for one in tries]
    assert {page.status_code for page in pages} == {404}
    texts = {page.text.replace(tried, "") for page, tried in zip(pages, tries, strict=True)}
    assert len({re.sub(r"/r/[^\"<]*", "", text) for text in texts}) == 1
    assert "This link does not open anything" in pages[0].text
    assert {answer.status_code for answer in posts} == {404}
    assert (await row(made)).state == "SENT"


async def test_a_link_answers_only_for_its_own_referral(database: Database) -> None:
    made, path = await linked()
    async with visitor() as client:
        form = fields_of(await client.get(path), f"{path}/answer") | {"event": ["ACCEPT"]}
        await client.post(f"{path}/answer", data=form | {"referral": [str(uuid.uuid4())]})
    assert [(one.id, one.state) for one in await stored(Referral)] == [(made, "ACCEPTED")]


async def test_the_secret_of_a_link_is_no_key_to_any_other_door(database: Database) -> None:
    """Not as a bearer token, not as a session, not where other secrets stand in an address; after the acceptance as well."""
    made, path = await linked()
    token = path.rpartition("/")[2]
    async with visitor() as client:
        assert await _post(client, path, "answer", {"event": ["ACCEPT"]}) == 303
    bearer, cookie = {"Authorization": f"Bearer {token}"}, {"Cookie": f"{cookie_name()}={token}"}
    for headers in (bearer, cookie):
        async with visitor(**headers) as client:
            asked = await client.post("/graphql", json={"query": "{ referrals(first: 1) { edges { node { id } } } }"})
            answers = [
                asked,
                *[await client.get(one) for one in (f"/referrals/{made}", f"/referrals/{made}/fhir", "/clients")],
            ]
            tried = await client.post(f"/referrals/{made}/move/return", data={"reason_code": "OTHER", "note": "x"})
            undone = await client.post(f"/referrals/undo/{token}")
        assert not [word for word in _NAMED for one in answers if word in one.text]
        assert {one.status_code for one in (tried, undone)} <= {303, 401, 403, 404, 409}
        assert str(made) not in asked.text
    assert (await row(made)).state == "ACCEPTED"


async def test_used_twice_it_says_so_and_keeps_what_was_typed(database: Database) -> None:
    _, path = await linked()
    async with visitor() as client:
        form = fields_of(await client.get(path), f"{path}/answer")
        first = await client.post(f"{path}/answer", data=form | {"event": ["ACCEPT"]})
        again = await client.post(f"{path}/answer", data=form | {"event": ["ACCEPT"]})
        other = form | {"event": ["DECLINE"], "reason_code": ["NO_CAPACITY"], "idempotency_key": [str(uuid.uuid4())]}
        late = await client.post(f"{path}/answer", data=other)
        bad = await client.post(
            f"{path}/contact", data={"idempotency_key": [str(uuid.uuid4())], "met_on": ["2020-01-01"]}
        )
    assert (first.status_code, again.status_code, late.status_code, bad.status_code) == (303, 303, 409, 422)
    assert "This was done with this link already" in late.text
    assert 'value="2020-01-01"' in bad.text


async def test_the_secret_is_in_no_log_no_title_and_no_referrer(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    _, path = await linked()
    secret = path.removeprefix("/r/")
    async with visitor() as client:
        page = await client.get(path)
        await _post(client, path, "answer", {"event": ["ACCEPT"]})
        wrong = await client.get(path + "A")
        metrics = await client.get("/metrics")
    logged = "".join(capsys.readouterr())
    assert "/r/{token}" in logged
    assert secret not in logged
    assert secret not in metrics.text
    for answer in (page, wrong):
        title = re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)
        assert title is not None
        assert secret not in title[1]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


async def test_who_tries_many_links_waits(database: Database) -> None:
    async with visitor() as client:
        found = [
            (await client.get(f"/r/{new_token(uuid.uuid4())}")).status_code
            for _ in range(FREE_GUESSES_OF_AN_ADDRESS + 1)
        ]
    assert found == [404] * FREE_GUESSES_OF_AN_ADDRESS + [429]


async def test_the_sender_makes_a_link_that_is_shown_once(database: Database) -> None:
    await answering_by_link()
    made = await sent()
    path = f"/referrals/{made}"
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(path), f"{path}/links")
        answer = await sam.post(f"{path}/links", data=form | {"days": ["7"]})
        block = await sam.post(f"{path}/links", data=form | {"days": ["7"]}, headers=HTMX)
        page = await sam.get(path)
    assert 'id="secret"' in block.text
    found = re.search(r'id="secret">[^<]*(/r/[^<]+)<', answer.text)
    assert answer.status_code == 200
    assert found is not None
    assert found[1] not in page.text
    async with visitor() as client:
        assert (await client.get(found[1])).status_code == 200
    async with visiting("cai") as cai:
        assert (await cai.post(f"{path}/links", data=form)).status_code == 422
        assert f"{path}/links" not in (await cai.get(path)).text


async def test_no_link_is_offered_where_the_receiver_has_accounts(database: Database) -> None:
    made = await sent()
    path = f"/referrals/{made}"
    async with visiting("sam") as sam:
        assert f"{path}/links" not in (await sam.get(path)).text
        refused = await sam.post(f"{path}/links", data={"days": ["7"]})
    assert "The directory does not say that this organization answers by link" in refused.text


async def test_officers_mark_who_answers_by_link(database: Database) -> None:
    path = f"/directory/{CENTER}"
    async with visiting("cai") as cai, visiting("ola") as ola:
        form = fields_of(await ola.get(path), path) | {"services": ["PEER_SUPPORT"], "capacity": ["CAPACITY"]}
        assert (await ola.post(path, data=form | {"answers_by_link": ["true"]})).status_code == 303
        own = fields_of(await cai.get(path), path)
        assert "about_links" not in own
        assert (await cai.post(path, data=own)).status_code == 303
        again = await ola.get(path)
    assert re.search(r'name="answers_by_link" value="true" checked', again.text)
