"""Signing in and out, and a visitor's language."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coord.identity import SignIn, sign_in, sign_out
from coord.identity.rules import Step
from coord.identity.signing_in import Started
from coord.kernel.errors import Invalid, Problem
from coord.language import LANGUAGES
from coord.settings import settings
from web import session
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
    return render(request, "sign_in/page.html", {"form": Form(), "next": onward, "kept": ""})


async def _started(request: Request, form: Form) -> Started:
    """Sign in; where the request comes from is read from it, never from the form."""
    came = {
        "device": request.headers.get("user-agent", "")[:_DEVICE_LENGTH],
        "address": request.client.host if request.client else "",
        "known_device": session.device_of(request),
    }
    return await sign_in(SignIn.parse({**form.raw(SignIn), **came}))


async def submit(request: Request) -> Response:
    """Check the password; a form that was interrupted by the end of a session is offered again."""
    form = await read_form(request)
    try:
        started = await _started(request, form)
    except Invalid as refusal:
        context = {
            "form": form.refused(refusal),
            "next": safe_next(form.value("next")),
            "kept": form.value("kept"),
        }
        return render(request, "sign_in/page.html", context, status=422)
    response = await onward_from(request, started.session, form)
    await _replace_session(request, response, started)
    return response


async def onward_from(request: Request, secret: str, form: Form) -> Response:
    """After a step of signing in: the step that is missing, else the kept form, else the page that was wanted."""
    if missing := await session.step_of(secret):
        if missing.step is Step.CODE and form.value("kept"):
            context = {"form": Form(), "next": "", "kept": form.value("kept")}
            return render(request, "sign_in/code.html", context)
        query = urlencode({"next": safe_next(form.value("next"))})
        return RedirectResponse(f"{session.step_path(missing.step)}?{query}", 303, PRIVATE)
    if form.value("kept"):
        return render(request, "sign_in/carry_on.html", {"kept": kept(form.value("kept"))})
    return RedirectResponse(safe_next(form.value("next")), 303, PRIVATE)


async def _replace_session(request: Request, response: Response, started: Started) -> None:
    """A new value at each sign-in; the old one ends."""
    if old := session.secret_of(request):
        await sign_out(old)
    session.start(response, started.session)
    if started.device:
        session.remember_device(response, started.device)


async def dialog(request: Request) -> Response:
    """The form inside a dialog, over a page whose session ended."""
    return render(request, "sign_in/again.html", {"form": Form()}, block="dialog")


async def submit_dialog(request: Request) -> Response:
    """Sign in without leaving the page: what was typed is still there, to be saved again."""
    form = await read_form(request)
    try:
        started = await _started(request, form)
    except Invalid as refusal:
        return render(request, "sign_in/again.html", {"form": form.refused(refusal)}, block="dialog", status=422)
    response = await again_onward(request, started.session)
    await _replace_session(request, response, started)
    return response


async def again_onward(request: Request, secret: str) -> Response:
    """After a step inside the dialog: its next step, or back to the page."""
    missing = await session.step_of(secret)
    if request.headers.get("HX-Request") != "true" or (missing and missing.step is Step.ENROL):
        return go(request, session.step_path(missing.step) if missing else "/")
    if missing:
        return render(request, "sign_in/again_code.html", {"form": Form()}, block="dialog")
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
    response.set_cookie("language", chosen, max_age=_YEAR, samesite="lax", secure=settings().is_production)
    return response


ROUTES = [
    public("/sign-in", form_page),
    public("/sign-in", submit, "POST"),
    public("/sign-in/again", dialog),
    public("/sign-in/again", submit_dialog, "POST"),
    public("/language", language, "POST"),
    signed_in("/sign-out", leave, "POST"),
]
