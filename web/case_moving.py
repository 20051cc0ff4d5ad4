"""Handing a case over, with a look at what that does; and a case as a spreadsheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.cases import case_view
from coord.cases.codes import CaseEvent
from coord.cases.exporting import Line, export_case
from coord.cases.inputs import TransferCase
from coord.cases.transferring import transfer_case, transfer_impact
from coord.clients import cards
from coord.kernel.errors import Conflict, Invalid
from coord.kernel.paging import PageRequest
from coord.placements import placements
from coord.work import Unit, begin
from web.case_fields import ASSESSMENT, CLOSING, FOLLOW_UP, INTAKE, PLAN, Asked
from web.client_record import said_of
from web.desk import Options, id_of
from web.downloads import table_file
from web.forms import Form, read_form
from web.foundation import cap
from web.page import go, language_of, render
from web.process import said_of as process_said
from web.routes import heavy, signed_in
from web.session import actor_of
from web.words import speak, t

_POST = ("worker_id", "worker.display_name", "hospital_id", "hospital.name", "program_id", "ends_on")


async def _posts(unit: Unit, program: Any) -> Options:
    """The posts that could take over: worker and hospital in one choice."""
    page = await placements(unit, _POST, PageRequest(100))
    held = [row for row in page.rows if row["worker_id"] and row["program_id"] == program and row["ends_on"] is None]
    return [(f"{row['worker_id']} {row['hospital_id']}", f"{row['worker.display_name']} · {row['hospital.name']}")
            for row in held]  # fmt: skip


def _given(form: Form, case: str) -> TransferCase:
    worker, _, hospital = form.value("to").partition(" ")
    return TransferCase.parse({"case": case, "worker": worker, "hospital": hospital, "reason": form.value("reason")})


async def page(request: Request) -> Response:
    """To whom, and why."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int, impact: Any = None) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request)) as unit:
        unit.actor.require("case.review")
        view = await case_view(unit, id_of(request.path_params["case"]))
        card = (await cards(unit, [view.case.client_id]))[view.case.client_id]
        posts = await _posts(unit, view.case.program_id)
    if CaseEvent.TRANSFER not in view.can:
        return go(request, f"/cases/{view.case.id}", said="cases.not_now")
    context = {"view": view, "card": card, "form": form, "posts": posts, "impact": impact}
    return render(request, "cases/transfer.html", context, status=status)


async def transfer(request: Request) -> Response:
    """Show what it would do; do it when that was confirmed."""
    form = await read_form(request)
    case = str(id_of(request.path_params["case"]))
    try:
        given = _given(form, case)
        async with begin(actor_of(request)) as unit:
            impact = await transfer_impact(unit, given)
            if form.value("sure"):
                await transfer_case(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422)
    if not form.value("sure"):
        return await _page(request, form, 200, impact)
    return go(request, "/cases?of=all", said="case_said.TRANSFER")


_SHEETS: Mapping[str, Sequence[Asked]] = {
    "intake": INTAKE, "assessment": ASSESSMENT, "plan": PLAN, "closing": CLOSING, "follow_up": FOLLOW_UP,
}  # fmt: skip
_GOAL = {"statement", "indicator", "baseline", "target", "due_on"}


def _row(line: Line) -> tuple[str, str, Any]:
    """A line in the reader's words."""
    part, name, value = line
    if isinstance(value, tuple):
        return t(f"case.{part}"), name, _told(part, *value)
    if part == "record":
        return t("case_sheet.record"), t(f"corrected_field.{name.upper()}"), said_of(name, value)
    if part == "process_record":
        return t("process.title"), t(f"process.{name}"), process_said(name, value)
    if (part, name) == ("plan", "status"):
        return t("case_sheet.plan"), t("case.plan"), t(f"plan_status.{value}")
    asked = next((field for field in _SHEETS.get(part, ()) if field.name == name and field.kind == "chips"), None)
    label = t(f"case_field.{'goal_' if part == 'goals' and name in _GOAL else ''}{name}")
    said = t("case.yes" if value else "case.no") if isinstance(value, bool) else value
    return t(f"case_sheet.{part}"), label, asked.said(str(value)) if asked else said


def _told(part: str, code: str, *rest: str) -> str:
    """A service, a step or a file: its word, and who, how long and why after it."""
    if part == "process":
        minutes, *others = rest
        return " · ".join(filter(None, (cap(t(f"service_code.{code}")), t("minutes.short", n=int(minutes)), *others)))
    family = "attachment_kind" if part == "attachments" else "case_step"
    return " · ".join(filter(None, (cap(t(f"{family}.{code}")), *rest)))


async def download(request: Request) -> Response:
    """The case as XLSX or CSV."""
    speak(language_of(request))
    async with begin(actor_of(request)) as unit:
        view, lines = await export_case(unit, id_of(request.path_params["case"]))
        card = (await cards(unit, [view.case.client_id]))[view.case.client_id]
    head = (t("case.part"), t("case.field"), t("case.said"))
    rows = [head, *(_row(line) for line in lines)]
    return await table_file(f"{t('case.title')} {card.code}", request.path_params["ending"], rows, about_people=True)


ROUTES = [
    signed_in("/cases/{case}/transfer", page),
    signed_in("/cases/{case}/transfer", transfer, "POST"),
    heavy("/cases/{case}/file.{ending}", download),
]
