"""Signing in and out, and a visitor's language."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coord.identity import SignIn, sign_in, sign_out
from coord.identity.factor import confirmation_of
from coord.identity.rules import Step
from coord.identity.signing_in import Started
from coord.kernel.errors import Invalid, Problem
from coord.language import LANGUAGES
from coord.settings import settings
from web import session
from web.cookies import own_name
from web.forms import Form, read_form
from web.keeping import kept, safe_next
from web.page import PRIVATE, go, render, stay
from web.routes import public, signed_in

_YEAR = 365 * 24 * 3600
_DEVICE_LENGTH = 200


async def form_page(request: Request) -> Response:
    """The form; people who are signed in already go on."""
    onward = safe_next(request.query_params.get("next", ""))
    if await session.person_of(request) is not None:
        return RedirectResponse(onward, 303, PRIVATE)
    if missing := await session.missing_of(request):
        return RedirectResponse(f"{session.step_path(missing.step)}?{urlencode({'next': onward})}", 303, PRIVATE)
    return sign_in_asked(request, Form.of(next=onward))


def sign_in_asked(request: Request, form: Form, status: int = 200) -> Response:
    """The page that asks for the password, or for a passkey where there can be one."""
    context = {"form": form, "next": safe_next(form.value("next")), "kept": form.value("kept")}
    return render(request, "sign_in/page.html", context, status=status)


def dialog_asked(request: Request, form: Form, status: int = 200) -> Response:
    """The same inside a dialog."""
    return render(request, "sign_in/again.html", {"form": form}, block="dialog", status=status)


async def code_asked(request: Request, secret: str, form: Form, status: int = 200) -> Response:
    """The page of the second step, for the holder of a session that lacks it."""
    context = {"form": form, "next": safe_next(form.value("next")), "kept": form.value("kept")}
    ways = await confirmation_of(secret)
    return render(request, "sign_in/code.html", {**context, "has_passkeys": ways.has_passkeys}, status=status)


async def code_asked_again(request: Request, secret: str, form: Form, status: int = 200) -> Response:
    """The same inside a dialog."""
    context = {"form": form, "has_passkeys": (await confirmation_of(secret)).has_passkeys}
    return render(request, "sign_in/again_code.html", context, block="dialog", status=status)


def came_from(request: Request) -> dict[str, str]:
    """Where a sign-in comes from: read from the request, never from the form."""
    return {
        "device": request.headers.get("user-agent", "")[:_DEVICE_LENGTH],
        "address": request.client.host if request.client else "",
        "known_device": session.device_of(request),
    }


async def _started(request: Request, form: Form) -> Started:
    return await sign_in(SignIn.parse({**form.raw(SignIn), **came_from(request)}))


async def submit(request: Request) -> Response:
    """Check the password; a form that was interrupted by the end of a session is offered again."""
    form = await read_form(request)
    try:
        started = await _started(request, form)
    except Invalid as refusal:
        return sign_in_asked(request, form.refused(refusal), 422)
    response = await onward_from(request, started.session, form)
    await replace_session(request, response, started)
    return response


async def onward_from(request: Request, secret: str, form: Form) -> Response:
    """After a step of signing in: the step that is missing, else the kept form, else the page that was wanted."""
    if missing := await session.step_of(secret):
        if missing.step is Step.CODE and form.value("kept"):
            return await code_asked(request, secret, Form.of(kept=form.value("kept")))
        query = urlencode({"next": safe_next(form.value("next"))})
        return RedirectResponse(f"{session.step_path(missing.step)}?{query}", 303, PRIVATE)
    if form.value("kept"):
        return render(request, "sign_in/carry_on.html", {"kept": kept(form.value("kept"))})
    return RedirectResponse(safe_next(form.value("next")), 303, PRIVATE)


async def replace_session(request: Request, response: Response, started: Started) -> None:
    """A new value at each sign-in; the old one ends."""
    if old := session.secret_of(request):
        await sign_out(old)
    session.start(response, started.session)
    if started.device:
        session.remember_device(response, started.device)


async def dialog(request: Request) -> Response:
    """The form inside a dialog, over a page whose session ended."""
    return dialog_asked(request, Form())


async def submit_dialog(request: Request) -> Response:
    """Sign in without leaving the page: what was typed is still there, to be saved again."""
    form = await read_form(request)
    try:
        started = await _started(request, form)
    except Invalid as refusal:
        return dialog_asked(request, form.refused(refusal), 422)
    response = await again_onward(request, started.session)
    await replace_session(request, response, started)
    return response


async def again_onward(request: Request, secret: str) -> Response:
    """After a step inside the dialog: its next step, or back to the page."""
    missing = await session.step_of(secret)
    if request.headers.get("HX-Request") != "true" or (missing and missing.step is Step.ENROL):
        return go(request, session.step_path(missing.step) if missing else "/")
    if missing:
        return await code_asked_again(request, secret, Form())
    return stay(request, "sign_in.again_done", close=True)


async def leave(request: Request) -> Response:
    """Sign out of this device."""
    await sign_out(session.secret_of(request))
    response = go(request, "/sign-in", said="sign_in.left")
    session.end(response)
    return response


async def language(request: Request) -> Response:
    """A visitor chooses a language; members keep theirs in their account."""
    form = await read_form(request)
    chosen = form.value("language")
    if chosen not in LANGUAGES:
        raise Invalid(Problem("language", "NOT_A_CHOICE"))
    onward = form.value("next") if form.value("next") in {"/", "/sign-in"} else "/"
    response = RedirectResponse(onward, 303, PRIVATE)
    response.set_cookie(
        own_name("language"), chosen, max_age=_YEAR, samesite="lax", httponly=True, secure=settings().is_production
    )
    return response


ROUTES = [
    public("/sign-in", form_page),
    public("/sign-in", submit, "POST"),
    public("/sign-in/again", dialog),
    public("/sign-in/again", submit_dialog, "POST"),
    public("/language", language, "POST"),
    signed_in("/sign-out", leave, "POST"),
]
