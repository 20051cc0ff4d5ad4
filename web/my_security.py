"""My account's protection: password, authenticator, the browsers that are signed in."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.identity.factor import ProveFactor, drop_factor, new_recovery, security_of
from coord.identity.inputs import ChangePassword
from coord.identity.passkeys import NamePasskey, name_passkey, remove_passkey
from coord.identity.sessions import change_password, end_other_sessions, end_session, list_sessions
from coord.kernel.errors import Invalid
from coord.work import begin
from web import session
from web.desk import id_of
from web.devices import device_name
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of, secret_of, session_of
from web.words import speak


async def page(request: Request) -> Response:
    """Everything about who else could be me."""
    return await _page(request, {})


async def _page(request: Request, forms: dict[str, Form], status: int = 200) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        sessions, security = await list_sessions(unit), await security_of(unit)
    context = {
        "password_form": forms.get("password", Form()),
        "factor_form": forms.get("factor", Form()),
        "passkey_form": forms.get("passkey", Form()),
        "security": security,
        "devices": [(found, device_name(found.device)) for found in sessions],
        "this": session_of(request),
    }
    return render(request, "me/security.html", context, status=status)


async def new_password(request: Request) -> Response:
    """Change the password; the other browsers are signed out."""
    form = await read_form(request)
    try:
        given = ChangePassword.parse(form.raw(ChangePassword))
        await change_password(actor_of(request), given, session_of(request))
    except Invalid as refusal:
        return await _page(request, {"password": form.refused(refusal)}, 422)
    return go(request, "/me/security", said="security.password_changed")


async def recovery(request: Request) -> Response:
    """New recovery codes, shown on this one answer."""
    codes = await new_recovery(secret_of(request))
    return render(request, "sign_in/recovery_codes.html", {"codes": codes, "next": "/me/security"})


async def drop(request: Request) -> Response:
    """Take another authenticator: the present one is forgotten first."""
    form = await read_form(request)
    try:
        await drop_factor(secret_of(request), ProveFactor.parse(form.raw(ProveFactor)))
    except Invalid as refusal:
        return await _page(request, {"factor": form.refused(refusal)}, 422)
    return go(request, "/sign-in/enrol?next=/me/security")


def _key_of(request: Request) -> UUID:
    return id_of(request.path_params["key"])


async def rename_passkey(request: Request) -> Response:
    """Call a passkey something else."""
    form = await read_form(request)
    try:
        await name_passkey(secret_of(request), _key_of(request), NamePasskey.parse(form.raw(NamePasskey)))
    except Invalid as refusal:
        return await _page(request, {"passkey": form.refused(refusal)}, 422)
    return go(request, "/me/security#passkeys", said="passkey.renamed")


async def drop_passkey(request: Request) -> Response:
    """Take a passkey away; where that was the last second factor, another one may be asked for at once."""
    await remove_passkey(secret_of(request), _key_of(request))
    return go(request, "/me/security", said="passkey.removed")


async def end_device(request: Request) -> Response:
    """Sign one browser out; this one leaves for the sign-in page."""
    ended = id_of(request.path_params["device"])
    async with begin(actor_of(request)) as unit:
        await end_session(unit, ended)
    if ended != session_of(request):
        return go(request, "/me/security", said="security.device_ended")
    response = go(request, "/sign-in", said="sign_in.left")
    session.end(response)
    return response


async def end_others(request: Request) -> Response:
    """Sign every other browser out."""
    async with begin(actor_of(request)) as unit:
        await end_other_sessions(unit, session_of(request))
    return go(request, "/me/security", said="security.others_ended")


ROUTES = [
    signed_in("/me/security", page),
    signed_in("/me/security/password", new_password, "POST"),
    signed_in("/me/security/recovery", recovery, "POST"),
    signed_in("/me/security/drop", drop, "POST"),
    signed_in("/me/security/passkeys/{key}/name", rename_passkey, "POST"),
    signed_in("/me/security/passkeys/{key}/remove", drop_passkey, "POST"),
    signed_in("/me/security/others/end", end_others, "POST"),
    signed_in("/me/security/devices/{device}/end", end_device, "POST"),
]
