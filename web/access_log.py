"""Who looked at a person's record: to be shown or printed for that person."""

from starlette.requests import Request
from starlette.responses import Response

from coord.clients.access_log import access_log
from web.desk import id_of
from web.page import language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak


async def page(request: Request) -> Response:
    """By day, who and how often."""
    speak(language_of(request))
    client = id_of(request.path_params["client"])
    looks = await access_log(actor_of(request), client)
    return render(request, "clients/access_log.html", {"client": client, "looks": looks})


ROUTES = [signed_in("/clients/{client}/access", page)]
