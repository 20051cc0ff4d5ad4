"""From a move of a referral to a partner's system: signed, without a name, at least once, until a day has gone by."""

import re
import socket
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlmodel import col

from coord.access import Actor, Grant, Role
from coord.audit.tables import AuditEntry
from coord.kernel.clock import now
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.sql import select
from coord.notices.tables import Notice
from coord.webhooks import (
    deliveries,
    endpoints,
    pause_endpoint,
    ping_endpoint,
    redeliver,
    remove_endpoint,
    resume_endpoint,
)
from coord.webhooks.codes import DeliveryError, DeliveryState, PauseReason
from coord.webhooks.delivering import COURIER, Parcel, ask_again, take_up
from coord.webhooks.rules import GAPS, LEASE
from coord.webhooks.signing import signature
from coord.webhooks.tables import WebhookDelivery, WebhookEndpoint
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.referrals.making import E, by_source, by_target, referral, send, sent
from tests.coord.webhooks.receiving import added, receiver
from tests.world import CENTER, FOUNDATION, NORTH, SOUTH, cast, fixed
from workers.jobs.webhooks import send as send_now
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
CENTERS_ADMINISTRATOR = Actor.of(fixed("user/cai"), "Cai", "en", [Grant(CENTER, Role.ADMINISTRATOR, FOUNDATION)])


async def _log(endpoint: UUID) -> list[WebhookDelivery]:
    async with begin(cast.adam, read_only=True) as unit:
        return list(await deliveries(unit, endpoint))


async def _endpoint(key: UUID) -> WebhookEndpoint:
    found: WebhookEndpoint = (await stored(WebhookEndpoint, WebhookEndpoint.id == key))[0]
    return found


async def _again() -> None:
    """What the clock asks for, and what follows from it."""
    async with begin(COURIER) as unit:
        await ask_again(unit)
    await run_waiting()


async def test_both_sides_hear_of_a_move_signed_and_without_a_name(database: Database) -> None:
    with receiver() as center, receiver() as north:
        key, secret = await added(center.url)
        await added(north.url, NORTH)
        made = await sent()
        await run_waiting()
        await by_target(made, E.ACCEPT)
        await run_waiting()
        log = await _log(key)
    expected = ["referral.sent", "referral.received", "referral.accepted"]
    assert [body["type"] for body in center.bodies] == expected
    assert [body["type"] for body in north.bodies] == expected
    headers, body = center.came[0]
    assert headers["webhook-signature"] == signature(
        secret, headers["webhook-id"], int(headers["webhook-timestamp"]), body
    )
    data = center.bodies[0]["data"]
    assert set(data) == {"referral", "code", "state", "previous", "source", "target"}
    assert (data["referral"], data["source"], data["target"]) == (str(made), {"code": "H001"}, {"code": "C01"})
    said = b"".join(one[1] for one in (*center.came, *north.came)).decode()
    assert not [word for word in ("林芳", "NORTH-0001", "出院", "海淀", "1980", "45-59") if word in said]
    assert [(one.state, one.status, one.attempts) for one in log] == [(DeliveryState.DELIVERED, 204, 1)] * 3


def _documented() -> Callable[[str, Mapping[str, str], bytes], bool]:
    """The function with which our documents tell a partner to check a signature."""
    text = (Path(__file__).parents[3] / "docs" / "standards.md").read_text(encoding="utf-8")
    (code,) = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "def is_ours" in block]
    known: dict[str, Any] = {}
    exec(compile(code, "standards.md", "exec"), known)  # noqa: S102  our own documents
    return known["is_ours"]  # type: ignore[no-any-return]


async def test_a_partner_who_follows_our_documents_believes_us_and_nobody_else(database: Database) -> None:
    is_ours = _documented()
    with receiver() as center:
        _, secret = await added(center.url)
        await sent()
        await run_waiting()
    headers, body = center.came[0]
    _, another = await added("https://hooks.example.org/")
    later = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}
    renamed = {**headers, "webhook-id": str(fixed("another"))}
    assert is_ours(secret, headers, body)
    assert not is_ours(another, headers, body)
    assert not any(is_ours(secret, changed, body) for changed in (later, renamed))
    assert not is_ours(secret, headers, body.replace(b"SENT", b"CLOSED"))


async def test_only_what_was_chosen_is_told_and_nobody_else_hears(database: Database) -> None:
    with receiver() as chosen, receiver() as south:
        await added(chosen.url, kinds=["referral.declined"])
        await added(south.url, SOUTH)
        made = await sent()
        await by_target(made, E.DECLINE, reason_code="NO_CAPACITY")
        await run_waiting()
    assert [body["type"] for body in chosen.bodies] == ["referral.declined"]
    assert south.came == []


async def test_the_receiver_never_hears_of_a_draft(database: Database) -> None:
    with receiver() as center, receiver() as north:
        await added(center.url)
        await added(north.url, NORTH)
        made = await send(referral(draft="true"))
        await by_source(made, E.WITHDRAW, reason_code="SENT_BY_MISTAKE")
        await run_waiting()
    assert (center.came, [body["type"] for body in north.bodies]) == ([], ["referral.withdrawn"])


async def test_a_move_that_is_rolled_back_tells_nobody(database: Database) -> None:
    with receiver() as center:
        await added(center.url)
        made = await sent()
        await run_waiting()
        with pytest.raises(Conflict):
            await by_target(made, E.ASSESS)
        await run_waiting()
    assert [body["type"] for body in center.bodies] == ["referral.sent"]


async def test_what_is_not_taken_comes_again_with_the_same_id_and_growing_gaps(database: Database) -> None:
    with receiver(500, 301, 204) as center:
        key, _ = await added(center.url)
        await sent()
        start = now()
        await run_waiting()
        await _again()
        assert len(center.came) == 1
        for gap in (GAPS[0], GAPS[0] + GAPS[1] + timedelta(minutes=1)):
            with time_machine.travel(start + gap + timedelta(seconds=20), tick=True):
                await _again()
        log = await _log(key)
    assert len(set(center.ids)) == 1
    assert [(one.state, one.status, one.attempts) for one in log] == [(DeliveryState.DELIVERED, 204, 3)]
    assert len({body for _, body in center.came}) == 1
    assert (await _endpoint(key)).failing_since is None


async def test_after_a_day_it_is_given_up_the_endpoint_paused_and_its_administrator_told(database: Database) -> None:
    with receiver(503) as center:
        key, _ = await added(center.url)
        await sent()
        start = now()
        await run_waiting()
        at = start
        for gap in GAPS:
            at += gap + timedelta(seconds=1)
            with time_machine.travel(at, tick=True):
                await _again()
        log = await _log(key)
        assert [(one.state, one.status) for one in log] == [(DeliveryState.GIVEN_UP, 503)]
        assert len(center.came) == len(GAPS) + 1
        found = await _endpoint(key)
        assert found.paused_because is PauseReason.FAILING
        told = await stored(Notice, Notice.subject_id == key)
        assert [(one.user_id, one.kind) for one in told] == [(cast.adam.user_id, "WEBHOOK_PAUSED")]
        center.answers[:] = [204]
        async with begin(cast.adam) as unit:
            await resume_endpoint(unit, key)
            await redeliver(unit, log[0].id)
        await run_waiting()
    assert center.ids == [center.ids[0]] * len(center.ids)
    assert [one.state for one in await _log(key)] == [DeliveryState.DELIVERED]


async def test_an_address_that_is_gone_is_left_alone_at_once(database: Database) -> None:
    with receiver(410) as center:
        key, _ = await added(center.url)
        await sent()
        await run_waiting()
    assert (await _endpoint(key)).paused_because is PauseReason.GONE
    assert len(center.came) == 1


async def test_what_happens_during_a_pause_goes_out_afterwards(database: Database) -> None:
    with receiver() as center:
        key, _ = await added(center.url)
        async with begin(cast.adam) as unit:
            await pause_endpoint(unit, key)
        await sent()
        await run_waiting()
        await _again()
        assert center.came == []
        async with begin(cast.adam) as unit:
            await resume_endpoint(unit, key)
        await _again()
        assert [body["type"] for body in center.bodies] == ["referral.sent"]
        async with begin(cast.adam) as unit:
            await ping_endpoint(unit, key)
            await remove_endpoint(unit, key)
        await run_waiting()
    assert len(center.came) == 1


async def test_a_test_says_nothing_and_is_not_tried_again(database: Database) -> None:
    with receiver(500) as center:
        key, _ = await added(center.url)
        async with begin(cast.adam) as unit:
            await ping_endpoint(unit, key)
        await run_waiting()
        log = await _log(key)
    assert [(body["type"], body["data"]) for body in center.bodies] == [("webhook.ping", {})]
    found = await _endpoint(key)
    assert ([one.state for one in log], found.paused_at, found.failing_since) == ([DeliveryState.GIVEN_UP], None, None)


async def test_two_workers_at_one_delivery_send_it_once_and_a_dead_ones_lease_ends(database: Database) -> None:
    with receiver() as center:
        await added(center.url)
        await sent()
        await run_waiting()
        (done,) = await stored(WebhookDelivery, col(WebhookDelivery.kind) == "referral.sent")
        async with begin(cast.adam) as unit:
            await redeliver(unit, done.id)
        async with begin(COURIER) as unit:
            assert isinstance(await take_up(unit, done.id), Parcel)
        # That worker has died; another one must wait for its lease.
        await send_now(str(done.id))
        assert len(center.came) == 1
        with time_machine.travel(now() + LEASE + timedelta(seconds=1), tick=True):
            await _again()
    assert center.ids == [str(done.id)] * 2


@pytest.mark.parametrize("address", ["10.1.2.3", "169.254.169.254", "::ffff:10.0.0.1", "fe80::1"])
async def test_a_name_that_leads_inside_is_not_asked(
    database: Database, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """At the time of adding it looked right; where it leads is judged each time, and one bad address is enough."""
    key, _ = await added("https://hooks.example.org/coord")
    found = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    def _never(*_: Any, **__: Any) -> None:
        raise AssertionError("nothing may be connected to")

    monkeypatch.setattr(socket, "create_connection", _never)
    await sent()
    await run_waiting()
    (one,) = await _log(key)
    assert (one.state, one.error, one.status) == (DeliveryState.PENDING, DeliveryError.FORBIDDEN_ADDRESS, None)


async def test_a_receiver_that_is_away_is_told_later(database: Database) -> None:
    key, _ = await added("http://127.0.0.1:9/")
    await sent()
    await run_waiting()
    (one,) = await _log(key)
    assert (one.error, one.attempts) == (DeliveryError.NO_CONNECTION, 1)
    assert (await _endpoint(key)).failing_since is not None


async def test_administrators_manage_their_own_organizations_endpoints(database: Database) -> None:
    key, secret = await added("https://hooks.example.org/", CENTER, CENTERS_ADMINISTRATOR)
    for actor, seen in ((CENTERS_ADMINISTRATOR, 1), (cast.adam, 1)):
        async with begin(actor, read_only=True) as unit:
            assert len(await endpoints(unit)) == seen
    with pytest.raises(NotFound):
        await added("https://hooks.example.org/", NORTH, CENTERS_ADMINISTRATOR)
    other = Actor.of(fixed("user/nia"), "Nia", "en", [Grant(SOUTH, Role.ADMINISTRATOR, FOUNDATION)])
    async with begin(other, read_only=True) as unit:
        assert list(await endpoints(unit)) == []
    with pytest.raises(NotFound):
        async with begin(other) as unit:
            await pause_endpoint(unit, key)
    for actor in (cast.sam, cast.ola, cast.fatima):
        with pytest.raises(NotAllowed):
            await added("https://hooks.example.org/2", CENTER, actor)
    kept = (await _endpoint(key)).secret
    assert secret.encode() not in kept
    trail = [str(entry.after) for entry in await stored(AuditEntry, AuditEntry.verb == "webhook.add")]
    assert not [text for text in trail if secret in text or kept.hex() in text]


async def test_wrong_endpoints_are_refused(database: Database) -> None:
    await added("https://hooks.example.org/")
    with pytest.raises(Conflict):
        await added("https://hooks.example.org/")
    for url in ("http://hooks.example.org/", "https://10.0.0.1/", "x"):
        with pytest.raises(Invalid):
            await added(url)
    for kinds in ([], ["webhook.ping"], ["referral.eaten"]):
        with pytest.raises(Invalid):
            await added("https://hooks.example.org/3", kinds=kinds)
    for number in range(9):
        await added(f"https://hooks.example.org/more/{number}")
    with pytest.raises(Invalid):
        await added("https://hooks.example.org/one-too-many")


async def test_what_still_waits_is_not_sent_again_by_hand(database: Database) -> None:
    key, _ = await added("http://127.0.0.1:9/")
    await sent()
    await run_waiting()
    (one,) = await _log(key)
    with pytest.raises(Conflict):
        async with begin(cast.adam) as unit:
            await redeliver(unit, one.id)


async def test_every_event_is_for_each_endpoint_once(database: Database) -> None:
    with receiver() as center:
        await added(center.url)
        await sent()
        await run_waiting()
        await run_waiting()
    async with begin(COURIER, read_only=True) as unit:
        pairs = await unit.rows(select(WebhookDelivery.endpoint_id, WebhookDelivery.event_id))
    assert (len(pairs), len(center.came)) == (1, 1)
