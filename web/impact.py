"""The public report of a program: no sign-in, no script; what is published, and nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.sheets import Cell
from coord.measures import Dimension
from coord.releases.codes import COUNTS, SHARES
from coord.releases.exporting import report_json
from coord.releases.parameters import Parameters
from coord.releases.public import PublicReport, public_report
from coord.releases.reads import ImpactReport
from coord.releases.serving import ProtectedCount, ProtectedRate, Published
from web.downloads import table_file
from web.forms import query_form
from web.foundation import address, cap
from web.page import language_of, render
from web.routes import public
from web.words import number, speak, t

BY_HOSPITAL = (Dimension.HOSPITAL,)
_HEADLINES = ("persons", "new_persons", "person_times", "sessions")
LOOP = ("referrals_sent", "referrals_accepted", "referrals_first_contact", "referrals_closed_loop")
RATES = tuple(SHARES)


def count_word(figure: ProtectedCount) -> str:
    """A published count, or the sign for one too small to be shown."""
    return t("impact.hidden") if figure.value is None else number(figure.value)


def rate_word(figure: ProtectedRate) -> str:
    """A published rate, or the sign for one that is not."""
    return t("impact.hidden") if figure.percent is None else f"{figure.percent}%"


def word_of(figure: ProtectedCount | ProtectedRate) -> str:
    """Either of both."""
    return rate_word(figure) if isinstance(figure, ProtectedRate) else count_word(figure)


def shown(report: ImpactReport) -> Mapping[str, Any]:
    """What the report's template needs."""
    total = report.answer.total
    return {
        "report": report,
        "headlines": [(name, word_of(total[name])) for name in _HEADLINES],
        "loop": [(name, word_of(total[name])) for name in LOOP],
        "rates": [(name, total[name], word_of(total[name])) for name in RATES],
        "columns": [*COUNTS, *SHARES],
        "lines": [(row.key[0][1], _words(row.figures)) for row in report.answer.rows],
        "word": count_word,
    }


def _words(figures: Published) -> Sequence[str]:
    return [word_of(figures[name]) for name in (*COUNTS, *SHARES)]


async def _asked(request: Request) -> PublicReport:
    speak(language_of(request))
    return await public_report(request.path_params["program"], query_form(request).value("period"), BY_HOSPITAL)


async def page(request: Request) -> Response:
    """The newest quarter, or the period that the address names."""
    found = await _asked(request)
    code = found.report.program.code
    context = {
        **shown(found.report),
        "periods": [(one, address(f"/impact/{code}", period=one), one == found.report.period) for one in found.periods],
        "files": [
            (kind.upper(), address(f"/impact/{code}/report.{kind}", period=found.report.period))
            for kind in ("xlsx", "csv", "json")
        ],
        "query": _query(code, found.report.period),
    }
    return render(request, "impact/report.html", context)


def _query(code: str, period: str) -> str:
    """The query that gives these figures, as the explorer's address."""
    fields = "rows { key { label } measures { personTimes { value status } } } total { personTimes { value status } }"
    text = f'{{ impactReport(program: "{code}", period: "{period}", groupBy: [HOSPITAL]) {{ releaseId {fields} }} }}'
    return address("/graphql", query=text)


async def file(request: Request) -> Response:
    """The same figures as a file: every cell equals the page's."""
    found, kind = await _asked(request), request.path_params["kind"]
    report = found.report
    name = f"{report.program.code}-{report.period}"
    if kind == "json":
        kept = {"Content-Disposition": f'attachment; filename="coord-{report.period}.json"'}
        return Response(report_json(report), media_type="application/json", headers=kept)
    head = [t("impact.hospital"), *(cap(t(f"impact.figure.{one}")) for one in (*COUNTS, *SHARES))]
    lines: list[Sequence[Cell]] = [[t("impact.total"), *_cells(report.answer.total)]]
    lines += [[row.key[0][1], *_cells(row.figures)] for row in report.answer.rows]
    told = [[t("impact.release_of", release=str(report.release_id), period=report.period)]]
    return await table_file(name, kind, [head, *lines, *told])


def _cells(figures: Published) -> Sequence[Cell]:
    """Numbers as numbers; a hidden one as the sign that it is."""
    found: list[Cell] = []
    for name in (*COUNTS, *SHARES):
        figure = figures[name]
        value = figure.percent if isinstance(figure, ProtectedRate) else figure.value
        found.append(t("impact.hidden") if value is None else value)
    return found


async def method(request: Request) -> Response:
    """How figures are protected, in plain words."""
    speak(language_of(request))
    return render(request, "impact/method.html", {"how": Parameters()})


ROUTES = [
    public("/impact/method", method),
    public("/impact/{program}", page),
    public("/impact/{program}/report.{kind}", file),
]
