"""A sponsor's own page: the published figures of the hospitals that it funds, their files, and its agreements."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.agreements.inputs import AgreementFilter
from coord.agreements.reads import AGREEMENTS, agreements, totals_of
from coord.kernel.errors import NotFound
from coord.releases.files import PARTIAL_KINDS
from coord.releases.granted import Granted, granted
from coord.releases.tabling import FIGURES
from coord.work import begin
from web.agreements import TONES, bar
from web.forms import query_form
from web.foundation import Scope, address, scope_of
from web.impact import ask, report_response, shown
from web.page import language_of, render
from web.queries import Part
from web.routes import heavy, signed_in
from web.session import actor_of
from web.words import speak

PATH = "/grants"
_MOST = 50
_WANTED = ("reference", "currency", "state", "fictional", "agreed.title", "agreed.committed", "grantee.name")


async def page(request: Request) -> Response:
    """The newest quarter, or the period that the address names."""
    language = speak(language_of(request)).language
    actor, form = actor_of(request), query_form(request)
    actor.require("grant.read")
    async with begin(actor, read_only=True) as unit:
        scope = await scope_of(unit, form)
        found = await granted(unit, scope.code, form.value("period"))
        paid = await agreements(unit, _WANTED, AGREEMENTS.request(_MOST, None), AgreementFilter(program=scope.code))
        money = await totals_of(unit, [row["id"] for row in paid.rows])
    context = {
        "scope": scope, "form": form, "found": found, "agreements": [(row, money[row["id"]]) for row in paid.rows],
        "tones": TONES, "bar": bar, "report": None, **_figures(scope, found, language),
    }  # fmt: skip
    return render(request, "grants/index.html", context)


def _figures(scope: Scope, found: Granted, language: str) -> Mapping[str, Any]:
    """What a report adds to the page."""
    code, report = scope.code, found.report
    periods = [(one, None, address(PATH, program=code, period=one), one == found.period) for one in found.periods]
    if report is None:
        return {"periods": periods}
    asked = partial(ask, report, hospitals=found.hospitals)
    return {
        **shown(report, language), "periods": periods, "ask": asked,
        "query": asked(*FIGURES, parts=[Part.TOTAL, Part.HOSPITALS]),
        "files": [
            (kind.upper(), address(f"{PATH}/report.{kind}", program=code, period=found.period))
            for kind in PARTIAL_KINDS
        ],
    }  # fmt: skip


async def file(request: Request) -> Response:
    """The same figures as a file."""
    form, kind = query_form(request), request.path_params["kind"]
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, form)
        found = await granted(unit, scope.code, form.value("period"))
    if found.report is None or kind not in PARTIAL_KINDS:
        raise NotFound
    return await report_response(request, found.report, kind)


ROUTES = [signed_in(PATH, page), heavy(f"{PATH}/report.{{kind}}", file)]
