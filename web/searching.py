"""Searches for people: what is typed comes in the body of a request, and stands in an address only sealed.

The address of the answer can be gone back to and opened again, by whoever searched and nobody else: histories, logs of
proxies and copied links tell no name.
"""

import base64
import binascii
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coord.kernel.sealing import CannotOpen, Ring
from coord.settings import settings
from web.desk import id_of
from web.forms import read_form
from web.page import PRIVATE
from web.session import actor_of

LONGEST = 100
FOUND = "found"
"""The parameter of an address that holds the sealed text."""


def _place(request: Request) -> str:
    return f"web.search.{actor_of(request).user_id}"


def sealed(request: Request, text: str) -> str:
    """The text as it may stand in an address of the person who typed it."""
    kept = Ring(settings().sealing_ring).seal(text[:LONGEST].encode("utf-8", "replace"), _place(request))
    return base64.urlsafe_b64encode(kept).decode().rstrip("=")


def searched(request: Request) -> str:
    """What somebody searches for; nothing when the address was changed, or is somebody else's."""
    given = request.query_params.get(FOUND, "")
    try:
        kept = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
        return Ring(settings().sealing_ring).open(kept, _place(request)).decode()
    except (CannotOpen, ValueError, binascii.Error):
        return ""


def leading(path: str) -> Callable[[Request], Awaitable[Response]]:
    """A handler that takes what was typed and leads to the page that answers, with everything else that was chosen."""

    async def search(request: Request) -> Response:
        form = await read_form(request)
        kept = {name: form.value(name) for name in form.fields if name not in {"q", FOUND} and form.value(name)}
        if text := form.value("q").strip():
            kept[FOUND] = sealed(request, text)
        page = path.format(**{name: id_of(value) for name, value in request.path_params.items()})
        return RedirectResponse(f"{page}?{urlencode(kept)}" if kept else page, 303, PRIVATE)

    return search
