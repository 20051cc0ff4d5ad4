"""Supervision: what was held, recording a session, and how many cases each worker carries."""

from typing import Any
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.supervision import (
    RecordSupervision,
    SupervisionFilter,
    SupervisionKind,
    SupervisionTopic,
    attended,
    caseloads,
    count_sessions,
    own_worries,
    record_supervision,
    sessions_on_page,
    withdraw_supervision,
    workers_to_supervise,
)
from coord.supervision.inputs import MAX_AGREED
from coord.work import begin
from web.desk import day_options, id_of, options
from web.forms import Form, query_form, read_form
from web.foundation import address, scope_of
from web.page import go, language_of, render
from web.paging import SIZES, pages_of
from web.routes import signed_in
from web.session import actor_of
from web.signing import sign, unsign
from web.words import speak, t

_PATH, _UNDO, _SECONDS = "/supervision", "undo-supervision", 13
_TODAY = "today"
_MINUTES = ("30", "60", "90", "120")


def _month_of(form: Form, months: Any) -> str:
    asked = form.value("month") or months[0]
    if asked not in months:
        raise NotFound
    return str(asked)


async def page(request: Request) -> Response:
    """The sessions of a month, the newest first."""
    speak(language_of(request))
    actor, form = actor_of(request), query_form(request)
    actor.require("supervision.list")
    async with begin(actor, read_only=True) as unit:
        scope = await scope_of(unit, form)
        month = _month_of(form, scope.months)
        given = SupervisionFilter(program=scope.code, month=month)
        kept = {"program": scope.code, "month": month, "size": form.value("size")}
        pages = pages_of(form, await count_sessions(unit, given), _PATH, kept)
        rows = await sessions_on_page(unit, given, page=pages.page, size=pages.size)
        ids = [row["id"] for row in rows]
        people = await attended(unit, ids)
        gives = actor.may("supervision.record")
        worries = await own_worries(unit, ids) if gives else frozenset()
    context = {
        "scope": scope,
        "month_shown": month,
        "rows": [
            (row, [(name, (row["id"], worker) in worries) for worker, name in people.get(row["id"], ())],
             row["supervisor_id"] == actor.user_id)
            for row in rows
        ],
        "pages": pages,
        "sizes": SIZES,
        "gives": gives,
        "new_href": address(f"{_PATH}/new", program=scope.code),
    }  # fmt: skip
    return render(request, "supervision/list.html", context, block="results")


async def new(request: Request) -> Response:
    """The form of a session."""
    asked = query_form(request)
    usual = {"minutes": _MINUTES[1], "held_on": _TODAY}
    return await _new(request, Form.of(program=asked.value("program"), idempotency_key=str(uuid4()), **usual), 200)


async def _new(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("supervision.record")
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, form)
        workers = await workers_to_supervise(unit, scope.code)
    form = form.but(held_on=scope.today.isoformat()) if form.value("held_on") == _TODAY else form
    context = {
        "scope": scope,
        "form": form,
        "workers": [(str(worker), f"{name} · {hospital}") for worker, name, hospital in workers],
        "topics": options("supervision_topic", SupervisionTopic),
        "days": day_options(scope.today),
        "minutes": [*((n, t("minutes.short", n=int(n))) for n in _MINUTES), ("", t("supervision.other_minutes"))],
        "most": MAX_AGREED,
    }
    return render(request, "supervision/new.html", context, status=status)


def _given(form: Form) -> dict[str, Any]:
    """How many people took part says which kind it was."""
    workers = [one for one in form.values("workers") if one]
    kind = SupervisionKind.INDIVIDUAL if len(workers) == 1 else SupervisionKind.GROUP
    return {
        **{name: form.value(name) for name in ("idempotency_key", "program", "agreed")},
        "kind": kind,
        "workers": workers,
        "topics": [topic for topic in form.values("topics") if topic],
        "worried_about": [one for one in form.values("worried_about") if one],
        "held_on": form.value("held_on") or form.value("day_other"),
        "minutes": form.value("minutes") or form.value("minutes_other"),
    }


async def record(request: Request) -> Response:
    """Record a session; it can be taken back for twelve seconds with one tap, and for a week in the list."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            session = await record_supervision(unit, RecordSupervision.parse(_given(form)))
    except (Invalid, Conflict) as refusal:
        return await _new(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    undo = f"{_PATH}/undo/{sign([_UNDO, str(session)], seconds=_SECONDS)}"
    return go(request, address(_PATH, program=form.value("program")), said="supervision.recorded", undo=undo)


async def undo(request: Request) -> Response:
    """Take back what was just recorded. Raises ``Conflict`` when it is too late."""
    match unsign(request.path_params["token"]):
        case [str(verb), str(session)] if verb == _UNDO:
            async with begin(actor_of(request)) as unit:
                await withdraw_supervision(unit, UUID(session))
        case _:
            raise Conflict(Problem("undo", "REVIEW_STANDS"))
    return go(request, _PATH, said="toast.undone")


async def withdraw(request: Request) -> Response:
    """Take a session back that was entered by mistake."""
    async with begin(actor_of(request)) as unit:
        await withdraw_supervision(unit, id_of(request.path_params["session"]))
    return go(request, _PATH, said="supervision.withdrawn")


async def caseload(request: Request) -> Response:
    """Everybody's open cases against the ratio, and a month's minutes of supervision against what is due."""
    speak(language_of(request))
    actor, form = actor_of(request), query_form(request)
    actor.require("caseload.read")
    async with begin(actor, read_only=True) as unit:
        scope = await scope_of(unit, form)
        month = _month_of(form, scope.months)
        loads = await caseloads(unit, scope.code, month)
    context = {
        "scope": scope,
        "month_shown": month,
        "loads": loads,
        "over": [load for load in loads if load.is_over],
        "short": [load for load in loads if not load.is_supervised],
    }
    return render(request, "supervision/caseload.html", context)


ROUTES = [
    signed_in(_PATH, page),
    signed_in(f"{_PATH}/new", new),
    signed_in(f"{_PATH}/new", record, "POST"),
    signed_in(f"{_PATH}/undo/{{token}}", undo, "POST"),
    signed_in(f"{_PATH}/{{session}}/withdraw", withdraw, "POST"),
    signed_in("/caseload", caseload),
]
