"""The foundation's pages without a browser: signed in as a member of the cast, services logged."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import httpx2
from typing_extensions import override

from coord.access import Actor
from coord.contacts import LogContact, log_contact
from coord.identity.rules import hashed
from coord.identity.tables import WebSession
from coord.kernel.clock import now
from coord.work import begin
from tests.world import BUILDER, CHEN, LIN, NORTH_GROUP, NORTH_MEMBERS, PROGRAM, cast, fixed
from web.asgi import build

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


@dataclass
class Cell:
    """A cell of a table: its text and the address of its first link."""

    text: str = ""
    href: str = ""


@dataclass
class Row:
    """A row of a table."""

    cells: list[Cell] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The texts of all cells, single spaces."""
        return [" ".join(cell.text.split()) for cell in self.cells]


class Page(HTMLParser):
    """What a test looks at in an answer: table bodies, all links, plain text."""

    def __init__(self, response: httpx2.Response) -> None:
        """Read an answer."""
        super().__init__()
        self.response, self.status = response, response.status_code
        self.rows: list[Row] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._cell: Cell | None = None
        self._in_body = False
        self.feed(response.text)

    @property
    def text(self) -> str:
        """All words, single spaces."""
        return " ".join(" ".join(self.words).split())

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
            if self._cell is not None and not self._cell.href:
                self._cell.href = str(given["href"])
        elif tag == "tbody":
            self._in_body = True
        elif tag == "tr" and self._in_body:
            self.rows.append(Row())
        elif tag in {"td", "th"} and self._in_body:
            self._cell = Cell()
            self.rows[-1].cells.append(self._cell)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "tbody":
            self._in_body = False
        elif tag in {"td", "th"}:
            self._cell = None

    @override
    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._cell is not None:
            self._cell.text += f" {data}"

    def row(self, first: str) -> Row:
        """The first row whose first cell says this."""
        return next(row for row in self.rows if row.cells and row.texts[0] == first)


@dataclass
class Visitor:
    """A signed-in person who opens addresses."""

    client: httpx2.AsyncClient

    async def get(self, path: str, **headers: str) -> Page:
        """Open an address."""
        return Page(await self.client.get(path, headers=headers))

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> Page:
        """Send a form."""
        return Page(await self.client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin", **headers}))


@asynccontextmanager
async def signed_in(name: str) -> AsyncIterator[Visitor]:
    """A member of the cast with a session, in English."""
    secret = f"test-session-{uuid.uuid4().hex}"
    async with begin(BUILDER) as unit:
        session = WebSession(
            token_hash=hashed(secret),
            user_id=fixed(f"user/{name}"),
            expires_at=now() + timedelta(hours=8),
            device="test",
        )
        unit.add(session)
    transport = httpx2.ASGITransport(app=build())
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies={"sid": secret}) as client:
        yield Visitor(client)


async def logged(actor: Actor, **given: Any) -> uuid.UUID:
    """One service, logged; a half-hour case contact of September unless said otherwise."""
    usual = {
        "idempotency_key": str(uuid.uuid4()),
        "program": PROGRAM,
        "service_code": "CASE_CONTACT",
        "occurred_on": "2026-09-03",
        "duration_minutes": 30,
    }
    async with begin(actor) as unit:
        return (await log_contact(unit, LogContact.parse({**usual, **given}))).contact_id


async def january() -> None:
    """The worked example of the counting rules at North: January, then two contacts in February."""
    lin = str(LIN)
    for day in ("2026-01-05", "2026-01-12", "2026-01-19"):
        family = 1 if day == "2026-01-05" else 0
        await logged(cast.sam, client=lin, occurred_on=day, family_present=family)
    members = [lin, str(CHEN), *map(str, NORTH_MEMBERS)]
    await _sessions(members, (9, 11, 10, 8))
    await logged(cast.sam, service_code="COMMUNITY_EVENT", occurred_on="2026-01-23", anonymous_count=60)
    await logged(cast.sam, client=lin, occurred_on="2026-01-28", attendance="NO_SHOW", duration_minutes=0)
    for day in ("2026-02-03", "2026-02-10"):
        await logged(cast.sam, client=lin, occurred_on=day)


async def _sessions(members: Sequence[str], sizes: Sequence[int]) -> None:
    """Four sessions of a group; everybody comes at least once."""
    for week, size in enumerate(sizes):
        present = members[:size] if week % 2 else members[-size:]
        await logged(
            cast.sam,
            service_code="GROUP_SESSION",
            group=str(NORTH_GROUP),
            attendees=present,
            occurred_on=f"2026-01-{8 + 7 * week:02d}",
            duration_minutes=60,
        )
