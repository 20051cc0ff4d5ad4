"""What is to be confirmed with counsel: for the administrator, before real data."""

from starlette.requests import Request
from starlette.responses import Response

from coord.rights.counsel import counsel_questions
from coord.work import begin
from web.administering import tabs
from web.page import language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

_PATH = "/administration/counsel"


async def page(request: Request) -> Response:
    """Every setting and term with its law."""
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        found = await counsel_questions(unit)
    return render(request, "administration/counsel.html", {"tabs": tabs(_PATH), "found": found})


ROUTES = [signed_in(_PATH, page)]
