"""A forgotten password: asking for a link, and setting a new one by it."""

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Invalid
from coord.people.inputs import AskReset, ResetPassword
from coord.people.resetting import ask_for_reset, check_reset, reset_password
from coord.settings import Mail, settings
from web.forms import Form, read_form
from web.page import go, render
from web.routes import public
from web.sign_in import came_from

_LONGEST_SECRET = 100


def _page(request: Request, form: Form, status: int = 200) -> Response:
    context = {"form": form, "has_mail": settings().mail is not Mail.OFF}
    return render(request, "sign_in/forgotten.html", context, status=status)


async def page(request: Request) -> Response:
    """The field for one's address."""
    return _page(request, Form())


async def ask(request: Request) -> Response:
    """Send a link; the answer is the same whether there is such an account."""
    form = await read_form(request)
    try:
        await ask_for_reset(AskReset.parse({"email": form.value("email"), "address": came_from(request)["address"]}))
    except Invalid as refusal:
        return _page(request, form.refused(refusal), 422)
    return go(request, "/sign-in", said="reset.asked")


def _secret(request: Request) -> str:
    return str(request.path_params["secret"])[:_LONGEST_SECRET]


async def reset_page(request: Request) -> Response:
    """The field for the new password. Raises ``NotFound`` for a link that is not good any more."""
    await check_reset(_secret(request))
    return render(request, "sign_in/reset.html", {"form": Form(), "path": request.url.path})


async def reset(request: Request) -> Response:
    """Set the new password; then its owner signs in, with the second step as ever."""
    form = await read_form(request)
    try:
        await reset_password(_secret(request), ResetPassword.parse(form.raw(ResetPassword)))
    except Invalid as refusal:
        context = {"form": form.refused(refusal), "path": request.url.path}
        return render(request, "sign_in/reset.html", context, status=422)
    return go(request, "/sign-in", said="reset.done")


ROUTES = [
    public("/forgotten", page),
    public("/forgotten", ask, "POST"),
    public("/reset/{secret}", reset_page),
    public("/reset/{secret}", reset, "POST"),
]
