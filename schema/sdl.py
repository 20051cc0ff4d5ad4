"""The schema as a file, as it is printed, reviewed and downloaded."""

import functools
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from schema.app import build

FILE = Path(__file__).parent / "schema.graphql"
_HEAD = "# The public API of coord. Printed by `python -m schema.export`; a test compares it with the code.\n\n"


@functools.cache
def printed() -> str:
    """The schema in the schema definition language, sorted."""
    return f"{_HEAD}{build(in_order=True).as_str()}\n"


@functools.cache
def _etag() -> str:
    return f'"{hashlib.sha256(printed().encode()).hexdigest()[:32]}"'


async def schema_file(scope: Scope, receive: Receive, send: Send) -> None:
    """Download the schema; unchanged ones are not sent again."""
    request = Request(scope, receive)
    headers = {"ETag": _etag(), "Cache-Control": "public, max-age=300"}
    if request.method not in {"GET", "HEAD"}:
        response = Response(status_code=405, headers={"Allow": "GET, HEAD"})
    elif _etag() in request.headers.get("if-none-match", ""):
        response = Response(status_code=304, headers=headers)
    else:
        response = Response(printed(), headers=headers, media_type="text/plain; charset=utf-8")
    await response(scope, receive, send)
