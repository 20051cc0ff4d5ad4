"""The month as a workbook: the roll-up by service, as reported and as corrected, with the notes."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Invalid, NotFound
from coord.kernel.sheets import Cell
from coord.measures.rows import MeasureRow
from coord.periods import MonthOf
from coord.periods.export import export_month
from coord.periods.figures import MonthFigures
from coord.work import begin
from web.downloads import table_file
from web.forms import query_form
from web.foundation import cap, scope_of
from web.months import BY_SERVICE, FIGURES
from web.page import language_of
from web.routes import heavy
from web.session import actor_of
from web.words import month, speak, t


async def workbook(request: Request) -> Response:
    """One month of a hospital, for those who may take lists with them."""
    speak(language_of(request))
    async with begin(actor_of(request)) as unit:
        scope = await scope_of(unit, query_form(request))
        named = {"hospital": request.path_params["hospital"], "month": request.path_params["month"]}
        try:
            given = MonthOf.parse({"program": scope.code, **named})
        except Invalid:
            raise NotFound from None
        place, figures = await export_month(unit, given)
    name = f"{place.hospital_name} {month(place.month)}"
    return await table_file(name, "xlsx", [*_totals(figures), [], *_services(figures), [], *_notes(figures)])


def _totals(figures: MonthFigures) -> Sequence[Sequence[Cell]]:
    head = [t("months.figure"), t("months.as_reported"), t("months.as_corrected")]
    reported = figures.reported
    lines = [
        [cap(t(f"measure.{name}")), None if reported is None else reported.get(name, 0), figures.corrected[name]]
        for name in FIGURES
    ]
    return [head, *lines]


def _services(figures: MonthFigures) -> Sequence[Sequence[Cell]]:
    head = [t("log.service"), *(cap(t(f"measure.{name}")) for name in BY_SERVICE)]
    return [head, *map(_service, figures.by_service)]


def _service(row: MeasureRow) -> Sequence[Cell]:
    return [cap(t(f"service_code.{row.key[0].key}")), *(row.figures[name] for name in BY_SERVICE)]


def _notes(figures: MonthFigures) -> Sequence[Sequence[Cell]]:
    head = [t("months.corrections"), t("correction.reason"), t("correction.note")]
    words = [[t(f"adjustment.{n['kind']}"), t(f"correction.{n['reason']}"), n["note"]] for n in figures.notes]
    return [head, *words] if words else []


ROUTES = [heavy("/months/{hospital}/{month}.xlsx", workbook)]
