"""Refusals and failures as answers: the same sentences for pages and for htmx."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coord.kernel.errors import (
    Conflict,
    Erased,
    Invalid,
    NotAllowed,
    NotConfirmed,
    NotFound,
    TooOften,
    TooSlow,
    Unauthenticated,
    Unavailable,
)
from coord.kernel.incidents import note_refusal
from web.confirming import ask
from web.forms import Form, read_form
from web.keeping import keep, keep_path
from web.page import PRIVATE, language_of, render, wants_fragment
from web.session import person_of
from web.words import day, speak

Handler = Callable[[Request, Exception], Awaitable[Response]]
_log = structlog.get_logger("web")
_PAGES = frozenset({400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503})
_RETRY_SECONDS = "5"


async def _known(request: Request) -> None:
    """Find the person for the language and menu of an error page; not when the database is away."""
    try:
        await person_of(request)
    except Unavailable:
        request.state.person = None


async def answer(request: Request, status: int, sentence: str | None = None) -> Response:
    """An error page, or for htmx a toast with the same sentence; what is on the screen stays."""
    await _known(request)
    shown = status if status in _PAGES else 500
    words = speak(language_of(request))
    text = sentence or words(f"error.{shown}.text")
    headers = {"Retry-After": _RETRY_SECONDS} if status in {429, 503} else {}
    if wants_fragment(request):
        events = {"toast": {"text": text, "bad": True}, **({"refresh": True} if status == 409 else {})}  # noqa: PLR2004 -- HTTP's own number
        headers |= {"HX-Trigger": json.dumps(events, ensure_ascii=True), **PRIVATE}
        return Response(status_code=status, headers=headers)
    page = render(request, "errors/error.html", {"status": shown, "text": text}, status=status)
    page.headers.update(headers)
    return page


async def _invalid(request: Request, error: Exception) -> Response:
    await _known(request)
    first = cast("Invalid | Conflict", error).problems[0]
    sentence = speak(language_of(request)).problem(first)
    return await answer(request, 409 if isinstance(error, Conflict) else 422, sentence)


async def _too_often(request: Request, error: Exception) -> Response:
    """429, and when it may be tried again, for the reader and for machines."""
    note_refusal(error)
    await _known(request)
    refused = cast("TooOften", error)
    response = await answer(request, 429, speak(language_of(request)).problem(refused.problems[0]))
    response.headers["Retry-After"] = str(refused.seconds)
    return response


async def _not_allowed(request: Request, error: Exception) -> Response:
    note_refusal(error)
    await _known(request)
    return await answer(request, 403, speak(language_of(request)).refusal(cast("NotAllowed", error)))


async def _not_found(request: Request, error: Exception) -> Response:
    note_refusal(error)
    return await answer(request, 404)


async def _erased(request: Request, error: Exception) -> Response:
    """A tombstone: nothing but the day and the ground."""
    await _known(request)
    gone, words = cast("Erased", error), speak(language_of(request))
    basis = words(f"erasure_basis.{gone.basis}")
    return await answer(request, 410, words("erasure.tombstone", day=day(gone.day), basis=basis))


async def _unauthenticated(request: Request, _: Exception) -> Response:
    """Ask to sign in and lose nothing: htmx keeps the page, a posted form is carried through sign-in."""
    request.state.person = None
    if "X-Quiet" in request.headers:
        # A poll that nobody watches must not open a dialog again and again.
        return Response(status_code=204, headers=PRIVATE)
    if wants_fragment(request):
        return Response(status_code=401, headers={"HX-Trigger": json.dumps({"sessionExpired": True}), **PRIVATE})
    # A file cannot be carried through sign-in: it is chosen again.
    has_file = request.headers.get("content-type", "").startswith("multipart/")
    if request.method in {"GET", "HEAD"} or has_file:
        return RedirectResponse(f"/sign-in?{keep_path(request)}", 303, PRIVATE)
    kept = keep(request.url.path, (await read_form(request)).fields)
    return render(request, "sign_in/page.html", {"form": Form(), "next": "", "kept": kept}, status=401)


async def _unavailable(request: Request, error: Exception) -> Response:
    _log.error("database_away", cause=str(error))
    request.state.person = None
    return await answer(request, 503)


async def _too_slow(request: Request, _: Exception) -> Response:
    """A statement was ended for its time: the database works, this question is too large."""
    _log.warning("too_slow")
    return await answer(request, 503, speak(language_of(request))("error.too_slow"))


async def _http(request: Request, error: Exception) -> Response:
    refused = cast("HTTPException", error)
    response = await answer(request, refused.status_code)
    response.headers.update(refused.headers or {})
    return response


class Failures:
    """Pure ASGI: whatever nobody expected becomes a 500 page inside our headers; its trace stays in the log."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer for it when it fails before it answered."""
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except ClientDisconnect:
            # Whoever asked has gone while they were still sending: nothing has failed, and nobody waits for an answer.
            _log.info("client_gone")
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            _log.exception("failed", kind=type(error).__name__)
            response = await answer(Request(scope, receive), 500)
            await response(scope, receive, send)


HANDLERS: Mapping[Any, Handler] = {
    Invalid: _invalid,
    TooOften: _too_often,
    Conflict: _invalid,
    NotAllowed: _not_allowed,
    Erased: _erased,
    NotFound: _not_found,
    NotConfirmed: ask,
    Unauthenticated: _unauthenticated,
    Unavailable: _unavailable,
    TooSlow: _too_slow,
    HTTPException: _http,
}
