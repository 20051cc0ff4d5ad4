"""The administrator's pages of webhooks: added with a secret that is shown once, tested, paused, removed."""

import re
from typing import Any

import pytest

from coord.webhooks.codes import DeliveryState
from coord.webhooks.reads import MOST_DELIVERIES
from coord.webhooks.tables import WebhookDelivery, WebhookEndpoint, WebhookEvent
from coord.work import begin
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.making import signed_in, stored
from tests.coord.referrals.making import sent
from tests.coord.webhooks.receiving import quiet_lease
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import BUILDER, CENTER, cast
from workers import perform
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
PATH = "/administration/webhooks"
GIVEN: dict[str, Any] = {
    "organization": str(CENTER),
    "url": "https://hooks.example.org/coord",
    "kinds": ["referral.sent"],
}


@pytest.fixture(autouse=True)
def _one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perform, "_keep_lease", quiet_lease)


async def test_an_endpoint_from_adding_to_removing(database: Database) -> None:
    async with visiting("adam") as adam:
        assert "There is no webhook yet" in (await adam.get(PATH)).text
        made = await adam.post(PATH, data=GIVEN)
        secret = re.search(r'id="secret">(whsec_[^<]+)<', made.text)
        assert (made.status_code, secret is not None) == (201, True)
        (one,) = await stored(WebhookEndpoint)
        page = f"{PATH}/{one.id}"
        shown = (await adam.get(page)).text
        assert (secret[1] in shown if secret else True, GIVEN["url"] in shown) == (False, True)
        await adam.post(f"{page}/pause")
        assert "Paused at" in (await adam.get(page)).text
        await adam.post(f"{page}/resume")
        await adam.post(f"{page}/remove")
        assert (await adam.get(page)).status_code == 404


async def test_a_wrong_address_comes_back_with_what_was_typed(database: Database) -> None:
    async with visiting("adam") as adam:
        refused = await adam.post(PATH, data={**GIVEN, "url": "http://hooks.example.org/"})
        await adam.post(PATH, data=GIVEN)
        twice = await adam.post(PATH, data=GIVEN)
    assert (refused.status_code, twice.status_code) == (422, 409)
    assert 'value="http://hooks.example.org/"' in refused.text
    assert "must begin with https" in refused.text


async def test_the_log_shows_what_became_of_it_and_sends_again(database: Database) -> None:
    async with visiting("adam") as adam:
        await adam.post(PATH, data={**GIVEN, "url": "https://hooks.invalid/"})
        (one,) = await stored(WebhookEndpoint)
        await adam.post(f"{PATH}/{one.id}/ping")
        await run_waiting()
        shown = (await adam.get(f"{PATH}/{one.id}")).text
        (delivery,) = await stored(WebhookDelivery)
        again = await adam.post(f"{PATH}/deliveries/{delivery.id}/again")
    assert "host not found" in shown
    assert "Given up" in shown
    assert again.headers["location"] == f"{PATH}/{one.id}"


async def test_others_do_not_come_in(database: Database) -> None:
    async with visiting("sam") as sam:
        assert (await sam.get(PATH)).status_code == 403
        assert (await sam.post(PATH, data=GIVEN)).status_code == 403


async def test_the_api_does_the_same(database: Database) -> None:
    add = """mutation ($input: AddWebhookInput!) { addWebhook(input: $input) {
      ... on WebhookAdded { secret webhook { id url kinds pausedAt } } ... on Rejected { problems { field code } } } }"""
    given = {"organization": global_id("Organization", CENTER), "url": GIVEN["url"]}
    async with asking_as(cast.adam) as api:
        made = (await api.data(add, input=given))["addWebhook"]
        twice = (await api.data(add, input=given))["addWebhook"]
        key = made["webhook"]["id"]
        paused = await api.data(
            "mutation ($id: ID!) { pauseWebhook(webhook: $id) { ... on WebhookChanged { webhook { pausedBecause } } } }",
            id=key,
        )
        await sent()
        await run_waiting()
        log = await api.data(
            "query ($id: ID!) { webhooks { totalCount edges { node { id } } }"
            " webhookDeliveries(webhook: $id) { edges { node { webhookId kind state attempts } } } }",
            id=key,
        )
    assert made["secret"].startswith("whsec_")
    assert twice["problems"] == [{"field": "url", "code": "WEBHOOK_IS_THERE"}]
    assert paused["pauseWebhook"]["webhook"]["pausedBecause"] == "BY_PERSON"
    assert log["webhooks"] == {"totalCount": 1, "edges": [{"node": {"id": key}}]}
    (edge,) = log["webhookDeliveries"]["edges"]
    one = edge["node"]
    assert (one["kind"], one["state"], one["attempts"]) == ("referral.sent", "PENDING", 0)


async def test_the_log_is_read_page_by_page_and_the_page_shows_the_newest_fifty(database: Database) -> None:
    async with visiting("adam") as adam:
        await adam.post(PATH, data=GIVEN)
        (one,) = await stored(WebhookEndpoint)
        await _delivered(one, MOST_DELIVERIES + 7)
        shown = (await adam.get(f"{PATH}/{one.id}")).text
    document = """query ($id: ID!, $after: String) { webhookDeliveries(webhook: $id, first: 50, after: $after) {
      totalCount pageInfo { endCursor hasNextPage } edges { node { webhookId } } } }"""
    found: list[str] = []
    async with asking_as(cast.adam) as api:
        after: str | None = None
        for more in (True, False):
            page = (await api.data(document, id=global_id("WebhookEndpoint", one.id), after=after))["webhookDeliveries"]
            found += [edge["node"]["webhookId"] for edge in page["edges"]]
            assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (MOST_DELIVERIES + 7, more)
            after = page["pageInfo"]["endCursor"]
    newest = [str(row.id) for row in sorted(await stored(WebhookDelivery), key=lambda row: row.id, reverse=True)]
    assert found == newest
    assert shown.count("/again") == MOST_DELIVERIES


async def _delivered(one: WebhookEndpoint, count: int) -> None:
    async with begin(BUILDER) as unit:
        events = [WebhookEvent(kind="referral.sent") for _ in range(count)]
        unit.add(*events)
        await unit.session.flush()
        unit.add(
            *(
                WebhookDelivery(
                    endpoint_id=one.id, event_id=event.id, organization_id=one.organization_id,
                    foundation_id=one.foundation_id, kind=event.kind, body="{}", state=DeliveryState.DELIVERED,
                )
                for event in events
            )
        )  # fmt: skip


async def test_nobody_reads_the_log_of_another_foundations_endpoint(database: Database) -> None:
    document = "query ($id: ID!) { webhookDeliveries(webhook: $id) { totalCount } }"
    async with visiting("adam") as adam:
        await adam.post(PATH, data=GIVEN)
    (one,) = await stored(WebhookEndpoint)
    for name in ("ola", "sam", "fatima"):
        async with asking_as(await signed_in(name)) as api:
            answered = await api.ask(document, id=global_id("WebhookEndpoint", one.id))
        assert answered["errors"], name
