"""Erasing one person: asking for it, agreeing as a second person, taking it back."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.clients.codes import ErasureBasis
from coord.clients.tombstones import refuse_a_tombstone
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.rights.erasure import AskErasure, agree_to_erasure, ask_erasure, end_request, open_requests
from coord.work import Unit, begin
from web.desk import id_of, options
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of, session_of
from web.words import speak


def _path(request: Request) -> str:
    return f"/clients/{id_of(request.path_params['client'])}/erasure"


async def page(request: Request) -> Response:
    """What an erasure does, and where it stands."""
    return await _page(request, Form(), 200)


async def waiting(request: Request) -> Response:
    """Every request of the own care, also about files that are restricted meanwhile."""
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        found = await open_requests(unit)
    return render(request, "erasure/list.html", {"found": found})


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    client = id_of(request.path_params["client"])
    async with begin(actor_of(request)) as unit:
        await refuse_a_tombstone(unit, client)
        asked = await open_requests(unit, client)
        card = (await cards(unit, [client])).get(client)
    if card is None and not asked:
        raise NotFound
    context: dict[str, Any] = {
        "card": card,
        "asked": asked[0] if asked else None,
        "form": form,
        "bases": options("erasure_basis", ErasureBasis),
    }
    return render(request, "erasure/page.html", context, status=status)


async def ask(request: Request) -> Response:
    """Ask; a second person is told."""
    form = await read_form(request)
    client = id_of(request.path_params["client"])
    try:
        async with begin(actor_of(request)) as unit:
            given = AskErasure.parse({**form.raw(AskErasure), "client": client})
            await ask_erasure(unit, session_of(request), given)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, _path(request), said="erasure.asked")


async def agree(request: Request) -> Response:
    """A second person agrees."""

    async def move(unit: Unit) -> None:
        await agree_to_erasure(unit, session_of(request), id_of(request.path_params["request"]))

    return await _moved(request, move)


async def end(request: Request) -> Response:
    """The request is taken back."""

    async def move(unit: Unit) -> None:
        await end_request(unit, id_of(request.path_params["request"]))

    return await _moved(request, move)


async def _moved(request: Request, move: Callable[[Unit], Awaitable[None]]) -> Response:
    try:
        async with begin(actor_of(request)) as unit:
            await move(unit)
    except (Invalid, Conflict) as refusal:
        return await _page(request, Form().refused(refusal), 422)
    return go(request, _path(request), said="erasure.changed")


ROUTES = [
    signed_in("/erasures", waiting),
    signed_in("/clients/{client}/erasure", page),
    signed_in("/clients/{client}/erasure", ask, "POST"),
    signed_in("/clients/{client}/erasure/{request}/agree", agree, "POST"),
    signed_in("/clients/{client}/erasure/{request}/end", end, "POST"),
]
