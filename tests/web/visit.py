"""Visiting pages without a browser: signed in as a member of the cast, forms filled as they came."""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import httpx2
from typing_extensions import override

from coord.contacts import ContactFilter, count_contacts
from coord.identity.rules import hashed
from coord.identity.tables import WebSession
from coord.kernel.clock import now
from coord.work import begin
from tests.world import BUILDER, cast, fixed
from web.asgi import build

HTMX = {"HX-Request": "true"}
_NOT_SENT = frozenset({"submit", "button", "image", "reset", "file"})

Fields = dict[str, list[str]]


def _is_sent(given: dict[str, str]) -> bool:
    kind = given.get("type")
    return kind not in _NOT_SENT and (kind not in {"radio", "checkbox"} or "checked" in given)


class _Forms(HTMLParser):
    """All forms of a page by their action, with the values that a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Fields] = {}
        self._fields: Fields | None = None
        self._area: str | None = None
        self._select: str | None = None

    def _put(self, name: str, value: str) -> None:
        if self._fields is not None and name:
            self._fields.setdefault(name, []).append(value)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._fields = self.forms.setdefault(given.get("action", ""), {})
        elif tag == "textarea":
            self._area = name
            self._put(name, "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self._put(self._select, given.get("value", ""))
        elif tag == "input" and _is_sent(given):
            self._put(name, given.get("value", ""))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    @override
    def handle_data(self, data: str) -> None:
        if self._area and self._fields is not None:
            self._fields[self._area][-1] += data.removeprefix("\n")


def fields_of(answer: httpx2.Response, action: str) -> Fields:
    """What the form with this action would send, unchanged."""
    reader = _Forms()
    reader.feed(answer.text)
    return reader.forms[action]


@asynccontextmanager
async def visitor(**headers: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody who is not signed in."""
    transport = httpx2.ASGITransport(app=build())
    given = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en", **headers}
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=given) as client:
        yield client


@asynccontextmanager
async def visiting(name: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A member of the cast with a session, in English."""
    secret = f"test-session-{uuid.uuid4().hex}"
    async with begin(BUILDER) as unit:
        unit.add(
            WebSession(
                token_hash=hashed(secret),
                user_id=fixed(f"user/{name}"),
                expires_at=now() + timedelta(hours=8),
                device="test",
            )
        )
    async with visitor() as client:
        client.cookies.set("sid", secret)
        yield client


def events(answer: httpx2.Response) -> dict[str, Any]:
    """The events that an answer sends to htmx."""
    found: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])
    return found


async def count_of(**wanted: Any) -> int:
    """How many contacts stand in the database, as Sam sees them."""
    async with begin(cast.sam, read_only=True) as unit:
        return await count_contacts(unit, ContactFilter.parse(wanted))


async def search(client: httpx2.AsyncClient, path: str, text: str, **headers: str) -> httpx2.Response:
    """What a person finds who types into the search of a page."""
    return await client.post(f"{path}/search", data={"q": text}, headers=headers, follow_redirects=True)
