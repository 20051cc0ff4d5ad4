"""Every parameter that a stranger could put SQL into, as requests that the scanner takes: ``*`` marks the places."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.injection.reading import Read
from tests.odd.arguments import arguments, variables_with
from tests.odd.pages import PARTS
from tests.odd.values import USUAL
from tests.world import LIN

# The ways to an account count guesses; they are asked once, without a session.
_OF_THE_SESSION = ("/sign-in", "/confirm", "/me/security", "/setup", "/invitation")
MARK = "*"


@dataclass(frozen=True, slots=True)
class Target:
    """A request, and how many places of it are tried."""

    name: str
    request: str

    @property
    def places(self) -> int:
        """How many parameters are tried."""
        return self.request.replace("Accept: */*", "").count(MARK)


def _raw(method: str, path: str, host: str, headers: dict[str, str], body: str = "") -> str:
    length = {"Content-Length": str(len(body.encode()))} if body else {}
    given = {"Host": host, "Sec-Fetch-Site": "same-origin", **headers, **length}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join([*lines, "", body])


def _marked(path: str) -> str:
    """The path with every part that is text marked; those of a declared kind take nothing else."""
    return PARTS.sub(lambda p: USUAL.get(p[1], str(LIN)) + ("" if ":" in p[0] else MARK), path)


def _pairs(names: frozenset[str]) -> str:
    return "&".join(f"{urlencode({name: USUAL.get(name, '1')})}{MARK}" for name in sorted(names))


def page_targets(host: str, cookie: str, read: Read) -> Iterator[Target]:
    """Every part of every path, every parameter that a page reads, every field that a form sends."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for (method, path), names in sorted(read.items()):
        headers = {} if path.startswith(_OF_THE_SESSION) else {"Cookie": cookie}
        where, pairs = _marked(path), _pairs(names)
        if method == "GET" and (pairs or MARK in where):
            yield Target(f"{method} {path}", _raw(method, f"{where}?{pairs}" if pairs else where, host, headers))
        elif method == "POST" and (pairs or MARK in where):
            yield Target(f"{method} {path}", _raw(method, where, host, {**headers, **form}, pairs or "x=1"))


def api_targets(host: str, token: str) -> Iterator[Target]:
    """Every argument of the API, and every field of its inputs."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for document, where, values, usual in arguments():
        body = {"query": document, "variables": variables_with(where, values, usual, f"1{MARK}")}
        name = f"API {document.split('(')[1].split(')')[-1]} {where}"
        yield Target(name, _raw("POST", "/graphql", host, headers, json.dumps(body)))


def credential_targets(host: str) -> Iterator[Target]:
    """What says who somebody is, in headers."""
    asked = "/graphql?query=%7B__typename%7D"
    yield Target("cookie", _raw("GET", "/today", host, {"Cookie": f"sid=x{MARK}; device=y{MARK}"}))
    yield Target("token", _raw("GET", asked, host, {"Authorization": f"Bearer coord_x{MARK}"}))
    yield Target("language", _raw("GET", "/sign-in", host, {"Accept-Language": f"en{MARK}"}))
