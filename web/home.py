"""The start page: everybody's own work list, a welcome for those without one, a public page for visitors."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.navigation import home_of
from web.page import PRIVATE, render
from web.routes import public
from web.session import person_of


async def start(request: Request) -> Response:
    """Where the day begins."""
    person = await person_of(request)
    if person is None:
        return render(request, "home/public.html")
    home = home_of(person.actor)
    if home is not None:
        return RedirectResponse(home, 303, PRIVATE)
    return render(request, "home/welcome.html", {"roles": [grant.role.value for grant in person.actor.grants]})


ROUTES = [public("/", start)]
