"""Log a contact: choose a person, say what was done, save, go on with the next."""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import find_clients
from coord.contacts import LogContact, log_contact
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.work import begin
from web import log_form
from web.desk import about, desk_of
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render, wants_fragment
from web.routes import signed_in
from web.searching import leading, searched
from web.session import actor_of
from web.today import recent_people
from web.undo import path_of_withdrawal
from web.words import speak


async def page(request: Request) -> Response:
    """The form for a person or a kind of work; without either, the choice of whom it is about."""
    speak(language_of(request))
    asked = query_form(request)
    if not asked.value("client") and log_form.kind_of(asked) is log_form.Kind.PERSON:
        return await _picker(request, asked)
    actor_of(request).require("contact.log")
    async with begin(actor_of(request)) as unit:
        desk = await desk_of(unit, asked)
        if desk is None:
            return render(request, "today/no_post.html")
        context = await log_form.context(unit, desk, await log_form.first_form(unit, desk, asked))
    if asked.value("client") and context["card"] is None:
        raise NotFound
    return render(request, "log/form.html", context)


async def _picker(request: Request, asked: Form) -> Response:
    typed = searched(request)
    actor_of(request).require("contact.log")
    async with begin(actor_of(request)) as unit:
        desk = await desk_of(unit, asked)
        if desk is None:
            return render(request, "today/no_post.html")
        found = await find_clients(unit, typed)
        here = [(card, about(card, desk.today)) for card in found if card.hospital_id == desk.post.hospital_id]
        people = [] if wants_fragment(request) else await recent_people(unit, desk)
    context = {"desk": desk, "form": asked, "typed": typed, "found": here, "people": people, "carried": _carried(asked)}
    return render(request, "log/picker.html", context, block="found")


def _carried(form: Form, **more: str) -> str:
    """What the next form keeps, as the tail of a link: never anything about a person."""
    kept = {name: form.value(name) for name in (*log_form.CARRIED, "hospital") if form.value(name)}
    return urlencode({**kept, **more})


async def submit(request: Request) -> Response:
    """Save one service; the same form again, with what is wrong, when it cannot be taken."""
    speak(language_of(request))
    form = await read_form(request)
    try:
        given = LogContact.parse(log_form.raw_contact(form))
        async with begin(actor_of(request)) as unit:
            logged = await log_contact(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _refused(request, form, refusal)
    kept = form.but(duration_minutes=str(given.duration_minutes))
    onward = f"/log?{_carried(kept)}" if form.value("then") == "next" else "/today"
    return go(request, onward, said="log.saved", undo=path_of_withdrawal(logged.contact_id))


async def _refused(request: Request, form: Form, refusal: Invalid | Conflict) -> Response:
    """422 with everything that was typed; a conflict is 409 where nobody swaps a fragment."""
    async with begin(actor_of(request)) as unit:
        desk = await desk_of(unit, form)
        if desk is None:
            raise refusal
        context: dict[str, Any] = await log_form.context(unit, desk, form.refused(refusal))
    status = 409 if isinstance(refusal, Conflict) and not wants_fragment(request) else 422
    return render(request, "log/form.html", context, block="form", status=status)


ROUTES = [
    signed_in("/log", page),
    signed_in("/log", submit, "POST"),
    signed_in("/log/search", leading("/log"), "POST"),
]
