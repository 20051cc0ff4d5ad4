"""The schema as a file, as it is printed, reviewed and downloaded."""

import functools
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

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


async def schema_file(request: Request) -> Response:
    """Download the schema; an unchanged one is not sent again."""
    headers = {"ETag": _etag(), "Cache-Control": "public, max-age=300"}
    if _etag() in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(printed(), headers=headers, media_type="text/plain; charset=utf-8")
