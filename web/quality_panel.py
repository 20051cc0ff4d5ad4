"""The data quality of a month, hospital by hospital, with a way to what is behind it and to putting it right."""

from starlette.requests import Request
from starlette.responses import Response

from coord.oversight.quality import IN_TIME, quality_panel
from coord.work import begin
from web.forms import query_form
from web.foundation import address, scope_of
from web.page import language_of, render
from web.routes import heavy
from web.session import actor_of
from web.words import speak

_PATH = "/quality-panel"


async def page(request: Request) -> Response:
    """A month of every hospital, most doubts first."""
    speak(language_of(request))
    asked = query_form(request)
    actor_of(request).require("contact.review")
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, asked)
        month = asked.value("month")
        if month not in scope.months:
            month = scope.months[min(1, len(scope.months) - 1)]
        lines = await quality_panel(unit, scope.code, month)
    context = {
        "scope": scope,
        "month_shown": month,
        "lines": lines,
        "aim": IN_TIME.aim,
        "flags": lambda line: address("/quality", program=scope.code, hospital=line.hospital_code),
        "open_action": lambda line: address(
            "/corrective-actions/new", program=scope.code, hospital=line.hospital_id, month=month, origin="QUALITY"
        ),
    }
    return render(request, "quality_panel/page.html", context)


ROUTES = [heavy(_PATH, page)]
