"""The calendar of reports: hospitals by months, late ones first, and reminders in two clicks."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid, Problem
from coord.oversight.calendar import CalendarMark, RemindLate, remind_late, report_calendar
from coord.oversight.calendar.telling import take_reminders_back
from coord.work import begin
from web.forms import Form, query_form, read_form
from web.foundation import address, scope_of
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.signing import sign, unsign
from web.words import speak

_PATH = "/calendar"
_UNDO, _UNDO_SECONDS = "undo-reminders", 50
TONES = {
    CalendarMark.LATE: "bad",
    CalendarMark.RETURNED: "warn",
    CalendarMark.DRAFT: "warn",
    CalendarMark.SUBMITTED: "info",
    CalendarMark.APPROVED: "ok",
    CalendarMark.LOCKED: "ok",
}


async def page(request: Request) -> Response:
    """Every hospital's last months, those with late months first."""
    return await _page(request, query_form(request), "calendar/page.html", 200)


async def _page(request: Request, form: Form, template: str, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("month.list")
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, form)
        calendar = await report_calendar(unit, scope.code)
    context = {
        "scope": scope,
        "calendar": calendar,
        "form": form,
        "tones": TONES,
        "waiting": [line for line in calendar.late if not line.is_reminded_today],
        "counts": [(mark, calendar.newest[mark]) for mark in CalendarMark if calendar.newest.get(mark)],
        "remind": address(f"{_PATH}/remind", program=scope.code),
        "month_page": lambda line, one: address(f"/months/{line.hospital_id}/{one.month}", program=scope.code),
        "open_action": lambda line: address(
            "/corrective-actions/new", program=scope.code, hospital=line.hospital_id, month=line.late[0],
            origin="LATE_MONTH",
        ),
    }  # fmt: skip
    return render(request, template, context, status=status)


async def choose(request: Request) -> Response:
    """Whom to remind: every late hospital is ticked that was not reminded today."""
    actor_of(request).require("month.remind")
    return await _page(request, query_form(request), "calendar/remind.html", 200)


async def remind(request: Request) -> Response:
    """Send the reminders."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            given = {"program": form.value("program"), "hospitals": form.values("hospitals")}
            told = await remind_late(unit, RemindLate.parse(given))
            back = f"{_PATH}/undo/{sign([_UNDO, unit.started_at.isoformat()], seconds=_UNDO_SECONDS)}"
    except (Invalid, Conflict) as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return await _page(request, form.refused(refusal), "calendar/remind.html", status)
    return go(request, address(_PATH, program=form.value("program")), said="calendar.reminded", undo=back, n=told)


async def undo(request: Request) -> Response:
    """Take back the reminders of a moment ago. Raises ``Conflict`` when they are out."""
    match unsign(request.path_params["token"]):
        case [str(verb), str(moment)] if verb == _UNDO:
            async with begin(actor_of(request)) as unit:
                await take_reminders_back(unit, datetime.fromisoformat(moment))
        case _:
            raise Conflict(Problem("undo", "REMINDER_IS_OUT"))
    return go(request, _PATH, said="toast.undone")


ROUTES = [
    signed_in(_PATH, page),
    signed_in(f"{_PATH}/remind", choose),
    signed_in(f"{_PATH}/remind", remind, "POST"),
    signed_in(f"{_PATH}/undo/{{token}}", undo, "POST"),
]
