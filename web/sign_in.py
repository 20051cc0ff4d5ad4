"""Signing in and out, and a visitor's language."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coord.identity import SignIn, sign_in, sign_out
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
    return render(request, "sign_in/page.html", {"form": Form(), "next": onward, "kept": ""})


async def _secret_of(request: Request, form: Form) -> str:
    device = request.headers.get("user-agent", "")[:_DEVICE_LENGTH]
    return await sign_in(SignIn.parse({**form.raw(SignIn), "device": device}))


async def submit(request: Request) -> Response:
    """Check the password; a form that was interrupted by the end of a session is offered again."""
    form = await read_form(request)
    try:
        secret = await _secret_of(request, form)
    except Invalid as refusal:
        context = {
            "form": form.refused(refusal),
            "next": safe_next(form.value("next")),
            "kept": form.value("kept"),
        }
        return render(request, "sign_in/page.html", context, status=422)
    response: Response
    if form.value("kept"):
        response = render(request, "sign_in/carry_on.html", {"kept": kept(form.value("kept"))})
    else:
        response = RedirectResponse(safe_next(form.value("next")), 303, PRIVATE)
    await _replace_session(request, response, secret)
    return response


async def _replace_session(request: Request, response: Response, secret: str) -> None:
    """A new value at each sign-in; the old one ends."""
    if old := request.cookies.get(session.cookie_name()):
        await sign_out(old)
    session.start(response, secret)


async def dialog(request: Request) -> Response:
    """The form inside a dialog, over a page whose session ended."""
    return render(request, "sign_in/again.html", {"form": Form()}, block="dialog")


async def submit_dialog(request: Request) -> Response:
    """Sign in without leaving the page: what was typed is still there, to be saved again."""
    form = await read_form(request)
    try:
        secret = await _secret_of(request, form)
    except Invalid as refusal:
        return render(request, "sign_in/again.html", {"form": form.refused(refusal)}, block="dialog", status=422)
    is_htmx = request.headers.get("HX-Request") == "true"
    response = stay(request, "sign_in.again_done", close=True) if is_htmx else RedirectResponse("/", 303, PRIVATE)
    await _replace_session(request, response, secret)
    return response


async def leave(request: Request) -> Response:
    """Sign out of this device."""
    await sign_out(request.cookies.get(session.cookie_name(), ""))
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
