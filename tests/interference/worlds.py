"""Two worlds that differ in what a viewer may not see, asked the same things."""

import random
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import httpx2
import time_machine

from coord.access.rows import all_rules
from coord.identity.rules import hashed
from coord.identity.tables import WebSession
from coord.kernel.clock import now
from coord.kernel.sql import select
from coord.work import begin, engine
from tests.conftest import RolledBack
from tests.coord.making import contact, log, signed_in
from tests.interference.hidden import Loaded, load_hidden
from tests.interference.requests import Ask, requests_of
from tests.world import BUILDER, CHEN, LIN, SOUTH_ZHAO, cast, fixed
from web.asgi import build

NOON = datetime(2026, 10, 5, 4, tzinfo=UTC)
REQUESTS = 6
PRESENT = Loaded()
"""What the world that is being asked hides; only planted leaks look here."""


@dataclass(frozen=True)
class Heard:
    """All that a viewer learns from one world."""

    answers: Sequence[tuple[int, Sequence[tuple[str, str]], bytes]]
    rows: Sequence[str]


def _chance(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - nothing is kept secret with it


@contextmanager
def _repeatable(seed: str) -> Iterator[None]:
    """Chance from a seed, in place of the operating system's."""
    rng = _chance(seed)
    with (
        mock.patch.object(secrets, "randbits", rng.getrandbits),
        mock.patch.object(secrets, "token_bytes", lambda size=32: rng.randbytes(size or 32)),
        mock.patch.object(secrets, "token_urlsafe", lambda size=32: rng.randbytes(size or 32).hex()),
        mock.patch.object(secrets, "token_hex", lambda size=32: rng.randbytes(size or 32).hex()),
        mock.patch("os.urandom", rng.randbytes),
    ):
        yield


def _copy(template: str, path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    shutil.copy(template.removeprefix("sqlite:///"), path)


@asynccontextmanager
async def _opened(template: str, folder: Path) -> AsyncIterator[None]:
    """The cast's world; nothing that happens in it stays."""
    if template.startswith("sqlite"):
        path = folder / "asked.sqlite"
        _copy(template, path)
        store = engine.Database(f"sqlite:///{path}")
        engine.use(store)
        yield
    else:
        store = rolled = RolledBack(template, pooled=False)
        async with engine.Database.connect(rolled, read_only=False) as connection:
            outer = await connection.begin()
            rolled.outer = connection
            engine.use(rolled)
            yield
            await outer.rollback()
    engine.use(None)
    await store.dispose()


async def _visible_part() -> None:
    """What stands in every world, made the same each time."""
    with _repeatable("visible"):
        for given, worker in ((LIN, cast.sam), (CHEN, cast.sam), (SOUTH_ZHAO, cast.nia)):
            await log(contact(client=str(given), note="seen"), worker)


async def _sign_in(viewer: str) -> str:
    secret = f"session_of_{viewer}".ljust(43, "-")
    async with begin(BUILDER) as unit:
        unit.add(
            WebSession(
                id=fixed("session"), token_hash=hashed(secret), user_id=fixed(f"user/{viewer}"),
                expires_at=now() + timedelta(hours=8), device="test", seen_at=now(), proved_at=now(),
            )
        )  # fmt: skip
    return secret


async def _rows_of(viewer: str) -> Sequence[str]:
    """Every row of every table that the viewer may see."""
    actor, found = await signed_in(viewer), []
    async with begin(actor, read_only=True) as unit:
        for rule in all_rules():
            rows = await unit.scalars(select(rule.model))
            found += sorted(f"{rule.model.__name__} {row.model_dump()}" for row in rows)
    return found


async def _ask(client: httpx2.AsyncClient, ask: Ask) -> tuple[int, Sequence[tuple[str, str]], bytes]:
    if ask.method == "GET":
        answer = await client.get(ask.path)
    elif ask.json is not None:
        answer = await client.post(ask.path, json=ask.json)
    else:
        answer = await client.post(ask.path, data=dict(ask.form))
    return answer.status_code, sorted(answer.headers.items()), answer.content


async def heard_in(template: str, folder: Path, viewer: str, hidden: str, asked: Sequence[Ask]) -> Heard:
    """What a viewer hears in the world whose invisible part comes from a seed."""
    with time_machine.travel(NOON, tick=False):
        async with _opened(template, folder):
            await _visible_part()
            with _repeatable(hidden):
                loaded = await load_hidden(viewer, _chance(hidden))
            vars(PRESENT).update(vars(loaded))
            secret = await _sign_in(viewer)
            async with _client(secret) as client:
                answers: list[Any] = []
                for n, ask in enumerate(asked):
                    with _repeatable(f"{viewer} {n}"):
                        answers.append(await _ask(client, ask))
            return Heard(answers, await _rows_of(viewer))


@asynccontextmanager
async def _client(secret: str) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
    transport = httpx2.ASGITransport(app=build(), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers) as client:
        client.cookies.set("sid", secret)
        yield client


def _first_difference(one: str, other: str) -> str:
    """Both texts around the place where they part."""
    start = max(next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0) - 150, 0)
    return f"{one[start : start + 400]}\n{other[start : start + 400]}"


async def difference(template: str, folder: Path, viewer: str, seed: int) -> str | None:
    """How two worlds differ for a viewer, as one line; None when they do not."""
    asked = requests_of(_chance(f"asked {viewer} {seed}"), REQUESTS)
    one, other = [await heard_in(template, folder, viewer, f"{viewer} {seed} {n}", asked) for n in (1, 2)]
    # Two worlds that refuse everything alike would show nothing.
    if all(status == 400 for status, _, _ in one.answers):
        return f"{viewer} {seed}: nothing was asked that is answered, {one.answers[0]}"
    for ask, first, second in zip(asked, one.answers, other.answers, strict=True):
        if first != second:
            return f"{viewer} {seed}: {ask}\n{_first_difference(str(first), str(second))}"
        if first[0] >= 500:
            return f"{viewer} {seed}: {ask} failed\n{first}"
    if one.rows != other.rows:
        return f"{viewer} {seed}: rows {set(one.rows) ^ set(other.rows)}"
    return None
