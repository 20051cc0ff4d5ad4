"""One's own private notes about a client: nobody else finds this page filled."""

from starlette.requests import Request
from starlette.responses import Response

from coord.clients.private import own_notes, remove_note, stay_with_their_author, write_note
from coord.clients.private.notes import LONGEST, WritePrivateNote
from coord.kernel.errors import Invalid
from coord.work import begin
from web.desk import id_of
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak


def _path(request: Request) -> str:
    return f"/clients/{id_of(request.path_params['client'])}/private"


async def page(request: Request) -> Response:
    """What one wrote, the newest first."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    client = id_of(request.path_params["client"])
    async with begin(actor_of(request)) as unit:
        found = await own_notes(unit, client)
    context = {"client": client, "found": found, "form": form, "longest": LONGEST, "alone": stay_with_their_author()}
    return render(request, "clients/private.html", context, status=status)


async def write(request: Request) -> Response:
    """One more."""
    form = await read_form(request)
    client = id_of(request.path_params["client"])
    try:
        async with begin(actor_of(request)) as unit:
            await write_note(unit, WritePrivateNote.parse({**form.raw(WritePrivateNote), "client": client}))
    except Invalid as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, _path(request), said="private.written")


async def remove(request: Request) -> Response:
    """One less, for good."""
    async with begin(actor_of(request)) as unit:
        await remove_note(unit, id_of(request.path_params["note"]))
    return go(request, _path(request), said="private.removed")


ROUTES = [
    signed_in("/clients/{client}/private", page),
    signed_in("/clients/{client}/private", write, "POST"),
    signed_in("/clients/{client}/private/{note}/remove", remove, "POST"),
]
