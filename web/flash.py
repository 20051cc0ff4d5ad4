"""One message for the next page, carried by a signed cookie: a catalog key, never a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.settings import settings
from web.cookies import own_name
from web.signing import sign, unsign

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Flash:
    """A toast: the key of its sentence, the values in it, where undo posts to."""

    key: str
    arguments: Mapping[str, Any]
    undo: str | None


def put(response: Response, key: str, undo: str | None, arguments: Mapping[str, Any]) -> None:
    """Say something on the next page."""
    value = sign([key, dict(arguments), undo], seconds=_SECONDS)
    response.set_cookie(
        own_name("flash"), value, max_age=_SECONDS, httponly=True, samesite="lax", secure=settings().is_production
    )


def take(request: Request) -> Flash | None:
    """What the page before wanted to say."""
    value = unsign(request.cookies.get(own_name("flash"), ""))
    return Flash(*value) if value is not None else None


def forget(response: Response) -> None:
    """It was said."""
    response.delete_cookie(own_name("flash"), httponly=True, samesite="lax", secure=settings().is_production)
