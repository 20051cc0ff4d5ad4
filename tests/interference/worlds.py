"""Worlds that differ in what a viewer may not see, asked the same things."""

import random
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from unittest import mock

import httpx2
import time_machine

from coord.access.rows import all_rules
from coord.kernel.sql import select
from coord.work import begin, walls
from coord.work.tables import OutboxJob
from schema.budget import Budget
from tests.coord.making import signed_in, stored
from tests.interference.hidden import Loaded, draw, rename
from tests.interference.requests import Ask, Series
from tests.interference.rows import Made, chance, put
from tests.interference.stage import Stage
from tests.interference.viewers import BY_TOKEN, proof_of, secret_of
from tests.interference.visible import draw_visible
from tests.world import BUILDER
from web.asgi import build

NOON = datetime(2026, 10, 5, 4, tzinfo=UTC)
REQUESTS = 4
_SEE_OTHER = 303
WORLDS = 5
"""Worlds in a set: each two of them are a pair."""
PAIRS = WORLDS * (WORLDS - 1) // 2
PRESENT = Loaded()
"""What the world that is being asked hides; only planted leaks look here."""
ANSWERED: Counter[int] = Counter()
"""How many answers of the first worlds had each status: a run that is refused everything shows nothing."""
_NUMBERED_BY_THE_DATABASE = frozenset({"contact_change", "presence_change", "case_change"})
"""Written by triggers: their ids are of the database's own chance, which no seed repeats, and say nothing."""
_LEISURE = random.SystemRandom()
Answer = tuple[int, Sequence[tuple[str, str]], bytes]


@dataclass(frozen=True)
class Heard:
    """All that a viewer learns from one world, and what it makes the system do."""

    answers: Sequence[Answer]
    rows: Sequence[str]
    jobs: Sequence[str]


def _secret() -> str:
    """The secret of a connection from a chance of its own."""
    return f"{_LEISURE.getrandbits(128):032x}"


@contextmanager
def _repeatable(seed: str) -> Iterator[None]:
    """Chance from a seed, in place of the operating system's."""
    rng = chance(seed)
    with (
        mock.patch.object(secrets, "randbits", rng.getrandbits),
        mock.patch.object(secrets, "token_bytes", lambda size=32: rng.randbytes(size or 32)),
        mock.patch.object(secrets, "token_urlsafe", lambda size=32: rng.randbytes(size or 32).hex()),
        mock.patch.object(secrets, "token_hex", lambda size=32: rng.randbytes(size or 32).hex()),
        mock.patch("os.urandom", rng.randbytes),
        # Connections are opened when the machine has leisure: they take nothing from this chance.
        mock.patch.object(walls, "fresh_secret", _secret),
    ):
        yield


async def _rows_of(viewer: str) -> Sequence[str]:
    """Every row of every table that the viewer may see."""
    actor = await signed_in(viewer)
    found: list[str] = []
    async with begin(actor, read_only=True) as unit:
        for rule in all_rules():
            columns = set(rule.model.__table__.columns.keys())  # type: ignore[attr-defined]
            if rule.model.__tablename__ in _NUMBERED_BY_THE_DATABASE:
                columns.remove("id")
            rows = await unit.rows(select(*(getattr(rule.model, name) for name in sorted(columns))))
            found += sorted(f"{rule.model.__name__} {tuple(row)}" for row in rows)
    return found


async def _jobs() -> dict[str, str]:
    return {str(job.id): f"{job.job} {job.arguments}" for job in await stored(OutboxJob)}


async def _ask(client: httpx2.AsyncClient, ask: Ask) -> Answer:
    if ask.method == "GET":
        answer = await client.get(ask.path)
    elif ask.json is not None:
        answer = await client.post(ask.path, json=ask.json)
    else:
        files = {"file": ("2026-09.csv", ask.file, "text/csv")} if ask.file else None
        answer = await client.post(ask.path, data=dict(ask.form), files=files)
    return answer.status_code, sorted(answer.headers.items()), answer.content


async def _load(viewer: str, visible: Sequence[Made], hidden: str) -> None:
    """The visible part, the same in every world of a set, and the invisible part of this one, mixed."""
    with _repeatable(hidden):
        rng = chance(hidden)
        loaded = draw(viewer, rng)
        async with begin(BUILDER) as unit:
            await put(unit, [*visible, *loaded.rows, proof_of(viewer)], rng)
            await rename(unit, loaded.names)
    vars(PRESENT).update(vars(loaded))


@dataclass(frozen=True)
class Scene:
    """What the worlds of a set have in common: who looks, what everybody may see, what is asked."""

    viewer: str
    visible: Sequence[Made]
    series: Series


async def heard_in(stage: Stage, scene: Scene, hidden: str) -> Heard:
    """What a viewer hears in one world."""
    viewer, series = scene.viewer, scene.series
    async with stage.world():
        await _load(viewer, scene.visible, hidden)
        before, answers = await _jobs(), []
        async with _client(viewer) as client:
            for number in range(REQUESTS):
                ask = series.ask(number)
                with _repeatable(f"{viewer} {number}"):
                    answers.append(await _ask(client, ask))
                series.hear(number, answers[-1][2].decode(errors="replace"))
        changed = any(map(_has_changed, series.asked, answers))
        made = {key: job for key, job in (await _jobs()).items() if key not in before} if changed else {}
        return Heard(answers, await _rows_of(viewer) if changed else (), sorted(made.values()))


def _has_changed(ask: Ask, answer: Answer) -> bool:
    """Whether a request left something behind: forms lead on then, mutations are not rejected."""
    refused = b'"errors":' in answer[2] or b'"Rejected"' in answer[2]
    return ask.changes and (answer[0] == _SEE_OTHER if ask.json is None else not refused)


@asynccontextmanager
async def _client(viewer: str) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
    if viewer in BY_TOKEN:
        headers["Authorization"] = f"Bearer {secret_of(viewer)}"
    with mock.patch("schema.asgi.Budget", partial(Budget, clock=lambda: 0.0)):
        transport = httpx2.ASGITransport(app=build(), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers) as client:
        if viewer not in BY_TOKEN:
            client.cookies.set("sid", secret_of(viewer))
        yield client


def _first_difference(one: str, other: str) -> str:
    """Both texts around the place where they part."""
    start = max(next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0) - 150, 0)
    return f"{one[start : start + 400]}\n{other[start : start + 400]}"


def _parted(asked: Sequence[Ask], one: Heard, other: Heard) -> str | None:
    for ask, first, second in zip(asked, one.answers, other.answers, strict=True):
        if first != second:
            return f"{ask}\n{_first_difference(str(first), str(second))}"
        if first[0] >= 500:
            return f"{ask} failed\n{first}"
    if one.jobs != other.jobs:
        return f"{asked}: jobs {set(one.jobs) ^ set(other.jobs)}"
    return None if one.rows == other.rows else f"{asked}: rows {set(one.rows) ^ set(other.rows)}"


async def difference(stage: Stage, viewer: str, seed: int) -> str | None:
    """How worlds of a set differ for a viewer, as text; None when all are alike to them."""
    name = f"{viewer} {seed}"
    with time_machine.travel(NOON, tick=False):
        with _repeatable(name):
            scene = Scene(viewer, draw_visible(chance(name)), Series(viewer, chance(name)))
        heard = [await heard_in(stage, scene, f"{name} {n}") for n in range(WORLDS)]
    ANSWERED.update(status for status, _, _ in heard[0].answers)
    for other in heard[1:]:
        if found := _parted(scene.series.asked, heard[0], other):
            return f"{name}: {found}"
    return None
