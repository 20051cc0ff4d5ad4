"""The GraphQL door as routes: who asks, in which form, at what price, and what they get."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import structlog
from graphql import ExecutionResult, GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from coord.clients.disclosure import notice
from coord.identity.reads import SignedIn
from coord.kernel.errors import TooOften, Unauthenticated, Unavailable
from coord.language import Words, words
from schema import http
from schema.app import core
from schema.budget import Account, Budget
from schema.context import person_of
from schema.documents import Operation, Refused, prepare
from schema.errors import shown
from schema.explorer import page
from schema.fhir import FhirDoor
from schema.guide import guide
from schema.refusals import bad, budget_headers, crowded, overdrawn, refusal, unavailable
from schema.requests import BadRequest, language_of
from schema.running import TIMEOUT, Bill, run
from schema.saved_files import PATH, SavedFiles
from schema.sdl import schema_file

_log = structlog.get_logger("schema")
_AUTHENTICATE = {"WWW-Authenticate": 'Bearer realm="coord"'}


class GraphQLEndpoint:
    """An ASGI application that answers one address."""

    def __init__(self, budget: Budget) -> None:
        """Charge every actor's operations to a budget."""
        self._budget = budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        response = await page(request, language_of(request)) if http.wants_page(request) else await self._reply(request)
        await response(scope, receive, send)

    async def _reply(self, request: Request) -> Response:
        """The answer, whatever happens: nothing but the documented errors leaves here.

        What a stranger sends is measured, never parsed: form first, then who it is, then what it says.
        """
        visitor = words(language_of(request))
        kind = http.media_type(request.headers.get("accept"))
        try:
            body = await http.sent(request)
            if kind is None:
                return refusal(visitor, "api.not_acceptable", "NOT_ACCEPTABLE", 406, http.JSON)
            person = await person_of(request)
            request.state.actor_id = person.actor.user_id
            structlog.contextvars.bind_contextvars(actor=str(person.actor.user_id))
            return await self._known(request, body, person, kind)
        except BadRequest as found:
            return bad(visitor, found, kind or http.JSON)
        except Unauthenticated:
            return refusal(visitor, "api.unauthenticated", "UNAUTHENTICATED", 401, kind or http.JSON, _AUTHENTICATE)
        except Unavailable:
            return unavailable(visitor, kind or http.JSON)

    async def _known(self, request: Request, body: bytes, person: SignedIn, kind: str) -> Response:
        actor = person.actor
        spoken = words(actor.language)
        # Reading a document is work too: every request costs a point before it is looked at.
        account = self._budget.spend(actor.user_id, 1)
        if account.is_overdrawn:
            return overdrawn(spoken, account, kind)
        try:
            return await self._operation(request, body, Bill(actor, account, 1, person.session_id), kind)
        except BadRequest as found:
            return bad(spoken, found, kind, budget_headers(account))

    async def _operation(self, request: Request, body: bytes, bill: Bill, kind: str) -> Response:
        spoken = words(bill.actor.language)
        asked = http.asked(request, body)
        try:
            operation = prepare(core, asked.query, asked.operation_name, asked.variables)
        except Refused as refused:
            return _answered(
                ExecutionResult(None, list(refused.errors)), spoken, kind, budget_headers(bill.account), {}
            )
        if operation.is_mutation and request.method == "GET":
            raise BadRequest("api.mutation_by_get", 405, {"Allow": "POST"})
        cost = operation.weight.cost
        account = self._budget.spend(bill.actor.user_id, max(cost - bill.cost, 0))
        if account.is_overdrawn:
            return overdrawn(spoken, account, kind)
        try:
            result = await run(operation, asked.variables, Bill(bill.actor, account, cost, bill.session_id))
        except TooOften as refused:
            return crowded(spoken, refused, account, kind)
        return _answered(
            result, spoken, kind, budget_headers(account), _beside(operation, account, bill.actor.language)
        )


def _beside(operation: Operation, account: Account, language: str) -> dict[str, Any]:
    """What an answer says besides its data: what it cost, and what the receiver may not do with what it says of people."""
    weight = operation.weight
    price = {"cost": weight.cost, "depth": weight.depth, "remaining": account.remaining}
    if not operation.is_about_people:
        return {"cost": price}
    said = notice(language)
    return {"cost": price, "disclosure": {"text": said.text, "version": said.version}}


def _answered(
    result: ExecutionResult, spoken: Words, kind: str, headers: Mapping[str, str], extensions: Mapping[str, Any]
) -> Response:
    """An execution result in the form that the media type asks for.

    What failed before execution (no data, no error with a path) has no ``data``; clients that know
    the GraphQL media type get 400 for it, others 200 as of old.
    """
    errors: list[GraphQLError] = result.errors or []
    was_ended = any((error.extensions or {}).get("code") == TIMEOUT for error in errors)
    never_ran = result.data is None and not was_ended and not any(error.path for error in errors)
    body: dict[str, Any] = {} if never_ran else {"data": result.data}
    if errors:
        request_id = structlog.contextvars.get_contextvars().get("request_id") or uuid4().hex
        body["errors"] = [shown(error, spoken, request_id) for error in errors]
        # Which, and nothing of what was asked: documents hold what people typed.
        _log.info("graphql_refused", codes=sorted({str(error["extensions"]["code"]) for error in body["errors"]}))
    if extensions and not never_ran:
        body["extensions"] = extensions
    status = 400 if never_ran and kind == http.GRAPHQL else 200
    if any(isinstance(error.original_error, Unavailable) for error in errors):
        return unavailable(spoken, kind)
    return http.answer(body, status, kind, headers)


class ApiRoute(Route):
    """A route of this door; the access of each is stated for the wall test."""

    def __init__(
        self, path: str, endpoint: Callable[..., Any], *, access: str, name: str, methods: Sequence[str] | None = None
    ) -> None:
        """Serve a function of a request by GET or the methods named, or an ASGI application by any method."""
        super().__init__(path, endpoint, name=name, methods=methods, include_in_schema=False)
        self.access = access


def graphql_app(budget: Budget | None = None) -> GraphQLEndpoint:
    """The application behind ``/graphql``; a budget of its own for tests."""
    return GraphQLEndpoint(budget or Budget())


def routes(budget: Budget | None = None) -> Sequence[BaseRoute]:
    """The addresses of this door: the endpoint, and the schema as a file."""
    budget = budget or Budget()
    fhir = FhirDoor(budget)
    return [
        # Each answers 401 in its own form: partners' programs ask, not browsers.
        ApiRoute("/referrals/{referral}/fhir", fhir.fetch, access="public", name="fhir_fetch"),
        ApiRoute("/api/fhir/referrals", fhir.take, access="public", name="fhir_take", methods=["POST"]),
        # The page is for everybody; whoever asks without being signed in gets 401 in the form they asked for.
        ApiRoute("/graphql", graphql_app(budget), access="public", name="graphql"),
        # Spreadsheets ask with a token and get 401 in words, never a page to sign in on.
        ApiRoute(PATH, SavedFiles(budget).file, access="public", name="saved_file"),
        ApiRoute("/api", guide, access="public", name="api_guide"),
        ApiRoute("/api/schema.graphql", schema_file, access="public", name="schema_file"),
    ]
