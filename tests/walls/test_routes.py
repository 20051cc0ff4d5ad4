"""Every route says who may come, and only reading is done by GET."""

import re
from collections.abc import Iterable, Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from web.asgi import routes
from web.routes import Access, Page, signed_in

# What anybody may open, reviewed one by one; everything else asks for a person.
PUBLIC = {
    "/",
    "/graphql",
    "/api",
    "/api/fhir/referrals",
    "/api/schema.graphql",
    "/api/q/{slug}.{ending}",
    "/checkpoints/keys.json",
    "/impact/method",
    "/impact/{program}",
    "/impact/{program}/pack.zip",
    "/impact/{program}/report.{kind}",
    "/impact/{program}/stories.json",
    "/impact/{foundation}/{program}",
    "/impact/{foundation}/{program}/pack.zip",
    "/impact/{foundation}/{program}/report.{kind}",
    "/impact/{foundation}/{program}/stories.json",
    "/confirm",
    "/confirm/ask",
    "/confirm/passkey",
    "/forgotten",
    "/healthz",
    "/invitation/{secret}",
    "/metrics",
    "/readyz",
    "/referrals/{referral}/fhir",
    "/r/{token}",
    "/r/{token}/answer",
    "/r/{token}/contact",
    "/r/{token}/feedback",
    "/reset/{secret}",
    "/setup",
    "/sign-in",
    "/sign-in/again",
    "/sign-in/again/code",
    "/sign-in/again/code/passkey",
    "/sign-in/again/passkey",
    "/sign-in/code",
    "/sign-in/code/ask",
    "/sign-in/code/passkey",
    "/sign-in/enrol",
    "/sign-in/enrol/passkey",
    "/sign-in/enrol/passkey/ask",
    "/sign-in/passkey",
    "/sign-in/passkey/ask",
    "/sign-out",
    "/static",
    "/language",
}

# Pages that count over many rows; files are told by the ending of their address.
FIGURES = {
    "/breaches/who",
    "/breaches/{breach}",
    "/checkpoints/file",
    "/numbers",
    "/numbers/rows",
    "/loop",
    "/quality-panel",
}
_FILE = re.compile(r"[.](\w+|[{]\w+[}])$")
# Small, and the same for everybody.
LIGHT = {"/checkpoints/keys.json"}


def undeclared(found: Iterable[BaseRoute]) -> list[str]:
    """Routes without an access."""
    return [getattr(r, "path", repr(r)) for r in found if not isinstance(getattr(r, "access", None), Access)]


def light(found: Iterable[BaseRoute]) -> set[str]:
    """Pages that make a file or count figures without waiting for a place among the few."""
    large = (r for r in found if isinstance(r, Page) and (r.path in FIGURES or _FILE.search(r.path)))
    return {route.path for route in large if not route.heavy}


def public(found: Iterable[BaseRoute]) -> Iterator[str]:
    """Routes that anybody may open."""
    return (r.path for r in found if isinstance(r, (Route, Mount)) and getattr(r, "access", None) is Access.PUBLIC)


def twice(found: Iterable[BaseRoute]) -> set[str]:
    """Routes of which the second is never reached."""
    seen: set[str] = set()
    repeated: set[str] = set()
    for route in found:
        if isinstance(route, Route):
            keys = {f"{method} {route.path}" for method in route.methods or ()} - {f"HEAD {route.path}"}
            repeated |= keys & seen
            seen |= keys
    return repeated


async def _page(_: Request) -> Response:
    return Response()


def test_every_route_declares_its_access() -> None:
    assert undeclared(routes()) == []


def test_only_reviewed_routes_are_public() -> None:
    assert set(public(routes())) - PUBLIC == set()


def test_every_route_that_reads_many_rows_waits_for_a_place() -> None:
    found = routes()
    assert light(found) == LIGHT
    assert {route.path for route in found if isinstance(route, Page)} >= FIGURES
    assert light([signed_in("/people.csv", _page), signed_in("/people", _page)]) == {"/people.csv"}


def test_no_route_hides_another() -> None:
    assert twice(routes()) == set()


def test_a_route_without_an_access_and_a_hidden_one_are_found() -> None:
    plain = Route("/secret", _page)
    assert (undeclared([plain]), twice([plain, Route("/secret", _page)])) == (["/secret"], {"GET /secret"})
