"""Referrals as FHIR over plain HTTP: a bundle to fetch, and a door for bundles of partners' systems.

What is wrong is said as an OperationOutcome, in the language of whoever asks.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.access import Actor
from coord.exchange import TakeBundle, exchanged, take_bundle
from coord.exchange.documents import JSON, MAX_BYTES, XML, to_json, to_xml
from coord.kernel.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Problem,
    TooOften,
    Unauthenticated,
    Unavailable,
)
from coord.language import Words, words
from coord.work import begin
from schema.budget import Budget
from schema.context import actor_of
from schema.requests import language_of

PRICE_OUT, PRICE_IN = 300, 1000
_FORMS: Mapping[str, str] = {"json": JSON, "xml": XML}
_IS_XML = ("application/fhir+xml", "application/xml", "text/xml")
_IS_JSON = ("application/fhir+json", "application/json")
_ISSUES = {400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 409: "conflict", 413: "too-long",
           415: "not-supported", 422: "processing", 429: "throttled", 503: "transient"}  # fmt: skip
_TOO_LONG, _NOT_THIS_KIND, _WAIT = 413, 415, 429


Act = Callable[[Request, Actor, str], Awaitable[Response]]


class FhirDoor:
    """The two functions, which charge the budget of the API."""

    def __init__(self, budget: Budget) -> None:
        """Charge every actor's requests to a budget."""
        self._budget = budget

    async def fetch(self, request: Request) -> Response:
        """A referral as a bundle; ``?format=xml`` or the Accept header choose the form."""
        return await self._answered(request, PRICE_OUT, self._fetched)

    async def take(self, request: Request) -> Response:
        """Take a bundle: 201 for a new referral, 200 for a move or for what was known already."""
        return await self._answered(request, PRICE_IN, self._taken)

    async def _answered(self, request: Request, price: int, act: Act) -> Response:
        form, visitor = _form_of(request), words(language_of(request))
        try:
            actor = await actor_of(request)
        except Unauthenticated:
            return _outcome(401, [("", visitor("api.unauthenticated"))], form)
        except Unavailable:
            return _outcome(503, [("", visitor("api.unavailable"))], form)
        request.state.actor_id = actor.user_id
        spoken, account = words(actor.language), self._budget.spend(actor.user_id, price)
        if account.is_overdrawn:
            waiting = {"Retry-After": str(int(account.seconds_to_wait) + 1)}
            return _outcome(_WAIT, [("", spoken("api.rate_limited"))], form, waiting)
        return await self._or_refusal(act(request, actor, form), spoken, form)

    async def _or_refusal(self, answer: Awaitable[Response], spoken: Words, form: str) -> Response:
        try:
            return await answer
        except TooOften as often:
            return _outcome(_WAIT, _said(spoken, often.problems), form, {"Retry-After": str(often.seconds)})
        except (Invalid, Conflict) as refusal:
            return _outcome(409 if isinstance(refusal, Conflict) else 422, _said(spoken, refusal.problems), form)
        except NotFound:
            return _outcome(404, [("", spoken("api.not_found"))], form)
        except NotAllowed as refusal:
            return _outcome(403, [("", spoken.refusal(refusal))], form)
        except Unavailable:
            return _outcome(503, [("", spoken("api.unavailable"))], form)

    async def _fetched(self, request: Request, actor: Actor, form: str) -> Response:
        try:
            referral = UUID(request.path_params["referral"])
        except ValueError:
            raise NotFound from None
        async with begin(actor) as unit:
            bundle = await exchanged(unit, referral)
        return _written(bundle, 200, form, {"Content-Disposition": f'attachment; filename="referral.{form}"'})

    async def _taken(self, request: Request, actor: Actor, form: str) -> Response:
        kind, _, parameters = request.headers.get("content-type", "").partition(";")
        sent = "xml" if kind.strip().lower() in _IS_XML else "json" if kind.strip().lower() in _IS_JSON else None
        spoken = words(actor.language)
        if sent is None:
            return _outcome(_NOT_THIS_KIND, [("", spoken("api.not_fhir"))], form)
        content = await _body(request)
        if content is None:
            too_long = Problem("", "FHIR_TOO_LARGE", {"limit": MAX_BYTES // 1000})
            return _outcome(_TOO_LONG, _said(spoken, [too_long]), form)
        given = TakeBundle.parse({"content": content, "form": sent, "version": _version(parameters)})
        async with begin(actor) as unit:
            taken = await take_bundle(unit, given)
        async with begin(actor) as unit:
            bundle = await exchanged(unit, taken.referral_id)
        found = {"Location": f"/referrals/{taken.referral_id}/fhir"}
        return _written(bundle, 201 if taken.was_new else 200, form, found)


def _form_of(request: Request) -> str:
    asked = request.query_params.get("format", "")
    if asked in _FORMS:
        return asked
    return "xml" if any(kind in request.headers.get("accept", "") for kind in _IS_XML) else "json"


def _version(parameters: str) -> str | None:
    """The FHIR version that a media type names, as in ``fhirVersion=4.0``."""
    for one in parameters.split(";"):
        name, _, value = one.partition("=")
        if name.strip().lower() == "fhirversion":
            return value.strip().strip('"')[:20]
    return None


async def _body(request: Request) -> bytes | None:
    """What was sent, None as soon as it is too long."""
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BYTES:
            return None
        parts.append(chunk)
    return b"".join(parts)


def _said(spoken: Words, problems: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(one.field, spoken.problem(one)) for one in problems]


def _outcome(
    status: int, said: Sequence[tuple[str, str]], form: str, headers: Mapping[str, str] | None = None
) -> Response:
    issues = [{"severity": "error", "code": _ISSUES[status], "diagnostics": text,
               **({"expression": [path]} if path else {})} for path, text in said]  # fmt: skip
    more = {"WWW-Authenticate": 'Bearer realm="coord"'} if status == 401 else {}  # noqa: PLR2004 -- HTTP's own number
    return _written({"resourceType": "OperationOutcome", "issue": issues}, status, form, {**more, **(headers or {})})


def _written(tree: Mapping[str, Any], status: int, form: str, headers: Mapping[str, str]) -> Response:
    content = to_xml(tree) if form == "xml" else to_json(tree)
    kept = {"Cache-Control": "no-store", "Vary": "Accept, Authorization, Cookie", **headers}
    return Response(content, status, kept, media_type=f"{_FORMS[form]}; fhirVersion=4.0; charset=utf-8")
