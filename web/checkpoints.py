"""Checkpoints of the audit trail: shown to members of every organization, so that each can keep them for the others."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from coord.audit.checkpoints import all_checkpoints, newest_checkpoints
from coord.audit.signing import keys_file, public_keys
from coord.work import begin
from web.page import PRIVATE, language_of, render
from web.routes import heavy, public, signed_in
from web.session import actor_of
from web.words import speak

_NAME = "coord-checkpoints.jsonl"


async def page(request: Request) -> Response:
    """The newest ones, and how to keep them."""
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        found = await newest_checkpoints(unit)
    return render(request, "checkpoints/page.html", {"checkpoints": found, "keys": list(public_keys())})


async def file(request: Request) -> Response:
    """All of them, a line each."""
    async with begin(actor_of(request), read_only=True) as unit:
        lines = [f"{each.line}\n" for each in await all_checkpoints(unit)]
    kept = {"Content-Disposition": f'attachment; filename="{_NAME}"'}
    return Response("".join(lines), media_type="application/jsonl", headers={**PRIVATE, **kept})


async def keys(_: Request) -> Response:
    """The public keys, for everybody: whoever holds a file of checkpoints can check it with them."""
    return JSONResponse(keys_file(public_keys()), headers={"Cache-Control": "no-cache"})


ROUTES = [
    signed_in("/checkpoints", page),
    heavy("/checkpoints/file", file),
    public("/checkpoints/keys.json", keys),
]
