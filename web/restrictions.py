"""Restricted clients, for the legal role: who restricted them and why, their copy, lifting it."""

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Invalid
from coord.rights.inputs import LiftRestriction
from coord.rights.restricting import lift_restriction, restrictions
from coord.work import begin
from web.desk import id_of
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

_PATH = "/restrictions"


async def page(request: Request) -> Response:
    """Everybody who is restricted."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int, refused: str = "") -> Response:
    """``refused``: the client whose form came back."""
    speak(language_of(request))
    async with begin(actor_of(request)) as unit:
        found = await restrictions(unit)
    shown = [(one, form if str(one.client_id) == refused else Form()) for one in found]
    return render(request, "rights/restrictions.html", {"found": shown, "form": form}, status=status)


async def lift(request: Request) -> Response:
    """The person is shown again."""
    form = await read_form(request)
    client = id_of(request.path_params["client"])
    try:
        async with begin(actor_of(request)) as unit:
            await lift_restriction(unit, LiftRestriction.parse({**form.raw(LiftRestriction), "client": client}))
    except Invalid as refusal:
        return await _page(request, form.refused(refusal), 422, str(client))
    return go(request, _PATH, said="rights.lifted")


ROUTES = [signed_in(_PATH, page), signed_in(f"{_PATH}/{{client}}/lift", lift, "POST")]
