"""The first page of an empty installation; afterwards there is no such page."""

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Invalid, NotFound
from coord.people.setting_up import SetUp, needs_setup, set_up
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import public


async def page(request: Request) -> Response:
    """The form. Raises ``NotFound`` once there is an account."""
    if not await needs_setup():
        raise NotFound
    return render(request, "administration/setup.html", {"form": Form()})


async def submit(request: Request) -> Response:
    """Make the foundation and its administrator, who then signs in."""
    form = await read_form(request)
    try:
        await set_up(SetUp.parse({**form.raw(SetUp), "language": language_of(request)}))
    except Invalid as refusal:
        return render(request, "administration/setup.html", {"form": form.refused(refusal)}, status=422)
    return go(request, "/sign-in", said="setup.done")


ROUTES = [public("/setup", page), public("/setup", submit, "POST")]
