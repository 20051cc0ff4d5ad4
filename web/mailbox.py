"""The development mailbox: mails that would have been sent, for administrators. It does not exist in production."""

from starlette.requests import Request
from starlette.responses import Response

from coord.notices.mailing import mailbox
from web.navigation import MAILBOX
from web.page import language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak


async def page(request: Request) -> Response:
    """The newest mails with their whole text."""
    speak(language_of(request))
    return render(request, "notices/mailbox.html", {"mails": await mailbox(actor_of(request))})


ROUTES = [signed_in(MAILBOX, page)]
