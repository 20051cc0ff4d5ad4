"""Odd requests for every route: in the path, in the query, in the form, in headers, as a body."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from starlette.routing import Route

from tests.odd.values import NAMES, TEXTS, USUAL, text_of
from tests.world import LIN
from web.asgi import build

PARTS = re.compile(r"\{(\w+)(?::\w+)?\}")
"""A part of a route's path that stands for a value."""
_ODD_NAMES = ("unknown", "<b>", "a[]", "__proto__", "a\0", "id")


@dataclass(frozen=True)
class Odd:
    """One request, ready to be sent."""

    method: str
    path: str
    content: bytes = b""
    headers: dict[str, str | bytes] = field(default_factory=dict)


def _escaped(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode([(k, v.encode("utf-8", "surrogatepass")) for k, v in pairs])


def _pairs(rng: random.Random, number: int) -> list[tuple[str, str]]:
    """Usual values, a few odd ones, one name twice and one that nobody knows."""
    odd = rng.sample(NAMES, 6)
    usual = [(name, USUAL[name]) for name in rng.sample(sorted(USUAL), 8) if name not in odd]
    strange = [(name, text_of(number + place)[:3000]) for place, name in enumerate(odd)]
    return [*usual, *strange, (odd[0], text_of(number + 9)[:3000]), (rng.choice(_ODD_NAMES), "1")]


def _filled(path: str, number: int, *, odd: bool) -> str:
    """The path with its parts filled; with odd ones where that is asked."""
    if not odd:
        return PARTS.sub(lambda part: USUAL.get(part[1], str(LIN)), path)
    return PARTS.sub(lambda _: _escaped(text_of(number)[:2000]) or "-", path)


_TYPES = ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x", "\xff", "")


def _strange_body(number: int) -> tuple[bytes, dict[str, str | bytes]]:
    kind = _TYPES[number % len(_TYPES)]
    body = list(TEXTS.values())[number % len(TEXTS)].encode("utf-8", "surrogatepass")
    return body, {"Content-Type": kind.encode("latin-1")}


def odd_requests(route: Route, numbers: range) -> Iterator[Odd]:
    """As many odd requests for each method of a route as there are numbers."""
    for method in sorted((route.methods or {"GET", "POST"}) - {"HEAD"}):
        for number in numbers:
            rng = random.Random(f"{method} {route.path} {number}")  # noqa: S311 -- the same in every run, nothing secret
            odd_path = bool(PARTS.search(route.path)) and number % 3 == 0
            path = _filled(route.path, number, odd=odd_path)
            pairs = _encoded(_pairs(rng, number))
            if method == "GET":
                yield Odd(method, f"{path}?{pairs[:7000]}", headers=_headers(number))
            elif number % 5 == 4:
                body, headers = _strange_body(number)
                yield Odd(method, path, body, headers)
            else:
                yield Odd(method, path, pairs.encode(), {"Content-Type": "application/x-www-form-urlencoded"})


def _headers(number: int) -> dict[str, str | bytes]:
    """Odd values in the headers that we read."""
    odd: list[dict[str, str | bytes]] = [
        {}, {"HX-Request": "true"}, {"Accept-Language": b"\xff\xfe"}, {"X-Request-ID": b"\xe9\xff"},
        {"If-None-Match": b'"\xff'}, {"Range": "bytes=0-99999999999999999999"}, {"HX-Current-URL": "\\\\evil"},
        {"Accept": b"\xff/*;q=x"}, {"Content-Length": "0"}, {"X-Forwarded-For": "x" * 3000},
    ]  # fmt: skip
    return odd[number % len(odd)]


def all_routes() -> list[Route]:
    """Every route of the process that answers to methods of ours."""
    return [route for route in build().routes if isinstance(route, Route)]


def described(odd: Odd) -> dict[str, Any]:
    """A request in a failure's words."""
    return {"method": odd.method, "path": odd.path[:300], "body": odd.content[:300], "headers": odd.headers}
