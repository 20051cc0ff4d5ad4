"""Who is behind a request: the session cookie, read once."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from structlog.contextvars import bind_contextvars

from coord.access import Actor
from coord.identity import actor_by_session
from coord.identity.passkeys.challenges import ANSWERED_WITHIN
from coord.identity.reads import SignedIn, StepMissing
from coord.identity.rules import SESSION_ABSOLUTE, Step
from coord.kernel.errors import Unauthenticated
from coord.settings import settings

_LONGEST_COOKIE = 200
_YEAR = 365 * 24 * 3600


def cookie_name() -> str:
    """``__Host-sid`` in production; browsers bind it to our host and to HTTPS."""
    return "__Host-sid" if settings().is_production else "sid"


async def person_of(request: Request) -> SignedIn | None:
    """The signed-in person, None for visitors; asked once per request."""
    if not hasattr(request.state, "person"):
        request.state.person, request.state.missing = await _load(secret_of(request))
        if request.state.person is not None:
            request.state.actor_id = request.state.person.actor.user_id
            bind_contextvars(actor=str(request.state.actor_id))
    person: SignedIn | None = request.state.person
    return person


async def missing_of(request: Request) -> StepMissing | None:
    """What is still asked of somebody who gave the right password; for every other page they are a visitor."""
    await person_of(request)
    missing: StepMissing | None = getattr(request.state, "missing", None)
    return missing


def step_path(step: Step) -> str:
    """Where a missing step is taken."""
    return {Step.CODE: "/sign-in/code", Step.ENROL: "/sign-in/enrol"}[step]


def secret_of(request: Request) -> str:
    """The value of the session's cookie; empty without one."""
    secret = request.cookies.get(cookie_name(), "")
    return secret if len(secret) <= _LONGEST_COOKIE else ""


async def step_of(secret: str) -> StepMissing | None:
    """What a session that has just begun or changed still asks for."""
    return (await _load(secret))[1]


async def _load(secret: str) -> tuple[SignedIn | None, StepMissing | None]:
    if not secret:
        return None, None
    try:
        return await actor_by_session(secret), None
    except StepMissing as missing:
        return None, missing
    except Unauthenticated:
        return None, None


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


def session_of(request: Request) -> UUID:
    """The session of a route for signed-in people. Raises ``Unauthenticated`` elsewhere."""
    person = known_person(request)
    if person is None or person.session_id is None:
        raise Unauthenticated
    return person.session_id


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


def device_of(request: Request) -> str:
    """The value by which this browser is known; empty for a new one."""
    value = request.cookies.get(_device_cookie(), "")
    return value if len(value) <= _LONGEST_COOKIE else ""


def _device_cookie() -> str:
    return "__Host-device" if settings().is_production else "device"


def remember_device(response: Response, value: str) -> None:
    """Let the browser be known: others' guesses at the account do not keep its owner waiting here."""
    response.set_cookie(
        _device_cookie(),
        value,
        max_age=_YEAR,
        path="/",
        secure=settings().is_production,
        httponly=True,
        samesite="lax",
    )


def give_ticket(response: Response, value: str) -> None:
    """Let the browser, in which nobody is signed in, be known for as long as it may answer for a passkey."""
    seconds = int(ANSWERED_WITHIN.total_seconds())
    response.set_cookie(
        _ticket_cookie(),
        value,
        max_age=seconds,
        path="/",
        secure=settings().is_production,
        httponly=True,
        samesite="lax",
    )


def ticket_of(request: Request) -> str:
    """The value that the browser was given with its last question; empty without one."""
    value = request.cookies.get(_ticket_cookie(), "")
    return value if len(value) <= _LONGEST_COOKIE else ""


def _ticket_cookie() -> str:
    return "__Host-passkey" if settings().is_production else "passkey"


def end(response: Response) -> None:
    """Take the session from the browser, and what it kept of our pages."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.delete_cookie(cookie_name(), path="/", secure=settings().is_production, httponly=True, samesite="lax")
