"""REF-5: before it accepts, the receiving side finds nothing but the sketch: by no page, file, search, notice, refusal or document."""

import re
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import httpx2
import pytest

from coord.work.engine import Database
from schema.budget import Budget
from tests.coord.making import signed_in
from tests.coord.referrals.links import answering_by_link, link
from tests.coord.referrals.making import E, by_target, consent, post_at_center, referral, send
from tests.odd.pages import all_routes
from tests.schema.api import asking_as, token_of
from tests.schema.test_walk import walk
from tests.web.visit import HTMX, visiting, visitor
from tests.world import LIN
from workers.run import run_waiting

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]
_PARTS = {name: f"canary-{name}" for name in ("diagnosis", "medication", "risk_and_safety", "social_situation",
                                              "supporter_contact")}  # fmt: skip
CANARIES = ("林芳", "NORTH-0001", "13800138000", "canary-")
SEARCHES = ("林", "林芳", "lf", "linfang", "0001", "8000", "NORTH-0001", "canary")
_LINK = re.compile(r'(?:href|hx-get|action)="(/[^"#]*)')
_ID = re.compile(r"\{[^}]*\}")
_MOST_PAGES = 400


async def _on_its_way() -> uuid.UUID:
    await post_at_center()
    await answering_by_link()
    await consent()
    made = await send(referral(**_PARTS, with_scales=True))
    await run_waiting()
    return made


def _addresses(made: uuid.UUID) -> Iterator[str]:
    """Every route that is read, with the ids of the person and of the referral in all places, and every search."""
    for route in all_routes():
        if "GET" not in (route.methods or ()) or route.path == "/sign-out":
            continue
        for one in (LIN, made):
            path = _ID.sub(str(one), route.path)
            yield path
            yield f"{path}?client={one}&with_client={one}"
    for place in ("/clients", "/referrals", "/directory", "/contacts", "/log", "/work"):
        yield from (f"{place}?{name}={text}" for name in ("q", "search") for text in SEARCHES)


async def _crawled(client: httpx2.AsyncClient, start: Sequence[str]) -> AsyncIterator[tuple[str, str]]:
    """What every address answers, and every address that those answers lead to."""
    waiting, seen = list(start), set(start)
    while waiting and len(seen) < len(start) + _MOST_PAGES:
        path = waiting.pop()
        for headers in ({}, HTMX):
            answer = await client.get(path, headers=headers)
            yield path, f"{answer.headers} {answer.text}"
            found = {one.replace("&amp;", "&") for one in _LINK.findall(answer.text)} - seen
            fresh = {one for one in found if not one.startswith(("/static", "/sign-out", "/language"))}
            seen |= fresh
            waiting.extend(fresh)


async def _refusals(client: httpx2.AsyncClient, made: uuid.UUID) -> AsyncIterator[tuple[str, str]]:
    """What is said to somebody who does things out of turn."""
    steps = ("move/accept", "move/decline", "move/start_service", "move/withdraw", "contact", "attempt", "feedback",
             "forward", "review", "override", "override/approve", "links", "complete")  # fmt: skip
    wrong = {"idempotency_key": "x", "client": str(LIN), "reason_code": "x", "service_contact": str(LIN)}
    for step in steps:
        answer = await client.post(f"/referrals/{made}/{step}", data=wrong)
        yield step, f"{answer.headers} {answer.text}"
    for path in (f"/clients/{LIN}/consents/new", f"/clients/{LIN}/discharges", "/log", "/referrals/new"):
        answer = await client.post(path, data={"client": str(LIN), "program": "DIP"})
        yield path, f"{answer.headers} {answer.text}"


@asynccontextmanager
async def _by_token() -> AsyncIterator[httpx2.AsyncClient]:
    token = await token_of(await signed_in("cai"))
    async with visitor(Authorization=f"Bearer {token}") as client:
        yield client


async def _leaks(made: uuid.UUID) -> list[str]:
    """Where one of the canaries is heard by the receiving side."""
    found: list[str] = []

    def look(where: str, text: str) -> None:
        # A search box shows again what somebody typed into it.
        typed = where.partition("?")[2]
        found.extend(f"{where}: {canary}" for canary in CANARIES if canary in text and canary not in typed)

    async with visiting("cai") as cai:
        start = ["/", *_addresses(made)]
        async for where, text in _crawled(cai, start):
            look(where, text)
        async for where, text in _refusals(cai, made):
            look(where, text)
    async with _by_token() as program:
        for form in ("json", "xml"):
            answer = await program.get(f"/referrals/{made}/fhir?format={form}")
            look(f"fhir {form}", answer.text)
    async with asking_as(await signed_in("cai"), Budget(10**9)) as api:
        look("graphql", await walk(api))
    return found


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_before_acceptance_nothing_is_heard_but_the_sketch_and_afterwards_it_is(database: Database) -> None:
    made = await _on_its_way()
    token = (await link(made)).token
    assert await _leaks(made) == []
    async with visitor() as nobody:
        page = (await nobody.get(f"/r/{token}")).text
    assert not [canary for canary in CANARIES if canary in page]
    await by_target(made, E.ACCEPT)
    async with visiting("cai") as cai:
        opened = (await cai.get(f"/referrals/{made}")).text
    assert [canary for canary in CANARIES if canary not in opened] == ["13800138000"]
