"""Consents to ask for again: those that end within thirty days, that have ended, and of people who came of age."""

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.clients.access import hospitals_in_care
from coord.clients.consents import consent_items
from coord.work import begin
from web.page import language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak


async def page(request: Request) -> Response:
    """At all hospitals of the actor's care, the longest due first."""
    speak(language_of(request))
    async with begin(actor_of(request)) as unit:
        items = await consent_items(unit, hospitals_in_care(unit.actor))
        known = await cards(unit, {item.consent.client_id for item in items})
    shown = [(item, known[item.consent.client_id]) for item in items if item.consent.client_id in known]
    return render(request, "consents/due.html", {"shown": shown})


ROUTES = [signed_in("/consents/due", page)]
