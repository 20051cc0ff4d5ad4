"""GraphQL over HTTP: what a request says, and in which media type it wants the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from schema.requests import BadRequest
from schema.trusted import document

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
MAX_BODY = 1_000_000
"""Bytes of a request: a list of two thousand people fits."""
MAX_DOCUMENT = 100_000
"""Characters of what is parsed; the rest is the values of its variables."""
METHODS = ("GET", "POST")
_MOST_DIGITS = 19
_ANY = {"*/*": JSON, "application/*": JSON, JSON: JSON, GRAPHQL: GRAPHQL}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent: a document, which of its operations, with what variables."""

    query: str
    operation_name: str | None
    variables: Mapping[str, Any]


def media_type(accept: str | None) -> str | None:
    """The best media type that the caller takes, None if we have none of them."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate((accept or "*/*").split(",")):
        name, _, parameters = part.strip().partition(";")
        found = _ANY.get(name.strip().lower())
        weight = _weight(parameters)
        if found is not None and weight > 0:
            ranked.append((-weight, place, found))
    return min(ranked)[2] if ranked else None


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def wants_page(request: Request) -> bool:
    """Whether a browser opens the address: the explorer is shown."""
    accept = request.headers.get("accept", "")
    return request.method == "GET" and "text/html" in accept and "query" not in request.query_params


async def sent(request: Request) -> bytes:
    """The body, as far as it may be one of ours at all; nothing in it is looked at. Raises ``BadRequest``."""
    if _announced(request) > MAX_BODY:
        raise BadRequest("api.too_large", 413)
    if request.method not in METHODS:
        raise BadRequest("api.wrong_method", 405, {"Allow": ", ".join(METHODS)})
    if request.method == "GET":
        return b""
    kind = request.headers.get("content-type", "").partition(";")
    if kind[0].strip().lower() != JSON or not _is_utf8(kind[2]):
        raise BadRequest("api.not_json", 415)
    return await _body(request)


def _announced(request: Request) -> int:
    """The length that the request says it has; servers refuse one that is no number before it comes here."""
    length = request.headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() and len(length) < _MOST_DIGITS else MAX_BODY + 1


def asked(request: Request, body: bytes) -> Asked:
    """What the request asks. Raises ``BadRequest``."""
    if request.method != "GET":
        return _checked(_decoded(body))
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if given.get(name):
            given[name] = _decoded(given[name].encode())
    return _checked(given)


def _is_utf8(parameters: str) -> bool:
    name, _, value = parameters.strip().partition("=")
    return name.lower() != "charset" or value.strip('" ').lower() in {"utf-8", "utf8"}


async def _body(request: Request) -> bytes:
    """The body, refused as soon as it is known to be too long."""
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            raise BadRequest("api.too_large", 413)
        parts.append(chunk)
    return b"".join(parts)


def _decoded(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest("api.broken_json") from None


def _checked(given: Any) -> Asked:
    if isinstance(given, list):
        raise BadRequest("api.no_batches")
    if not isinstance(given, dict):
        raise BadRequest("api.no_query")
    name, variables, extensions = (given.get(key) for key in ("operationName", "variables", "extensions"))
    if not isinstance(name, str | None) or not isinstance(variables, dict | None):
        raise BadRequest("api.bad_parameters")
    if not isinstance(extensions, dict | None):
        raise BadRequest("api.bad_parameters")
    query = document(given.get("query"), extensions or {})
    if not isinstance(query, str) or not query.strip():
        raise BadRequest("api.no_query")
    if len(query) > MAX_DOCUMENT:
        raise BadRequest("api.document_too_large", 413)
    return Asked(query, name or None, variables or {})


def answer(body: Mapping[str, Any], status: int, kind: str, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; Chinese stays readable."""
    content = orjson.dumps(body)
    extra = {"Vary": "Accept", "Cache-Control": "no-store", **(headers or {})}
    return Response(content, status, extra, media_type=f"{kind}; charset=utf-8")
