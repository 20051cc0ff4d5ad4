"""My account: language, appearance, API tokens, signing out."""

from starlette.requests import Request
from starlette.responses import Response

from coord.identity import CreateToken, Preferences, change_preferences, create_token, list_tokens, revoke_token
from coord.kernel.clock import now
from coord.kernel.errors import Invalid
from coord.language import LANGUAGES
from coord.work import begin
from web.desk import id_of
from web.forms import Form, read_form
from web.navigation import places_of
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of, known_person
from web.words import speak, t

_THEMES = ("auto", "light", "dark")
_DAYS = ("30", "90", "365")


async def page(request: Request) -> Response:
    """Everything about one's own account."""
    return await _page(request, None)


async def _page(request: Request, form: Form | None, status: int = 200, *, secret: str = "") -> Response:
    speak(language_of(request))
    person = known_person(request)
    theme = person.theme if person else "auto"
    actor = actor_of(request)
    async with begin(actor, read_only=True) as unit:
        tokens = await list_tokens(unit)
    context = {
        "form": form or Form.of(language=actor.language, theme=theme, days="90"),
        "languages": list(LANGUAGES.items()),
        "themes": [(theme, t(f"me.theme.{theme}")) for theme in _THEMES],
        "lifetimes": [(days, t("me.token_days", n=int(days))) for days in _DAYS],
        "tokens": [token for token in tokens if token.revoked_at is None],
        "now": now(),
        "secret": secret,
        "more": [place for place in places_of(actor) if place.path != "/me"],
    }
    return render(request, "me/page.html", context, status=status)


async def preferences(request: Request) -> Response:
    """Change language and appearance; the next page already has them."""
    form = await read_form(request)
    async with begin(actor_of(request)) as unit:
        await change_preferences(unit, Preferences.parse(form.raw(Preferences)))
    return go(request, "/me", said="me.saved")


async def make_token(request: Request) -> Response:
    """Make a token. Its value stands on this one answer and nowhere else."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            secret = await create_token(unit, CreateToken.parse(form.raw(CreateToken)))
    except Invalid as refusal:
        person = known_person(request)
        shown = form.but(language=language_of(request), theme=person.theme if person else "auto")
        return await _page(request, shown.refused(refusal), 422)
    return await _page(request, None, 201, secret=secret)


async def end_token(request: Request) -> Response:
    """Take a token back."""
    async with begin(actor_of(request)) as unit:
        await revoke_token(unit, id_of(request.path_params["token"]))
    return go(request, "/me", said="me.token_revoked")


ROUTES = [
    signed_in("/me", page),
    signed_in("/me/preferences", preferences, "POST"),
    signed_in("/me/tokens", make_token, "POST"),
    signed_in("/me/tokens/{token}/revoke", end_token, "POST"),
]
