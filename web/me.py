"""My account: language, appearance, what leads on from there, signing out."""

from starlette.requests import Request
from starlette.responses import Response

from coord.identity import Preferences, change_preferences
from coord.language import LANGUAGES
from coord.work import begin
from web.forms import Form, read_form
from web.navigation import places_of
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of, known_person
from web.words import speak, t

_THEMES = ("auto", "light", "dark")


async def page(request: Request) -> Response:
    """Everything about one's own account."""
    speak(language_of(request))
    person = known_person(request)
    theme = person.theme if person else "auto"
    actor = actor_of(request)
    context = {
        "form": Form.of(language=actor.language, theme=theme),
        "languages": list(LANGUAGES.items()),
        "themes": [(theme, t(f"me.theme.{theme}")) for theme in _THEMES],
        "more": [place for place in places_of(actor) if place.path != "/me"],
    }
    return render(request, "me/page.html", context)


async def preferences(request: Request) -> Response:
    """Change language and appearance; the next page already has them."""
    form = await read_form(request)
    async with begin(actor_of(request)) as unit:
        await change_preferences(unit, Preferences.parse(form.raw(Preferences)))
    return go(request, "/me", said="me.saved")


ROUTES = [
    signed_in("/me", page),
    signed_in("/me/preferences", preferences, "POST"),
]
