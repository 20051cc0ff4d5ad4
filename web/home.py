"""The start page: everybody's own work list, a welcome for those without one, a public page for visitors."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coord.access import Actor
from coord.releases.reads import NewestReport, newest_reports
from coord.work import begin
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
    roles = [grant.role.value for grant in person.actor.grants]
    return render(request, "home/welcome.html", {"roles": roles, "reports": await _reports(person.actor)})


async def _reports(actor: Actor) -> Sequence[NewestReport]:
    """The programs of the person's organizations that have a report."""
    if not actor.may("release.read"):
        return []
    async with begin(actor, read_only=True) as unit:
        return await newest_reports(unit)


ROUTES = [public("/", start)]
