"""Access to one client in an emergency: opening, looking, ending; and reviewing what others opened."""

from starlette.requests import Request
from starlette.responses import Response

from coord.clients.codes import EmergencyReason, EmergencyVerdict
from coord.clients.emergency import (
    OpenEmergency,
    ReviewEmergency,
    emergency_card,
    end_emergency,
    hospitals_within_reach,
    open_emergency,
    openings,
    review_emergency,
)
from coord.kernel.errors import Conflict, Invalid
from coord.work import begin
from web.desk import id_of, options
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of, session_of
from web.words import speak, t

_PATH = "/emergency"


async def page(request: Request) -> Response:
    """The form for those who may open, and the openings for those who made or review them."""
    return await _page(request, Form())


async def _page(request: Request, form: Form, status: int = 200, *, judged: str = "") -> Response:
    speak(language_of(request))
    actor = actor_of(request)
    may_open = actor.may("emergency.open")
    async with begin(actor, read_only=True) as unit:
        found = await openings(unit)
        hospitals = await hospitals_within_reach(unit) if may_open else []
    context = {
        "openings": [(one, form if str(one.id) == judged else Form()) for one in found],
        "hospitals": [(str(key), name) for key, name in hospitals],
        "may_open": may_open,
        "reasons": options("emergency_reason", EmergencyReason),
        "verdicts": options("emergency_verdict", EmergencyVerdict),
        "form": Form() if judged else form,
    }
    return render(request, "emergency/page.html", context, status=status)


async def open_one(request: Request) -> Response:
    """Open a client; on to the client."""
    form = await read_form(request)
    try:
        given = OpenEmergency.parse(form.raw(OpenEmergency))
        opening = await open_emergency(actor_of(request), session_of(request), given)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, f"{_PATH}/{opening}")


async def client(request: Request) -> Response:
    """The client, with the minutes that are left."""
    speak(language_of(request))
    opening = id_of(request.path_params["opening"])
    async with begin(actor_of(request)) as unit:
        card = await emergency_card(unit, opening)
    facts = [
        (t("emergency.phone"), card.phone),
        (t("emergency.gender"), t(f"gender.{card.gender}")),
        (t("emergency.birth_year"), card.birth_year),
        (t("emergency.bed"), card.bed),
        (t("emergency.stage"), t(f"stage.{card.stage}") if card.stage else None),
    ]
    return render(request, "emergency/client.html", {"card": card, "opening": opening, "facts": facts})


async def end_one(request: Request) -> Response:
    """End it before its time."""
    await end_emergency(actor_of(request), id_of(request.path_params["opening"]))
    return go(request, _PATH, said="emergency.ended_now")


async def judge(request: Request) -> Response:
    """The verdict on an opening by somebody else."""
    form = await read_form(request)
    opening = id_of(request.path_params["opening"])
    try:
        await review_emergency(actor_of(request), opening, ReviewEmergency.parse(form.raw(ReviewEmergency)))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422, judged=str(opening))
    return go(request, _PATH, said="emergency.review_saved")


ROUTES = [
    signed_in(_PATH, page),
    signed_in(_PATH, open_one, "POST"),
    signed_in(f"{_PATH}/{{opening}}", client),
    signed_in(f"{_PATH}/{{opening}}/end", end_one, "POST"),
    signed_in(f"{_PATH}/{{opening}}/review", judge, "POST"),
]
