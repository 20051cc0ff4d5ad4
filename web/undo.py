"""Undo: a signed path that takes back what was just done, for a minute."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.contacts import withdraw_contact
from coord.kernel.errors import Conflict, Problem
from coord.work import begin
from web.page import go
from web.routes import signed_in
from web.session import actor_of
from web.signing import sign, unsign

SECONDS = 60
_WITHDRAW = "withdraw"


def path_of_withdrawal(contact_id: UUID) -> str:
    """Where to post to take a contact back."""
    return f"/undo/{sign([_WITHDRAW, str(contact_id)], seconds=SECONDS)}"


async def undo(request: Request) -> Response:
    """Take it back; the action itself checks that it is the actor's own. Raises ``Conflict`` when too late."""
    match unsign(request.path_params["token"]):
        case [str(verb), str(contact_id)] if verb == _WITHDRAW:
            async with begin(actor_of(request)) as unit:
                await withdraw_contact(unit, UUID(contact_id))
        case _:
            raise Conflict(Problem("undo", "UNDO_TOO_LATE"))
    return go(request, "/today", said="toast.undone")


ROUTES = [signed_in("/undo/{token}", undo, "POST")]
