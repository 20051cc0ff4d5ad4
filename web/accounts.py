"""Somebody's account, for the administrator: roles, last sign-in, signing out everywhere, closing, opening."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.access import Actor
from coord.kernel.errors import Conflict, Invalid
from coord.people.accounts import account, close_account, open_account, sign_out_everywhere, take_factor
from coord.people.inputs import TakeFactor
from coord.work import begin
from web.desk import id_of
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of, session_of
from web.words import speak

_PATH = "/administration/people/{person}"


async def page(request: Request) -> Response:
    """One person of the directories that the actor administers."""
    return await _page(request, Form())


async def _page(request: Request, form: Form, status: int = 200) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        found = await account(unit, _person_of(request))
    return render(request, "administration/account.html", {"account": found, "form": form}, status=status)


def _person_of(request: Request) -> UUID:
    return id_of(request.path_params["person"])


async def _done(request: Request, act: Callable[[Actor, UUID], Awaitable[None]], said: str) -> Response:
    person = _person_of(request)
    try:
        await act(actor_of(request), person)
    except Conflict as refusal:
        return await _page(request, Form().refused(refusal), 409)
    return go(request, f"/administration/people/{person}", said=said)


async def sign_out(request: Request) -> Response:
    """End all browsers of the person."""
    return await _done(request, sign_out_everywhere, said="account.signed_out")


async def close(request: Request) -> Response:
    """Close the account."""
    return await _done(request, close_account, said="account.closed_now")


async def open_again(request: Request) -> Response:
    """Open the account again."""
    return await _done(request, open_account, said="account.opened")


async def lost_factor(request: Request) -> Response:
    """Take a lost second factor away."""
    person, form = _person_of(request), await read_form(request)
    try:
        given = TakeFactor.parse(form.raw(TakeFactor))
        await take_factor(actor_of(request), session_of(request), person, given)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, f"/administration/people/{person}", said="account.factor_taken")


ROUTES = [
    signed_in(_PATH, page),
    signed_in(f"{_PATH}/sign-out", sign_out, "POST"),
    signed_in(f"{_PATH}/close", close, "POST"),
    signed_in(f"{_PATH}/open", open_again, "POST"),
    signed_in(f"{_PATH}/factor", lost_factor, "POST"),
]
