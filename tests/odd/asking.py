"""Sending the odd list to every route and every argument, and judging what comes back."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.fuzz import judging
from tests.odd.arguments import arguments, variables_with
from tests.odd.pages import Odd, all_routes, described, odd_requests
from tests.odd.values import VALUES
from tests.schema.api import token_of
from tests.web.visit import visiting, visitor
from tests.world import cast

_BROKEN = 500
# 503 is what a page answers when the database is away; here it never is.
_MOST_SHOWN = 20
_ALONE = ("/sign-out", "/me/preferences", "/language")


@dataclass
class Found:
    """How much was asked, and what was wrong."""

    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, where: Any, faults: Sequence[str]) -> None:
        """Count an answer and keep its faults."""
        self.asked += 1
        if len(self.wrong) < _MOST_SHOWN:
            self.wrong += [f"{fault} for {where}" for fault in faults]


def _faults(answer: httpx2.Response) -> Iterator[str]:
    if answer.status_code >= _BROKEN:
        yield f"status {answer.status_code}"
    kind = answer.headers.get("content-type", "")
    if kind.startswith(("text/html", "application/json")) and (told := judging.inside(answer.text)):
        yield f"tells {told!r}"
    if "set-cookie" in answer.headers and "a=b" in answer.headers["set-cookie"]:
        yield "sets a cookie that was typed"


async def _send(client: httpx2.AsyncClient, odd: Odd) -> httpx2.Response:
    headers = {
        name.encode(): value.encode() if isinstance(value, str) else value for name, value in odd.headers.items()
    }
    return await client.request(odd.method, odd.path, content=odd.content, headers=headers)


async def ask_routes(numbers: range) -> Found:
    """Every route, asked by a social worker and an officer in turn, and by nobody where everybody may come."""
    found = Found()
    async with visiting("sam") as sam, visiting("ola") as ola, visiting("adam") as adam, visitor() as nobody:
        for place, route in enumerate(all_routes()):
            for turn, odd in enumerate(odd_requests(route, range(place + numbers.start, place + numbers.stop))):
                who = nobody if route.path in _ALONE else (sam, ola, adam)[(place + turn) % 3]
                found.note(described(odd), list(_faults(await _send(who, odd))))
    return found


def _is_sendable(value: object) -> bytes:
    """JSON, half characters included, as a careless client would write it."""
    return json.dumps(value).encode("ascii")


async def ask_arguments(each: int) -> Found:
    """Every argument with as many odd values as asked for, different ones for each."""
    found = Found()
    token = await token_of(cast.sam)
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/graphql-response+json",
        "Content-Type": "application/json",
    }
    async with visitor() as http:
        for place, (document, where, values, usual) in enumerate(arguments()):
            for turn in range(each):
                value = VALUES[(place * each + turn) % len(VALUES)]
                body = {"query": document, "variables": variables_with(where, values, usual, value)}
                answer = await http.post("/graphql", content=_is_sendable(body), headers=headers)
                found.note((document, where, str(value)[:80]), list(judging.faults(answer.status_code, answer.text)))
    return found
