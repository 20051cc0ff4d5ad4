"""Who is behind a request: the session cookie, read once."""

from starlette.requests import Request
from starlette.responses import Response

from coord.access import Actor
from coord.identity import actor_by_session
from coord.identity.reads import SignedIn
from coord.identity.rules import SESSION_ABSOLUTE
from coord.kernel.errors import Unauthenticated
from coord.settings import settings

_LONGEST_COOKIE = 200


def cookie_name() -> str:
    """``__Host-sid`` in production; browsers bind it to our host and to HTTPS."""
    return "__Host-sid" if settings().is_production else "sid"


async def person_of(request: Request) -> SignedIn | None:
    """The signed-in person, None for visitors; asked once per request."""
    if not hasattr(request.state, "person"):
        request.state.person = await _load(request.cookies.get(cookie_name(), ""))
    person: SignedIn | None = request.state.person
    return person


async def _load(secret: str) -> SignedIn | None:
    if not secret or len(secret) > _LONGEST_COOKIE:
        return None
    try:
        return await actor_by_session(secret)
    except Unauthenticated:
        return None


def known_person(request: Request) -> SignedIn | None:
    """The person, if ``person_of`` found one earlier in this request."""
    found: SignedIn | None = getattr(request.state, "person", None)
    return found


def actor_of(request: Request) -> Actor:
    """The actor of a route for signed-in people. Raises ``Unauthenticated`` elsewhere."""
    person = known_person(request)
    if person is None:
        raise Unauthenticated
    return person.actor


def start(response: Response, secret: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(),
        secret,
        max_age=int(SESSION_ABSOLUTE.total_seconds()),
        path="/",
        secure=settings().is_production,
        httponly=True,
        samesite="lax",
    )


def end(response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(cookie_name(), path="/", secure=settings().is_production, httponly=True, samesite="lax")
