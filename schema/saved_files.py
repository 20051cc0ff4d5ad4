"""Saved queries as files, for spreadsheets that cannot send a document: CSV, XLSX or JSON by GET, without a redirect."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import anyio.to_thread
import orjson
import structlog
from graphql import ExecutionResult
from starlette.requests import Request
from starlette.responses import Response

from coord.clients.disclosure import notice
from coord.identity.reads import SignedIn
from coord.kernel.errors import NotFound, TooOften, Unauthenticated, Unavailable
from coord.kernel.sheets import Row, csv_table, xlsx_table
from coord.language import Words, words
from schema import http
from schema.app import core
from schema.budget import Account, Budget
from schema.context import person_of
from schema.documents import Operation, prepare
from schema.errors import shown
from schema.refusals import bad, budget_headers, crowded, overdrawn, refusal, unavailable
from schema.requests import BadRequest, language_of
from schema.running import Bill, run
from schema.tabular import Table, table_of
from schema.trusted import saved_queries, slug_of

PATH = "/api/q/{slug}.{ending}"
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}
ENDINGS = tuple(_TYPES)
# Tables that a browser would show, and programs that ask for a password, both know these.
_ASKS_WHO = {"WWW-Authenticate": 'Basic realm="coord", charset="UTF-8", Bearer realm="coord"'}
_STATUSES = {
    "NOT_FOUND": 404,
    "NOT_ALLOWED": 403,
    "CONFLICT": 409,
    "RATE_LIMITED": 429,
    "TIMEOUT": 503,
    "INTERNAL": 500,
}


@functools.cache
def served() -> Mapping[str, str]:
    """The saved queries that are served as files, by slug: those that only read."""
    return {slug_of(name): text for name, text in saved_queries().items() if "\nmutation" not in text}


class SavedFiles:
    """The endpoint, which charges the budget of the API."""

    def __init__(self, budget: Budget) -> None:
        """Charge every actor's files to a budget."""
        self._budget = budget

    async def file(self, request: Request) -> Response:
        """A saved query's answer as a file; the address's parameters are its variables."""
        visitor = words(language_of(request))
        try:
            person = await person_of(request, takes_basic=True)
        except Unauthenticated:
            return refusal(visitor, "api.unauthenticated", "UNAUTHENTICATED", 401, http.JSON, _ASKS_WHO)
        except Unavailable:
            return unavailable(visitor, http.JSON)
        request.state.actor_id = person.actor.user_id
        spoken = words(person.actor.language)
        try:
            return await self._known(request, person, spoken)
        except NotFound:
            return refusal(spoken, "api.not_found", "NOT_FOUND", 404, http.JSON)
        except BadRequest as found:
            return bad(spoken, found, http.JSON)
        except Unavailable:
            return unavailable(spoken, http.JSON)

    async def _known(self, request: Request, person: SignedIn, spoken: Words) -> Response:
        slug, ending = request.path_params["slug"], request.path_params["ending"]
        if slug not in served() or ending not in _TYPES:
            raise NotFound
        variables = dict(request.query_params)
        operation = prepare(core, served()[slug], None, variables)
        if not variables.keys() <= _declared(operation):
            raise BadRequest("api.other_parameters")
        cost = operation.weight.cost
        account = self._budget.spend(person.actor.user_id, cost)
        if account.is_overdrawn:
            return overdrawn(spoken, account, http.JSON)
        try:
            result = await run(operation, variables, Bill(person.actor, account, cost, person.session_id))
        except TooOften as refused:
            return crowded(spoken, refused, account, http.JSON)
        if result.errors or not result.data:
            return _failed(result, spoken, account)
        if all(value is None for value in result.data.values()):
            raise NotFound
        more = _next(request, operation, result.data)
        return await _written(slug, ending, _table(slug), result.data, spoken, {**budget_headers(account), **more})


def _declared(operation: Operation) -> set[str]:
    return {definition.variable.name.value for definition in operation.node.variable_definitions or ()}


@functools.cache
def _table(slug: str) -> Table:
    return table_of(core, prepare(core, served()[slug], None, {}).node)


def _failed(result: ExecutionResult, spoken: Words, account: Account) -> Response:
    request_id = structlog.contextvars.get_contextvars().get("request_id") or uuid4().hex
    errors = [shown(error, spoken, request_id) for error in result.errors or ()]
    status = _STATUSES.get(errors[0]["extensions"]["code"], 400) if errors else 500
    return http.answer({"errors": errors}, status, http.JSON, budget_headers(account))


def _next(request: Request, operation: Operation, data: Mapping[str, Any]) -> Mapping[str, str]:
    """The address of the page after this one, for a list that is longer."""
    page = next((value["pageInfo"] for value in data.values() if isinstance(value, dict) and "pageInfo" in value), None)
    if page is None or not page["hasNextPage"] or "after" not in _declared(operation):
        return {}
    query = urlencode({**request.query_params, "after": page["endCursor"]})
    return {"Link": f'<{request.url.path}?{query}>; rel="next"'}


async def _written(
    slug: str, ending: str, table: Table, data: Mapping[str, Any], spoken: Words, headers: Mapping[str, str]
) -> Response:
    rows = table.rows(data)
    said = str(notice(spoken.language)) if table.is_about_people else ""
    make = functools.partial(_json if ending == "json" else _sheet, slug, ending, table, rows, said)
    content = await anyio.to_thread.run_sync(make)
    kept = {"Content-Disposition": f'attachment; filename="{slug}.{ending}"', "Cache-Control": "no-store"}
    return Response(content, headers={**kept, **headers}, media_type=_TYPES[ending])


def _json(slug: str, _: str, table: Table, rows: Sequence[Sequence[Any]], said: str) -> bytes:
    names = [column.name for column in table.columns]
    lines = [dict(zip(names, row, strict=True)) for row in rows]
    return orjson.dumps({"query": slug, "rows": lines, **({"notice": said} if said else {})})


def _sheet(slug: str, ending: str, table: Table, rows: Sequence[Sequence[Any]], said: str) -> bytes:
    lines: list[Row] = [[column.name for column in table.columns], *(list(map(_cell, row)) for row in rows)]
    lines += [[], [said]] if said else []
    return csv_table(lines) if ending == "csv" else xlsx_table(slug, lines)


def _cell(value: Any) -> Any:
    return str(value).upper() if isinstance(value, bool) else value
