"""Filling a scale for a person: one page, one save; danger leads to the safety step."""

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import ClientCard, cards
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.outcomes import RecordScale, record_scale
from coord.outcomes.reads import zone_of
from coord.outcomes.scales import Scale
from coord.work import Unit, begin
from web import scale_form
from web.desk import about, id_of
from web.forms import Form, read_form
from web.page import go, language_of, render, wants_fragment
from web.routes import signed_in
from web.session import actor_of
from web.words import speak


def _scale(request: Request) -> Scale:
    scale = scale_form.scale_named(request.path_params["scale"])
    if scale is None:
        raise NotFound
    return scale


async def _person(unit: Unit, request: Request) -> tuple[ClientCard, str]:
    """Who it is about, and the time zone there."""
    unit.actor.require("score.record")
    client = id_of(request.path_params["client"])
    card = (await cards(unit, [client])).get(client)
    if card is None:
        raise NotFound
    return card, await zone_of(unit, card.program_id)


async def page(request: Request) -> Response:
    """The empty form."""
    return await _form(request, None, 200)


async def _form(request: Request, form: Form | None, status: int) -> Response:
    speak(language_of(request))
    scale = _scale(request)
    async with begin(actor_of(request)) as unit:
        card, zone = await _person(unit, request)
    shown = scale_form.context(scale, form or scale_form.first_form(zone), zone)
    context = {**shown, "card": card, "about": about(card, shown["today"])}
    return render(request, "scales/form.html", context, block="form", status=status)


async def submit(request: Request) -> Response:
    """Save; the same form again, with what is wrong, when it cannot be taken."""
    form, scale = await read_form(request), _scale(request)
    client = id_of(request.path_params["client"])
    try:
        given = RecordScale.parse(scale_form.raw(form, scale, client))
        async with begin(actor_of(request)) as unit:
            recorded = await record_scale(unit, given)
    except (Invalid, Conflict) as refusal:
        status = 409 if isinstance(refusal, Conflict) and not wants_fragment(request) else 422
        return await _form(request, form.refused(refusal), status)
    onward = f"/clients/{client}#scales" if recorded.alert_id is None else f"/alerts/{recorded.alert_id}"
    return go(request, onward, said="scale.saved")


ROUTES = [
    signed_in("/clients/{client}/scales/{scale}", page),
    signed_in("/clients/{client}/scales/{scale}", submit, "POST"),
]
