"""The second step of signing in: a code; and before that, getting an authenticator."""

import segno
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coord.identity.factor import (
    EnrolFactor,
    Enrolled,
    ProveFactor,
    confirm_enrolment,
    confirmation_of,
    prove_factor,
    start_enrolment,
)
from coord.kernel.errors import Conflict, Invalid, Unauthenticated
from web import session
from web.forms import Form, read_form
from web.keeping import safe_next
from web.page import PRIVATE, go, render
from web.routes import public
from web.sign_in import again_onward, code_asked, code_asked_again, onward_from


async def code_page(request: Request) -> Response:
    """Ask for the code; whoever needs none goes on."""
    onward = safe_next(request.query_params.get("next", ""))
    if await session.missing_of(request) is None:
        return RedirectResponse(onward, 303, PRIVATE)
    return await code_asked(request, session.secret_of(request), Form.of(next=onward))


async def submit_code(request: Request) -> Response:
    """Check the code; the session is complete under a new value."""
    await session.missing_of(request)
    form, old = await read_form(request), session.secret_of(request)
    try:
        secret = await prove_factor(old, ProveFactor.parse(form.raw(ProveFactor)))
    except Invalid as refusal:
        return await code_asked(request, old, form.refused(refusal), 422)
    response = await onward_from(request, secret, form)
    session.start(response, secret)
    return response


async def submit_code_again(request: Request) -> Response:
    """The same inside the dialog over a page whose session ended."""
    form, old = await read_form(request), session.secret_of(request)
    try:
        secret = await prove_factor(old, ProveFactor.parse(form.raw(ProveFactor)))
    except Invalid as refusal:
        return await code_asked_again(request, old, form.refused(refusal), 422)
    response = await again_onward(request, secret)
    session.start(response, secret)
    return response


async def check_may_enrol(request: Request) -> None:
    """Those who are signed in, and those who must enrol to be. Raises ``Unauthenticated`` for everybody else."""
    if await session.person_of(request) is None and await session.missing_of(request) is None:
        raise Unauthenticated


async def _enrolment(request: Request, form: Form, status: int = 200) -> Response:
    secret = session.secret_of(request)
    begun = await start_enrolment(secret, form.value("sealed"))
    context = {
        "form": form,
        # White behind it also on a dark page: cameras need the contrast.
        "picture": segno.make(begun.uri, error="m").svg_data_uri(scale=5, border=3, light="white"),
        "sealed": begun.sealed,
        "secret": " ".join(begun.secret[i : i + 4] for i in range(0, len(begun.secret), 4)),
        "next": safe_next(form.value("next")),
        "has_passkeys": (await confirmation_of(secret)).has_passkeys,
    }
    return render(request, "sign_in/enrol.html", context, status=status)


async def enrol_page(request: Request) -> Response:
    """The picture for the authenticator app, and the field for its first code."""
    await check_may_enrol(request)
    try:
        return await _enrolment(request, Form.of(next=request.query_params.get("next", "")))
    except Conflict:
        return RedirectResponse("/me/security", 303, PRIVATE)


async def enrol(request: Request) -> Response:
    """Check the first code; show the recovery codes, on this one answer and nowhere else."""
    await check_may_enrol(request)
    form = await read_form(request)
    try:
        made = await confirm_enrolment(session.secret_of(request), EnrolFactor.parse(form.raw(EnrolFactor)))
    except Invalid as refusal:
        return await _enrolment(request, form.refused(refusal), 422)
    return enrolled(request, form, made)


def enrolled(request: Request, form: Form, made: Enrolled) -> Response:
    """After a new second factor: the recovery codes of who had none, else the page that was wanted."""
    onward = safe_next(form.value("next"))
    if made.recovery_codes:
        context = {"codes": made.recovery_codes, "next": onward}
        response: Response = render(request, "sign_in/recovery_codes.html", context)
    else:
        response = go(request, onward, said="security.factor_added")
    session.start(response, made.session)
    return response


ROUTES = [
    public("/sign-in/code", code_page),
    public("/sign-in/code", submit_code, "POST"),
    public("/sign-in/again/code", submit_code_again, "POST"),
    public("/sign-in/enrol", enrol_page),
    public("/sign-in/enrol", enrol, "POST"),
]
