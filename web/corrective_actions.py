"""Corrective actions: what is open and until when, opening one, saying that it is done, verifying it."""

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid
from coord.oversight.remedies import (
    ActionOwner,
    ActionState,
    MoveAction,
    OpenAction,
    corrective_actions,
    move_action,
    one_action,
    open_action,
)
from coord.oversight.remedies.rules import NEEDS_WORDS, USUAL_TERM
from coord.placements import filter_choices
from coord.work import begin
from web.desk import id_of, options
from web.forms import Form, query_form, read_form
from web.foundation import address, scope_of
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import month, speak, t

_PATH = "/corrective-actions"
TONES = {ActionState.OPEN: "warn", ActionState.DONE: "info", ActionState.VERIFIED: "ok"}


async def page(request: Request) -> Response:
    """The due list: open ones by their day, then what waits to be verified."""
    speak(language_of(request))
    form = query_form(request)
    actor_of(request).require("corrective_action.list")
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, form)
        everything = await corrective_actions(unit, scope.code)
    wanted = form.value("state", "DUE")
    groups = {"DUE": [one for one in everything if one.state is not ActionState.VERIFIED], "ALL": everything}
    context = {
        "scope": scope,
        "actions": groups.get(wanted, everything),
        "tones": TONES,
        "tabs": [
            (t(f"action.tab_{name}"), len(listed), address(_PATH, program=scope.code, state=name), name == wanted)
            for name, listed in groups.items()
        ],
    }
    return render(request, "corrective/list.html", context)


async def new(request: Request) -> Response:
    """The form of a corrective action, filled in as far as it is known where it comes from."""
    return await _new(request, query_form(request), 200)


async def _new(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("corrective_action.manage")
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, form)
        hospitals = [(one.id, one.name) for one in (await filter_choices(unit, scope.code)).hospitals]
    context: dict[str, Any] = {
        "scope": scope,
        "form": _started(form, scope.today),
        "hospitals": hospitals,
        "months": [(name, month(name)) for name in scope.months],
        "owners": options("action_owner", ActionOwner),
    }
    return render(request, "corrective/new.html", context, status=status)


def _started(form: Form, today: date) -> Form:
    origin = form.value("origin", "QUALITY")
    usual = {
        "due_on": (today + USUAL_TERM).isoformat(),
        "origin": origin,
        "owner": ActionOwner.HOSPITAL.value,
        "title": t(f"action.title_{origin}") if origin in {"EVIDENCE", "LATE_MONTH"} else "",
    }
    return form.but(**{name: value for name, value in usual.items() if name not in form.fields})


async def add(request: Request) -> Response:
    """Open it."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            made = await open_action(unit, OpenAction.parse(form.raw(OpenAction)))
    except (Invalid, Conflict) as refusal:
        return await _new(request, form.refused(refusal), 422)
    return go(request, f"{_PATH}/{made}", said="action.opened")


async def one(request: Request) -> Response:
    """One of them with its steps."""
    return await _one(request, Form(), 200)


async def _one(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("corrective_action.list")
    async with begin(actor_of(request), read_only=True) as unit:
        found = await one_action(unit, id_of(request.path_params["action"]))
        scope = await scope_of(unit, Form.of(program=found.program_code))
    context = {"action": found, "scope": scope, "form": form, "tones": TONES, "needs_words": NEEDS_WORDS}
    return render(request, "corrective/one.html", context, status=status)


async def move(request: Request) -> Response:
    """A step of it."""
    form = (await read_form(request)).but(action=request.path_params["action"])
    try:
        async with begin(actor_of(request)) as unit:
            await move_action(unit, MoveAction.parse(form.raw(MoveAction)))
    except (Invalid, Conflict) as refusal:
        return await _one(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    said = {"FINISH": "action.finished", "VERIFY": "action.verified", "SEND_BACK": "action.sent_back"}
    return go(request, f"{_PATH}/{request.path_params['action']}", said=said[form.value("move")])


ROUTES = [
    signed_in(_PATH, page),
    signed_in(f"{_PATH}/new", new),
    signed_in(f"{_PATH}/new", add, "POST"),
    signed_in(f"{_PATH}/{{action}}", one),
    signed_in(f"{_PATH}/{{action}}", move, "POST"),
]
