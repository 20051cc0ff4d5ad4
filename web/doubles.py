"""Doubles: looked for while somebody is registered, asked for elsewhere, merged, taken apart, kept apart."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import ClientCard, cards, find_clients
from coord.clients.inputs import ClientPair, Likeness
from coord.clients.matching import ask_elsewhere, likely_doubles
from coord.clients.merging import keep_apart, merge_clients, merges_of, unmerge_clients
from coord.kernel.clock import today
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.work import begin
from web.desk import about, id_of
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.searching import leading, searched
from web.session import actor_of
from web.words import HOME_ZONE, speak


def _shown(found: Sequence[ClientCard]) -> list[tuple[ClientCard, str]]:
    return [(card, about(card, today(HOME_ZONE))) for card in found]


async def look(request: Request) -> Response:
    """Who at the own hospital may be the person that is being typed; elsewhere only when that is asked."""
    speak(language_of(request))
    form = await read_form(request)
    actor = actor_of(request)
    actor.require("client.register")
    found: Sequence[ClientCard] = ()
    places: Sequence[str] | None = None
    try:
        given = Likeness.parse(form.raw(Likeness))
        if form.value("elsewhere"):
            places = await ask_elsewhere(actor, given)
        async with begin(actor) as unit:
            found = await likely_doubles(unit, given)
    except (Invalid, Conflict) as refusal:
        # A name that is still being typed is not wrong yet.
        form = form.refused(refusal) if form.value("elsewhere") else form
    context: dict[str, Any] = {"found": _shown(found), "places": places, "form": form}
    return render(request, "clients/doubles.html", context, block="doubles")


async def page(request: Request) -> Response:
    """Which file is a double of this one, and which merges can be undone."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    client, typed = id_of(request.path_params["client"]), searched(request)
    async with begin(actor_of(request)) as unit:
        unit.actor.require("client.merge")
        card = (await cards(unit, [client])).get(client)
        if card is None:
            raise NotFound
        given = Likeness(name=card.name, birth_year=card.birth_year)
        found = await find_clients(unit, typed) if typed else await likely_doubles(unit, given, but=client)
        merges = await merges_of(unit, client)
        names = await cards(unit, {row.merged_id for row in merges} - {client})
    context = {
        "card": card,
        "typed": typed,
        "found": _shown([other for other in found if other.id != client and other.hospital_id == card.hospital_id]),
        "merges": [(row, names.get(row.merged_id)) for row in merges if row.kept_id == client],
        "form": form,
    }
    return render(request, "clients/merge.html", context, status=status)


async def decide(request: Request) -> Response:
    """Merge the other file into this one, or keep the two apart."""
    form = await read_form(request)
    client = str(id_of(request.path_params["client"]))
    is_merge = form.value("what") == "merge"
    try:
        given = ClientPair.parse({"client": client, "other": form.value("other")})
        async with begin(actor_of(request)) as unit:
            await (merge_clients if is_merge else keep_apart)(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, f"/clients/{client}/merge", said="doubles.merged" if is_merge else "doubles.kept_apart")


async def undo(request: Request) -> Response:
    """Make two files of one again."""
    client = id_of(request.path_params["client"])
    try:
        async with begin(actor_of(request)) as unit:
            await unmerge_clients(unit, id_of(request.path_params["merge"]))
    except Conflict as refusal:
        return await _page(request, Form().refused(refusal), 409)
    return go(request, f"/clients/{client}/merge", said="doubles.undone")


ROUTES = [
    signed_in("/clients/doubles", look, "POST"),
    signed_in("/clients/{client}/merge", page),
    signed_in("/clients/{client}/merge", decide, "POST"),
    signed_in("/clients/{client}/merge/search", leading("/clients/{client}/merge"), "POST"),
    signed_in("/clients/{client}/merge/{merge}/undo", undo, "POST"),
]
