"""The forms of a case: shown with what is there already, saved, and handed on with the same button press."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.cases import (
    assess_case,
    case_view,
    rate_goals,
    record_follow_up,
    start_case,
    submit_closing,
    write_intake,
    write_plan,
)
from coord.cases.codes import CaseEvent, FollowUpStatus
from coord.cases.inputs import (
    AssessCase,
    MoveCase,
    RateGoals,
    RecordFollowUp,
    StartCase,
    SubmitClosing,
    WriteIntake,
    WritePlan,
)
from coord.cases.viewing import CaseView, Page
from coord.clients import cards
from coord.kernel.clock import today
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.kernel.inputs import Input
from coord.work import Unit, begin
from web.case_fields import FOLLOW_UP, FORMS, GOAL, INTAKE, RATING, raw_case, rows_of
from web.cases import moved
from web.desk import id_of
from web.forms import Form, read_form
from web.page import go, language_of, render, wants_fragment
from web.routes import signed_in
from web.session import actor_of
from web.words import HOME_ZONE, speak

Verb = Callable[[Unit, Any], Awaitable[UUID]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form: the event it causes, the input, the verb, and the event it may hand on with."""

    event: CaseEvent
    model: type[Input]
    verb: Verb
    then: CaseEvent | None = None


SHEETS: Mapping[str, Sheet] = {
    "intake": Sheet(CaseEvent.WRITE_INTAKE, WriteIntake, write_intake, CaseEvent.SUBMIT_INTAKE),
    "assessment": Sheet(CaseEvent.ASSESS, AssessCase, assess_case, CaseEvent.SUBMIT_OPENING),
    "plan": Sheet(CaseEvent.WRITE_PLAN, WritePlan, write_plan, CaseEvent.SUBMIT_PLAN),
    "goals": Sheet(CaseEvent.RATE_GOALS, RateGoals, rate_goals),
    "closing": Sheet(CaseEvent.SUBMIT_CLOSING, SubmitClosing, submit_closing),
}
_GOALS_SHOWN = 3


def _sheet(request: Request) -> tuple[str, Sheet]:
    name = request.path_params["form"]
    if name not in SHEETS:
        raise NotFound
    return name, SHEETS[name]


def _start(page: Page | None) -> dict[str, Any]:
    """What a form starts with: what was saved."""
    if page is None:
        return {}
    facts = {name: value for name, value in page.row.model_dump().items() if name not in {"id", "words"}}
    said = {
        name: "true" if value is True else str(value) for name, value in facts.items() if value not in {None, False}
    }
    return {**said, **page.words}


def _rows(pages: Sequence[Page], names: Sequence[str]) -> list[dict[str, str]]:
    return [{"goal": str(page.row.id), **{name: str(_start(page).get(name, "")) for name in names}} for page in pages]


def _filled(view: CaseView, name: str) -> tuple[Form, list[dict[str, str]]]:
    pages = {"intake": view.intake, "assessment": view.assessment, "plan": view.plan, "closing": view.closing}
    day = today(HOME_ZONE).isoformat()
    start = {"assessed_on": day, "ends_on": day, "rated_on": day, **_start(pages.get(name))}
    if name == "goals":
        return Form.of(rated_on=day), _rows(view.goals, (*RATING[1:], "statement", "target"))
    return Form.of(**start), _rows(view.goals, GOAL) if name == "plan" else []


async def show(request: Request) -> Response:
    """A form with what is there already."""
    return await _show(request, None, 200)


async def _show(request: Request, typed: Form | None, status: int) -> Response:
    speak(language_of(request))
    name, sheet = _sheet(request)
    async with begin(actor_of(request)) as unit:
        unit.actor.require("case.work")
        view = await case_view(unit, id_of(request.path_params["case"]))
        card = (await cards(unit, [view.case.client_id]))[view.case.client_id]
    if typed is None and sheet.event not in view.can:
        return go(request, f"/cases/{view.case.id}", said="cases.not_now")
    form, rows = _filled(view, name)
    if typed is not None:
        known = {row["goal"]: row for row in rows}
        rows = rows_of(typed, GOAL, "goal_") if name == "plan" else rows_of(typed, RATING, "rating_")
        rows = [{**known.get(row.get("goal", ""), {}), **row} for row in rows]
        form = typed
    wanted = max(_GOALS_SHOWN, len(rows) + 1) if typed is None or typed.value("more") else max(_GOALS_SHOWN, len(rows))
    context = {
        "card": card, "view": view, "name": name, "fields": FORMS[sheet.event][1], "form": form, "then": sheet.then,
        "goals": [*rows, *(dict.fromkeys(GOAL, "") for _ in range(wanted - len(rows)))] if name == "plan" else rows,
        "today": today(HOME_ZONE), "action": f"/cases/{view.case.id}/{name}", "event": sheet.event,
    }  # fmt: skip
    return render(request, "cases/form.html", context, block="form", status=status)


async def save(request: Request) -> Response:
    """Save a form, and hand the case on if the button says so."""
    form = await read_form(request)
    _, sheet = _sheet(request)
    case = str(id_of(request.path_params["case"]))
    if form.value("more"):
        return await _show(request, form, 200)
    said = sheet.event
    try:
        async with begin(actor_of(request)) as unit:
            after = await sheet.verb(unit, sheet.model.parse(raw_case(form, sheet.model, case)))
            if sheet.then is not None and form.value("then") == sheet.then:
                said = sheet.then
                await moved(unit, MoveCase.parse({"case": case, "event": said}))
    except (Invalid, Conflict) as refusal:
        return await _show(request, form.refused(refusal), _status(request, refusal))
    return go(request, f"/cases/{after}", said=f"case_said.{said}")


def _status(request: Request, refusal: Invalid | Conflict) -> int:
    return 409 if isinstance(refusal, Conflict) and not wants_fragment(request) else 422


async def new(request: Request) -> Response:
    """The intake of somebody who comes."""
    day = today(HOME_ZONE).isoformat()
    return await _new(request, Form.of(received_on=day), 200)


async def _new(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    client = id_of(request.path_params["client"])
    async with begin(actor_of(request)) as unit:
        unit.actor.require("case.work")
        card = (await cards(unit, [client])).get(client)
    if card is None:
        raise NotFound
    context: dict[str, Any] = {
        "card": card, "view": None, "name": "intake", "fields": INTAKE, "form": form, "then": CaseEvent.SUBMIT_INTAKE,
        "goals": [], "today": today(HOME_ZONE), "action": f"/clients/{client}/case", "event": CaseEvent.WRITE_INTAKE,
    }  # fmt: skip
    return render(request, "cases/form.html", context, block="form", status=status)


async def start(request: Request) -> Response:
    """Start a case, and hand it on if the button says so."""
    form = await read_form(request)
    client = str(id_of(request.path_params["client"]))
    said = CaseEvent.WRITE_INTAKE
    try:
        given = StartCase.parse({**form.raw(StartCase), "client": client})
        async with begin(actor_of(request)) as unit:
            case = await start_case(unit, given)
            if form.value("then") == CaseEvent.SUBMIT_INTAKE:
                said = CaseEvent.SUBMIT_INTAKE
                await moved(unit, MoveCase(case=case, event=said))
    except (Invalid, Conflict) as refusal:
        return await _new(request, form.refused(refusal), _status(request, refusal))
    return go(request, f"/cases/{case}", said=f"case_said.{said}")


async def follow_up(request: Request) -> Response:
    """The form of a look after the closure, with what was recorded of it before."""
    return await _follow_up(request, None, 200)


def _recorded(look: Page) -> Form:
    """What a follow-up starts with: how it went, or today by phone."""
    row = look.row
    if row.status is FollowUpStatus.DUE:
        return Form.of(done_on=today(HOME_ZONE).isoformat(), status="REACHED", method="PHONE")
    relapsed = "true" if row.has_relapsed else None
    return Form.of(
        done_on=row.done_on.isoformat(), status=row.status, method=row.method, has_relapsed=relapsed,
        needs=look.words.get("needs"),
    )  # fmt: skip


async def _follow_up(request: Request, form: Form | None, status: int) -> Response:
    speak(language_of(request))
    wanted = id_of(request.path_params["follow_up"])
    async with begin(actor_of(request)) as unit:
        unit.actor.require("case.work")
        view = await case_view(unit, id_of(request.path_params["case"]))
        card = (await cards(unit, [view.case.client_id]))[view.case.client_id]
    looks = {page.row.id: page for page in view.follow_ups}
    if wanted not in looks:
        raise NotFound
    form = form or _recorded(looks[wanted])
    context = {
        "card": card, "view": view, "name": "follow_up", "fields": FOLLOW_UP, "form": form, "then": None, "goals": [],
        "today": today(HOME_ZONE), "action": f"/cases/{view.case.id}/follow-ups/{wanted}",
        "event": CaseEvent.RECORD_FOLLOW_UP,
    }  # fmt: skip
    return render(request, "cases/form.html", context, block="form", status=status)


async def save_follow_up(request: Request) -> Response:
    """Tell how a person fares."""
    form = await read_form(request)
    wanted = str(id_of(request.path_params["follow_up"]))
    try:
        given = RecordFollowUp.parse({**form.raw(RecordFollowUp), "follow_up": wanted})
        async with begin(actor_of(request)) as unit:
            case = await record_follow_up(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _follow_up(request, form.refused(refusal), _status(request, refusal))
    return go(request, f"/cases/{case}", said="case_said.RECORD_FOLLOW_UP")


ROUTES = [
    signed_in("/clients/{client}/case", new),
    signed_in("/clients/{client}/case", start, "POST"),
    signed_in("/cases/{case}/follow-ups/{follow_up}", follow_up),
    signed_in("/cases/{case}/follow-ups/{follow_up}", save_follow_up, "POST"),
    signed_in("/cases/{case}/{form}", show),
    signed_in("/cases/{case}/{form}", save, "POST"),
]
