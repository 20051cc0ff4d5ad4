"""Passkeys: what the browser is asked, and what it answers. Pages that offer them work without, by codes."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from coord.identity.passkeys import (
    EnrolPasskey,
    Purpose,
    ShowPasskey,
    SignInByPasskey,
    ask_again,
    ask_anybody,
    ask_for_new,
    check_offer,
    confirm_by_passkey,
    enrol_passkey,
    prove_by_passkey,
    sign_in_by_passkey,
)
from coord.identity.rules import new_secret
from coord.kernel.errors import Invalid
from web import confirming, second_factor, session
from web.devices import device_name
from web.forms import Form, read_form
from web.keeping import safe_next
from web.page import PRIVATE, render
from web.routes import public
from web.sign_in import (
    again_onward,
    came_from,
    code_asked,
    code_asked_again,
    dialog_asked,
    onward_from,
    replace_session,
    sign_in_asked,
)


def _question(options: str) -> Response:
    return Response(options, headers=PRIVATE, media_type="application/json")


async def ask_visitor(_: Request) -> Response:
    """A question to a browser in which nobody is signed in, which is known by a cookie of its own."""
    ticket = new_secret()
    response = _question(await ask_anybody(ticket))
    session.give_ticket(response, ticket)
    return response


async def ask_for_code(request: Request) -> Response:
    """A question instead of a code."""
    return _question(await ask_again(session.secret_of(request), Purpose.PROVE))


async def ask_to_confirm(request: Request) -> Response:
    """A question instead of password and code."""
    return _question(await ask_again(session.secret_of(request), Purpose.CONFIRM))


async def ask_to_make(request: Request) -> Response:
    """What the browser needs to make a passkey."""
    return _question(await ask_for_new(session.secret_of(request)))


async def _signed_in(request: Request, form: Form, onward: Callable[[str], Awaitable[Response]]) -> Response:
    ticket = {"ticket": session.ticket_of(request), **came_from(request)}
    started = await sign_in_by_passkey(SignInByPasskey.parse({**form.raw(ShowPasskey), **ticket}))
    response = await onward(started.session)
    await replace_session(request, response, started)
    return response


async def sign_in(request: Request) -> Response:
    """Both steps at once."""
    form = await read_form(request)
    try:
        return await _signed_in(request, form, lambda secret: onward_from(request, secret, form))
    except Invalid as refusal:
        return sign_in_asked(request, form.refused(refusal), 422)


async def sign_in_again(request: Request) -> Response:
    """The same inside the dialog over a page whose session ended."""
    form = await read_form(request)
    try:
        return await _signed_in(request, form, lambda secret: again_onward(request, secret))
    except Invalid as refusal:
        return dialog_asked(request, form.refused(refusal), 422)


async def prove(request: Request) -> Response:
    """The second step."""
    await session.missing_of(request)
    form, old = await read_form(request), session.secret_of(request)
    try:
        secret = await prove_by_passkey(old, ShowPasskey.parse(form.raw(ShowPasskey)))
    except Invalid as refusal:
        return await code_asked(request, old, form.refused(refusal), 422)
    response = await onward_from(request, secret, form)
    session.start(response, secret)
    return response


async def prove_again(request: Request) -> Response:
    """The second step inside the dialog."""
    form, old = await read_form(request), session.secret_of(request)
    try:
        secret = await prove_by_passkey(old, ShowPasskey.parse(form.raw(ShowPasskey)))
    except Invalid as refusal:
        return await code_asked_again(request, old, form.refused(refusal), 422)
    response = await again_onward(request, secret)
    session.start(response, secret)
    return response


async def confirm(request: Request) -> Response:
    """Being asked again who one is."""
    form = await read_form(request)
    try:
        secret = await confirm_by_passkey(session.secret_of(request), ShowPasskey.parse(form.raw(ShowPasskey)))
    except Invalid as refusal:
        return await confirming.asked(request, form.refused(refusal), 422)
    return confirming.carry_on(request, form, secret)


async def enrol_page(request: Request) -> Response:
    """A name for the new passkey, and the button that makes it."""
    await second_factor.check_may_enrol(request)
    form = Form.of(next=request.query_params.get("next", ""), name=device_name(request.headers.get("user-agent", "")))
    return await _offered(request, form)


async def _offered(request: Request, form: Form, status: int = 200) -> Response:
    await check_offer(session.secret_of(request))
    context = {"form": form, "next": safe_next(form.value("next"))}
    return render(request, "sign_in/passkey.html", context, status=status)


async def enrol(request: Request) -> Response:
    """Keep a new passkey; recovery codes are shown with the first, on this one answer and nowhere else."""
    await second_factor.check_may_enrol(request)
    form = await read_form(request)
    try:
        given = EnrolPasskey.parse(form.raw(EnrolPasskey))
        made = await enrol_passkey(session.secret_of(request), given)
    except Invalid as refusal:
        return await _offered(request, form.refused(refusal), 422)
    return second_factor.enrolled(request, form, made)


ROUTES = [
    public("/sign-in/passkey/ask", ask_visitor, "POST"),
    public("/sign-in/passkey", sign_in, "POST"),
    public("/sign-in/again/passkey", sign_in_again, "POST"),
    public("/sign-in/code/ask", ask_for_code, "POST"),
    public("/sign-in/code/passkey", prove, "POST"),
    public("/sign-in/again/code/passkey", prove_again, "POST"),
    public("/confirm/ask", ask_to_confirm, "POST"),
    public("/confirm/passkey", confirm, "POST"),
    public("/sign-in/enrol/passkey", enrol_page),
    public("/sign-in/enrol/passkey/ask", ask_to_make, "POST"),
    public("/sign-in/enrol/passkey", enrol, "POST"),
]
