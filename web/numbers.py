"""The numbers of a program: any period, grouped by up to two dimensions, each figure with its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Invalid
from coord.measures import Dimension, MeasureQuery, MeasureTable, identified_share, measure_table
from coord.placements import Choices, filter_choices
from coord.work import Unit, begin
from web.figures import Chart, bars_of, share_word, stacked_by
from web.forms import Form, query_form
from web.foundation import Scope, address, api_name, cap, export_links, query_text, scope_of, word_of
from web.page import language_of, render
from web.paging import pages_of
from web.routes import signed_in
from web.session import actor_of
from web.words import month, number, short_month, speak, t

COLUMNS = (
    "person_times", "persons", "identified_heads", "sessions", "groups", "events", "contacts", "minutes",
    "attempts_not_delivered", "cases_opened", "cases_active",
    "cases_closed", "referrals_sent", "referrals_accepted", "referrals_first_contact", "referrals_closed_loop",
)  # fmt: skip
MOST_DIMENSIONS = 2
_MOST_MONTHS = 24
_PEOPLE = ("person_times",)
_TIMES = {Dimension.MONTH, Dimension.QUARTER}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: the query and the same as an address again."""

    query: MeasureQuery
    kept: Mapping[str, Any]

    def rows(self, measure: str, cell: Mapping[Dimension, str]) -> str:
        """The rows behind a figure."""
        pairs = [(str(dimension), key) for dimension, key in cell.items()]
        return address("/numbers/rows", *pairs, **{**self.kept, "by": None}, measure=measure)

    def grouped(self, *by: Dimension) -> "Asked":
        """The same, grouped otherwise."""
        return Asked(self.query.model_copy(update={"group_by": by}), self.kept)

    def explorer(self, measure: str | None = None) -> str:
        """The explorer with the query that gives these figures."""
        fields = [api_name(measure)] if measure else [api_name(name) for name in COLUMNS]
        return address("/graphql", query=query_text(self.query, fields))


def hospital_ids(form: Form, choices: Choices) -> tuple[UUID, ...] | None:
    """The hospitals of an address, None for all; a code that the actor does not see leaves nothing."""
    codes = {code for code in form.values("hospital") if code}
    return tuple(choice.id for choice in choices.hospitals if choice.code in codes) if codes else None


def asked_of(form: Form, scope: Scope, choices: Choices) -> Asked:
    """The query of an address. Raises ``Invalid`` for wrong dates or dimensions."""
    by = tuple(dict.fromkeys(name for name in form.values("by") if name))[:MOST_DIMENSIONS]
    days = {"from_day": form.value("from_day"), "to_day": form.value("to_day")}
    query = MeasureQuery.parse(
        {"program": scope.code, "group_by": by, "hospitals": hospital_ids(form, choices), **days}
    )
    hospitals = [code for code in form.values("hospital") if code]
    return Asked(query, {"program": scope.code, **days, "by": list(by), "hospital": hospitals})


def with_defaults(form: Form, scope: Scope) -> Form:
    """This year by month, unless the address says otherwise."""
    start = {"from_day": f"{scope.today.year}-01-01", "to_day": scope.today.isoformat(), "by": "MONTH"}
    return form.but(**{name: value for name, value in start.items() if name not in form.fields})


def column_word(measure: str) -> str:
    """The head of a measure's column; known people are shown as a share."""
    return cap(t(f"measure.{'identified_share' if measure == 'identified_heads' else measure}"))


def presets(form: Form, scope: Scope) -> Sequence[tuple[str, str, bool]]:
    """This month, quarter and year: word, address, whether it is the current one."""
    today = scope.today
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    kept = {"program": scope.code, "by": form.values("by"), "hospital": form.values("hospital")}
    starts = {"month": today.replace(day=1), "quarter": quarter, "year": today.replace(month=1, day=1)}
    return [
        (
            t(f"numbers.this_{name}"),
            address("/numbers", **kept, from_day=first, to_day=today),
            (form.value("from_day"), form.value("to_day")) == (first.isoformat(), today.isoformat()),
        )
        for name, first in starts.items()
    ]


async def _table(unit: Unit, asked: Asked, *by: Dimension) -> MeasureTable:
    return await measure_table(unit, asked.grouped(*by).query, _PEOPLE)


async def _charts(unit: Unit, asked: Asked) -> tuple[Chart, Sequence[Chart]]:
    """Person-times over time by service, and by hospital, stage, phase and target."""
    days = asked.query.to_day - asked.query.from_day
    along = Dimension.MONTH if days <= timedelta(days=_MOST_MONTHS * 31) else Dimension.QUARTER
    table = await _table(unit, asked, along, Dimension.SERVICE_CODE)
    link = partial(asked.rows, "person_times")
    over_time = stacked_by(t("numbers.over_time"), table, "person_times", _slots(table), link)
    kinds = (Dimension.HOSPITAL, Dimension.TARGET, Dimension.STAGE, Dimension.PHASE)
    bars = [
        bars_of(t("numbers.by", what=t(f"dimension.{kind}")), await _table(unit, asked, kind), "person_times", link)
        for kind in kinds
    ]
    return over_time, bars


def _slots(table: MeasureTable) -> Sequence[tuple[str, str, str]]:
    """The axis: every month or quarter from the first with a figure to the last."""
    keys = sorted({row.key[0].key for row in table.rows})
    if not keys:
        return []
    if "Q" in keys[0]:
        return [(key, f"{key[2:4]} {key[4:]}", key) for key in keys]
    first, last = (int(key[:4]) * 12 + int(key[5:]) - 1 for key in (keys[0], keys[-1]))
    months = [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(first, last + 1)]
    return [(key, short_month(key), month(key)) for key in months]


def _figures(figures: Mapping[str, int], cell: Mapping[Dimension, str], asked: Asked) -> Sequence[tuple[str, str]]:
    """The cells of a row: what is shown, and the address of its rows where there are any."""
    shown = []
    for measure in COLUMNS:
        # Cases in hand are those of the last day: a month before it has no such figure.
        is_elsewhere = measure == "cases_active" and not figures[measure] and _TIMES & set(cell)
        word = t("charts.no_data") if is_elsewhere else number(figures[measure])
        if measure == "identified_heads":
            word = share_word(identified_share(figures))
        shown.append((word, asked.rows(measure, cell) if figures[measure] else ""))
    return shown


def _lines(table: MeasureTable, asked: Asked) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "words": [word_of(value.dimension, value.key, value.name) for value in row.key],
            "figures": _figures(row.figures, {value.dimension: value.key for value in row.key}, asked),
        }
        for row in table.rows
    ]


async def index(request: Request) -> Response:
    """The table of all measures with charts above it."""
    speak(language_of(request))
    form = query_form(request)
    async with begin(actor_of(request), read_only=True) as unit:
        unit.actor.require("measure.read")
        scope = await scope_of(unit, form)
        form = with_defaults(form, scope)
        choices = await filter_choices(unit, scope.code)
        shown: Mapping[str, Any] = {"table": None, "exports": []}
        try:
            asked = asked_of(form, scope, choices)
        except Invalid as refusal:
            form = form.refused(refusal)
        else:
            shown = await _shown(unit, form, asked)
    context = {
        "scope": scope,
        "form": form,
        "choices": choices,
        "presets": presets(form, scope),
        "dimensions": [(d, cap(t(f"dimension.{d}"))) for d in Dimension],
        "measures": COLUMNS,
        **shown,
    }
    return render(request, "numbers/index.html", context, block="results", status=422 if form.is_wrong else 200)


async def _shown(unit: Unit, form: Form, asked: Asked) -> Mapping[str, Any]:
    table = await measure_table(unit, asked.query)
    over_time, bars = await _charts(unit, asked)
    lines = _lines(table, asked)
    pages = pages_of(form.but(size="100"), len(lines), "/numbers", asked.kept)
    return {
        "table": table,
        "over_time": over_time,
        "bars": bars,
        "lines": lines[pages.first_row - 1 if lines else 0 : pages.last_row],
        "pages": pages,
        "total": _figures(table.total, {}, asked),
        "explorer": asked.explorer(),
        "exports": export_links(unit.actor, "numbers", asked.kept),
    }


ROUTES = [signed_in("/numbers", index)]
