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
from coord.measures import (
    MEASURES,
    Dimension,
    MeasureQuery,
    MeasureTable,
    identified_share,
    measure_table,
)
from coord.measures.ratios import QUANTILES, RATIOS
from coord.placements import Choices, filter_choices
from coord.work import Unit, begin
from web.figures import Chart, bars_of, ratio_word, share_word, stacked_by, value_word
from web.forms import Form, query_form
from web.foundation import Scope, address, cap, export_links, scope_of, word_of
from web.page import language_of, render
from web.paging import pages_of
from web.queries import api_name, explorer, measures_query
from web.routes import heavy
from web.session import actor_of
from web.words import month, number, short_month, speak, t

_OF_REFERRALS = ("referrals_", "first_", "followed_", "readmitted_")
COLUMNS = (
    "person_times", "persons", "identified_heads", "sessions", "groups", "events", "contacts", "minutes",
    "attempts_not_delivered",
)  # fmt: skip
SHOWN: Mapping[str, Sequence[str]] = {
    "SERVICES": COLUMNS,
    "CASES": (
        "cases_opened", "cases_reopened", "cases_taken_over", "cases_active", "cases_closed", "cases_lost",
        "intakes_decided", "intakes_opened",
    ),
    "REFERRALS": (
        "referrals_sent", "referrals_received", "referrals_accepted", "referrals_declined", "referrals_expired",
        "referrals_first_contact", "first_contact_median", "first_contact_p90", "referrals_closed_loop",
        *(name for name, ratio in RATIOS.items() if ratio.part.startswith(_OF_REFERRALS) and not ratio.indicator),
    ),
    "QUALITY": tuple(name for name, ratio in RATIOS.items() if ratio.indicator),
}  # fmt: skip
"""Sets of columns: measures, ratios with the figures that they are made of, and quantiles."""
EVERY_COLUMN = tuple(dict.fromkeys((*COLUMNS, *MEASURES, *QUANTILES, *(n for n in RATIOS if n != "identified_share"))))
MOST_DIMENSIONS = 2
_MOST_MONTHS = 24
_PEOPLE = ("person_times",)
_TIMES = {Dimension.MONTH, Dimension.QUARTER}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: the query and the same as an address again."""

    query: MeasureQuery
    kept: Mapping[str, Any]
    show: str = "SERVICES"

    @property
    def columns(self) -> Sequence[str]:
        """The columns of the set that is shown."""
        return SHOWN[self.show]

    def rows(self, measure: str, cell: Mapping[Dimension, str]) -> str:
        """The rows behind a figure."""
        pairs = [(str(dimension), key) for dimension, key in cell.items()]
        return address("/numbers/rows", *pairs, **{**self.kept, "by": None}, measure=measure)

    def grouped(self, *by: Dimension) -> "Asked":
        """The same, grouped otherwise."""
        return Asked(self.query.model_copy(update={"group_by": by}), self.kept, self.show)

    def explorer(self, measure: str | None = None) -> str:
        """The explorer with the query that gives these figures."""
        fields = [api_name(measure)] if measure else [api_name(name) for name in self.columns]
        return explorer(measures_query(self.query, fields))


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
    show = form.value("show") if form.value("show") in SHOWN else "SERVICES"
    kept = {"program": scope.code, **days, "by": list(by), "hospital": hospitals}
    return Asked(query, {**kept, "show": show} if show != "SERVICES" else kept, show)


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
    kept = {
        "program": scope.code,
        "by": form.values("by"),
        "hospital": form.values("hospital"),
        "show": form.value("show"),
    }
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


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in a table: the word, the address of its rows, and for a ratio its part and whole in the same way."""

    word: str
    href: str = ""
    parts: Sequence["Shown"] = ()


def _figures(row: Any, cell: Mapping[Dimension, str], asked: Asked) -> Sequence[Shown]:
    """The cells of a row: the total or a cell of a table."""
    figures = getattr(row, "figures", None) or row.total

    def plain(measure: str) -> Shown:
        # Cases in hand are those of the last day: a month before it has no such figure.
        is_elsewhere = measure == "cases_active" and not figures[measure] and _TIMES & set(cell)
        word = t("charts.no_data") if is_elsewhere else number(figures[measure])
        if measure == "identified_heads":
            word = share_word(identified_share(figures))
        return Shown(word, asked.rows(measure, cell) if figures[measure] else "")

    def one(name: str) -> Shown:
        if name in QUANTILES:
            hours, of = row.quantiles.get(name), QUANTILES[name].measure
            return Shown(t("charts.no_data") if hours is None else number(hours), asked.rows(of, cell) if hours else "")
        if name in RATIOS:
            return Shown(ratio_word(RATIOS[name], figures), "", (plain(RATIOS[name].part), plain(RATIOS[name].whole)))
        return plain(name)

    return [one(name) for name in asked.columns]


def _lines(table: MeasureTable, asked: Asked) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "words": [word_of(value.dimension, value.key, value.name) for value in row.key],
            "figures": _figures(row, {value.dimension: value.key for value in row.key}, asked),
        }
        for row in table.rows
    ]


def _definition(name: str) -> str:
    """What a column is, in words."""
    if name in RATIOS:
        part, whole = (t(f"measure.{measure}") for measure in (RATIOS[name].part, RATIOS[name].whole))
        return cap(t("numbers.ratio_definition", part=part, whole=whole))
    if name in QUANTILES:
        return t("numbers.quantile_definition")
    return cap(t(f"measure.{'identified_share' if name == 'identified_heads' else name}.definition"))


def _aim(name: str) -> str:
    """The usual target of a ratio; empty where there is none."""
    ratio = RATIOS.get(name)
    if ratio is None or ratio.aim is None:
        return ""
    return t(f"numbers.aim_at_{'most' if ratio.at_most else 'least'}", value=value_word(ratio, ratio.aim))


def _heads(asked: Asked) -> Sequence[tuple[str, str, str]]:
    """The head of each column, its target, and its definition."""
    return [(head_of(name), _aim(name), _definition(name)) for name in asked.columns]


def head_of(name: str) -> str:
    """The head of a column, an indicator with its number."""
    ratio = RATIOS.get(name)
    return f"{ratio.indicator} {t(f'measure.{name}')}" if ratio and ratio.indicator else column_word(name)


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
        "sets": _sets(form),
        **shown,
    }
    return render(request, "numbers/index.html", context, block="results", status=422 if form.is_wrong else 200)


def _sets(form: Form) -> Sequence[tuple[str, str, bool]]:
    """The sets of figures: word, address, whether it is the one shown."""
    kept = {name: form.value(name) for name in ("program", "from_day", "to_day")}
    repeated = {name: [v for v in form.values(name) if v] for name in ("by", "hospital")}
    now = form.value("show") if form.value("show") in SHOWN else "SERVICES"
    return [
        (t(f"numbers.show.{name}"), address("/numbers", **kept, **repeated, show=name), name == now) for name in SHOWN
    ]


async def _shown(unit: Unit, form: Form, asked: Asked) -> Mapping[str, Any]:
    table = await measure_table(unit, asked.query, asked.columns)
    over_time, bars = await _charts(unit, asked) if asked.show == "SERVICES" else (None, ())
    lines = _lines(table, asked)
    pages = pages_of(form.but(size="100"), len(lines), "/numbers", asked.kept)
    return {
        "table": table,
        "over_time": over_time,
        "bars": bars,
        "lines": lines[pages.first_row - 1 if lines else 0 : pages.last_row],
        "pages": pages,
        "total": _figures(table, {}, asked),
        "heads": _heads(asked),
        "explorer": asked.explorer(),
        "exports": export_links(unit.actor, "numbers", asked.kept),
    }


ROUTES = [heavy("/numbers", index)]
