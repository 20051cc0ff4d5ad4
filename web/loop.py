"""How many referrals close: the funnel, who sends to whom, and what is overdue, across hospitals."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Invalid
from coord.measures import Dimension, MeasureTable, measure_table
from coord.measures.rows import MeasureRow
from coord.placements import filter_choices
from coord.referrals import ReferralFilter
from coord.referrals.overdue import Overdue, overdue_referrals
from coord.referrals.reads import count_referrals, due_day
from coord.work import Unit, begin
from web.charts import Bar, Flow, horizontal_bars, sankey
from web.figures import Chart, share_word
from web.forms import Form, query_form
from web.foundation import cap, scope_of, word_of
from web.numbers import Asked, asked_of, with_defaults
from web.page import language_of, render
from web.paging import SIZES, pages_of
from web.routes import heavy
from web.session import actor_of
from web.words import speak, t

_PATH = "/loop"
STEPS = (
    "referrals_sent", "referrals_received", "referrals_accepted", "referrals_first_contact", "referrals_closed_loop",
)  # fmt: skip
EXITS = ("referrals_declined", "referrals_expired", "referrals_lost")
_FLOWS = (Dimension.HOSPITAL, Dimension.RECEIVER)
_OF_FLOW = ("referrals_sent", "referrals_accepted", "referrals_closed_loop")
_DRAWN = 8
"""So many places stand on either side of the picture; the table has all."""
_LISTED = ("code", "state", "urgency", "need", "source.name", "target.name", "program.time_zone")


async def page(request: Request) -> Response:
    """The program's referrals between two days, of all hospitals or of one; what is overdue now."""
    speak(language_of(request))
    actor, form = actor_of(request), query_form(request)
    async with begin(actor, read_only=True) as unit:
        actor.require("measure.read")
        scope = await scope_of(unit, form)
        form = with_defaults(form, scope).but(by=[], show="REFERRALS")
        choices = await filter_choices(unit, scope.code)
        context: dict[str, Any] = {"scope": scope, "form": form, "choices": choices, "table": None, "may_list": False}
        try:
            asked = asked_of(form, scope, choices)
        except Invalid as refusal:
            context["form"] = form.refused(refusal)
        else:
            table = await measure_table(unit, asked.grouped(*_FLOWS).query, (*STEPS, *EXITS))
            context |= {**_pictures(table, asked), **await _overdue(unit, form, asked)}
    return render(request, "loop/page.html", context, block="results", status=422 if context["form"].is_wrong else 200)


def _pictures(table: MeasureTable, asked: Asked) -> Mapping[str, Any]:
    """The funnel, where referrals leave it, and who sends to whom."""
    return {
        "table": table,
        "steps": _bars(t("loop.funnel"), table, STEPS, asked),
        "exits": _bars(t("loop.exits"), table, EXITS, asked),
        "flows": _flows(table, asked),
        "explorer": asked.grouped(*_FLOWS).explorer(),
        "sizes": SIZES,
    }


async def _overdue(unit: Unit, form: Form, asked: Asked) -> Mapping[str, Any]:
    """What is overdue now, for those who may see referrals one by one."""
    if not unit.actor.may("referral.list"):
        return {"may_list": False}
    (hospital,) = asked.query.hospitals if asked.query.hospitals and len(asked.query.hospitals) == 1 else (None,)
    given = ReferralFilter(program=asked.query.program, source=hospital, overdue=True)
    kept = {name: value for name, value in asked.kept.items() if name not in {"by", "show"}}
    pages = pages_of(form, await count_referrals(unit, given), _PATH, kept)
    rows = await overdue_referrals(unit, _LISTED, given, page=pages.page, size=pages.size)
    return {"may_list": True, "pages": pages, "overdue": [_line(one) for one in rows]}


def _line(one: Overdue) -> Mapping[str, Any]:
    return {"row": one.row, "clock": one.clock, "since": due_day(one.since, one.row["program.time_zone"])}


def _bars(title: str, table: MeasureTable, names: Sequence[str], asked: Asked) -> Chart:
    """One bar for each step, as a share of all that were sent; each leads to its rows."""
    sent = table.total["referrals_sent"] or 1
    words = [(cap(t(f"measure.{name}")), table.total[name], asked.rows(name, {})) for name in names]
    drawn = horizontal_bars(title, [Bar(word, n, share_word(n / sent), href if n else None) for word, n, href in words])
    data = [(word, [(n, href)]) for word, n, href in words] if table.total["referrals_sent"] else []
    return Chart(title, drawn, (), [t("loop.referrals")], data)


def _flows(table: MeasureTable, asked: Asked) -> Chart:
    """Who sends to whom; the table says what became of it."""
    rows = sorted(table.rows, key=lambda row: -row.figures["referrals_sent"])
    drawn = sankey(t("loop.flows"), _drawn(rows, asked))
    data = [(_between(row), [_figure(row, name, asked) for name in _OF_FLOW]) for row in rows]
    return Chart(t("loop.flows"), drawn, (), [cap(t(f"measure.{name}")) for name in _OF_FLOW], data)


def _names(row: MeasureRow) -> Sequence[str]:
    return [word_of(value.dimension, value.key, value.name) for value in row.key]


def _between(row: MeasureRow) -> str:
    start, end = _names(row)
    return t("loop.between", source=start, target=end)


def _cell(row: MeasureRow) -> Mapping[Dimension, str]:
    return {value.dimension: value.key for value in row.key}


def _figure(row: MeasureRow, measure: str, asked: Asked) -> tuple[int, str]:
    return row.figures[measure], asked.rows(measure, _cell(row))


def _drawn(rows: Sequence[MeasureRow], asked: Asked) -> Sequence[Flow]:
    """The flows of the picture: small places stand together, and what stands together leads nowhere."""
    starts, ends = ([_names(row)[side] for row in rows] for side in (0, 1))
    shown = [list(dict.fromkeys(names))[:_DRAWN] for names in (starts, ends)]
    found: dict[tuple[str, str], Flow] = {}
    for row in rows:
        names = [name if name in shown[side] else t("charts.others") for side, name in enumerate(_names(row))]
        value, href = _figure(row, "referrals_sent", asked)
        key = (names[0], names[1])
        known = found.get(key)
        found[key] = Flow(*key, value, href) if known is None else Flow(*key, known.value + value)
    return list(found.values())


ROUTES = [heavy(_PATH, page)]
