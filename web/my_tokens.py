"""My API tokens: making one, which is shown once, and taking one back."""

from starlette.requests import Request
from starlette.responses import Response

from coord.access import TokenScope
from coord.identity import CreateToken, create_token, list_tokens, revoke_token
from coord.kernel.clock import now
from coord.kernel.errors import Invalid
from coord.work import begin
from web.desk import id_of
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of, session_of
from web.words import speak, t

_DAYS = ("30", "90", "365")
_SCOPES = {TokenScope.READ: "tokens.may_read", TokenScope.WRITE: "tokens.write"}


async def page(request: Request) -> Response:
    """The tokens of one's account, and the form of a new one for those who may make them."""
    return await _page(request, Form.of(days="90", scopes=TokenScope.READ.value))


async def _page(request: Request, form: Form, status: int = 200, *, secret: str = "") -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        tokens = await list_tokens(unit)
    context = {
        "form": form,
        "lifetimes": [(days, t("me.token_days", n=int(days))) for days in _DAYS],
        "scopes": [(scope.value, t(word)) for scope, word in _SCOPES.items()],
        "tokens": [token for token in tokens if token.revoked_at is None],
        "now": now(),
        "secret": secret,
    }
    return render(request, "me/tokens.html", context, status=status)


async def make(request: Request) -> Response:
    """Make a token. Its value stands on this one answer and nowhere else."""
    form = await read_form(request)
    try:
        # No box ticked is an answer too, and not the same as none given.
        given = CreateToken.parse({**form.raw(CreateToken), "scopes": form.values("scopes")})
        async with begin(actor_of(request)) as unit:
            secret = await create_token(unit, session_of(request), given)
    except Invalid as refusal:
        return await _page(request, form.refused(refusal), 422)
    return await _page(request, Form.of(days="90", scopes=TokenScope.READ.value), 201, secret=secret)


async def take_back(request: Request) -> Response:
    """Take a token back."""
    async with begin(actor_of(request)) as unit:
        await revoke_token(unit, id_of(request.path_params["token"]))
    return go(request, "/me/tokens", said="me.token_revoked")


ROUTES = [
    signed_in("/me/tokens", page),
    signed_in("/me/tokens", make, "POST"),
    signed_in("/me/tokens/{token}/revoke", take_back, "POST"),
]
