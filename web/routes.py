"""Routes that say who may come: a wall test reads ``access`` of every route."""

import functools
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coord.kernel.errors import Unauthenticated
from coord.work.places import PLACES
from web.session import known_person, person_of
from web.shell import prepare

Endpoint = Callable[[Request], Awaitable[Response]]
MAX_FORM_BYTES = 2 * 1024 * 1024


class Access(StrEnum):
    """Who may open a route at all; what they see there is decided by ``coord``."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


def _for_members(endpoint: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        if await person_of(request) is None:
            raise Unauthenticated
        return await prepare(request) or await endpoint(request)

    return guarded


def _in_a_place(endpoint: Endpoint) -> Endpoint:
    @functools.wraps(endpoint)
    async def placed(request: Request) -> Response:
        person = known_person(request)
        # Strangers are told apart by where they come from.
        whose = person.actor.user_id if person else (request.client.host if request.client else "")
        async with PLACES.place(whose):
            return await endpoint(request)

    return placed


class Page(Route):
    """A route with its access. ``endpoint`` runs only for those who may come; a heavy one once a place is free."""

    def __init__(
        self,
        path: str,
        endpoint: Endpoint,
        *,
        access: Access,
        methods: Sequence[str] = ("GET",),
        max_body_size: int = MAX_FORM_BYTES,
        heavy: bool = False,
    ) -> None:
        """Declare the route; bodies above ``max_body_size`` bytes are refused with 413."""
        self.access, self.heavy = access, heavy
        endpoint = _in_a_place(endpoint) if heavy else endpoint
        handler = _for_members(endpoint) if access is Access.SIGNED_IN else endpoint
        name = f"{endpoint.__module__}.{endpoint.__name__}"
        super().__init__(path, handler, methods=list(methods), name=name, max_body_size=max_body_size)


def public(path: str, endpoint: Endpoint, *methods: str) -> Page:
    """A route for everybody."""
    return Page(path, endpoint, access=Access.PUBLIC, methods=methods or ("GET",))


def signed_in(path: str, endpoint: Endpoint, *methods: str) -> Page:
    """A route for people who are signed in; others are asked to sign in first."""
    return Page(path, endpoint, access=Access.SIGNED_IN, methods=methods or ("GET",))


def heavy(path: str, endpoint: Endpoint, *methods: str) -> Page:
    """A route for people who are signed in that reads many rows for one answer: few run at once."""
    return Page(path, endpoint, access=Access.SIGNED_IN, methods=methods or ("GET",), heavy=True)
