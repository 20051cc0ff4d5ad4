"""What stands around every page of somebody who is signed in: the bell's number, what is said about alerts, a client open in an emergency.

A safety step of one's own that waits for a plan cannot be passed by: every other page leads back to it, but for those
that are needed to help the person.
"""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from coord.access import Actor
from coord.clients.emergency import running_emergency
from coord.notices import unread
from coord.outcomes.watching import ShellState, is_stale, shell_state
from coord.work import begin
from web.session import known_person

_ALWAYS_OPEN = ("/alerts", "/emergency", "/notices", "/me", "/sign-out", "/language")
_PRIVATE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame of a page shows."""

    unread: int = 0
    alerts: ShellState | None = None
    stale: bool = False
    emergency: Any = None


EMPTY = Shell()


async def _shell(actor: Actor) -> Shell:
    number = 0 if actor.user_id is None else await unread(actor.user_id)
    stale = (actor.may("alert.list") or actor.may("alert.watch")) and await is_stale()
    if not (actor.may("alert.list") or actor.may("emergency.open")):
        return Shell(number, stale=stale)
    async with begin(actor, read_only=True) as unit:
        state = await shell_state(unit) if actor.may("alert.list") else None
        emergency = await running_emergency(unit) if actor.may("emergency.open") else None
    return Shell(number, state, stale, emergency)


def _leads_back(request: Request, state: ShellState | None) -> Response | None:
    """To the safety step that waits, from any page that the step does not need."""
    if state is None or state.own is None:
        return None
    path = request.url.path
    is_about = path.startswith((*_ALWAYS_OPEN, f"/clients/{state.own_client}"))
    return None if is_about else RedirectResponse(f"/alerts/{state.own}", 303, _PRIVATE)


async def prepare(request: Request) -> Response | None:
    """Look up the frame of a whole page; an answer instead of the page when a safety step comes first."""
    person = known_person(request)
    is_part = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    if person is None or request.method != "GET" or is_part:
        return None
    request.state.shell = shell = await _shell(person.actor)
    return _leads_back(request, shell.alerts)


def shell_of(request: Request) -> Shell:
    """The frame that was looked up, an empty one for parts of pages and for visitors."""
    found: Shell = getattr(request.state, "shell", EMPTY)
    return found
