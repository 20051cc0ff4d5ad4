"""Answering an invitation: the one page that a link opens without an account."""

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Invalid
from coord.people import accept_invitation, invitation_shown
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import public

_LONGEST_SECRET = 100


def _secret(request: Request) -> str:
    return str(request.path_params["secret"])[:_LONGEST_SECRET]


async def _page(request: Request, form: Form, status: int = 200) -> Response:
    shown = await invitation_shown(_secret(request))
    context = {"shown": shown, "form": form, "path": request.url.path}
    return render(request, "administration/invitation.html", context, status=status)


async def page(request: Request) -> Response:
    """What is offered, and the fields to accept it."""
    return await _page(request, Form())


async def accept(request: Request) -> Response:
    """Accept; then the new person signs in, and sets up the second step where it is required."""
    form = await read_form(request)
    given = {name: form.value(name) for name in ("name", "password")}
    try:
        await accept_invitation(_secret(request), {**given, "language": language_of(request)})
    except Invalid as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, "/sign-in", said="invitation.accepted")


ROUTES = [
    public("/invitation/{secret}", page),
    public("/invitation/{secret}", accept, "POST"),
]
