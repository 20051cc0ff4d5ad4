"""The results of a program: how far each indicator is, and every number back to the hospitals it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.kernel.quantity import Quantity
from coord.programs.quarters import last_quarters, quarter_on
from coord.results import Line, ResultQuery, TakeActuals, adopt_aims, framework, take_quarter
from coord.results.aims import Aim, AimNode
from coord.results.codes import Direction, IndicatorUnit, SourceKind
from coord.results.history import history
from coord.results.measuring import period_days
from coord.results.reads import Framework, PlaceFigure, quantity_of
from coord.work import Unit, begin
from web.charts.sparkline import meter
from web.forms import Form, query_form, read_form
from web.foundation import Scope, address, scope_of
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import number, speak, t

PATH = "/results"
_OFFERED = 8
_HUNDRED = 100
_ON_WAY = Fraction(1, 2)


def shown(quantity: Quantity | None, unit: IndicatorUnit, decimals: int = 1) -> str:
    """An indicator's value in words: 46.2%, 18 days, 12; the sign for nothing where there is no whole."""
    value = None if quantity is None else quantity.value
    if value is None:
        return "–"
    if unit is IndicatorUnit.COUNT:
        return number(int(value))
    rounded = round(float(value * (_HUNDRED if unit is IndicatorUnit.PERCENT else 1)), decimals)
    if unit is IndicatorUnit.DAYS:
        return t("results.days", n=number(rounded))
    return f"{number(rounded)}%" if unit is IndicatorUnit.PERCENT else number(rounded)


def progress_word(share: Fraction | None) -> str:
    """The progress in whole percent, not capped; the sign for nothing without one."""
    return "–" if share is None else f"{number(round(float(share) * _HUNDRED))}%"


def tone(share: Fraction | None) -> str:
    """How far it is, as a color; the number beside it says the same."""
    if share is None or share < _ON_WAY:
        return "bad" if share is not None and share < 0 else "warn"
    return "ok"


def title_of(code: str, title: str) -> str:
    """The aims of the program in the reader's words, everything else as it was written."""
    if code in set(Aim):
        return t(f"aim.{code}")
    return t(f"aim_node.{code}") if code in set(AimNode) else title


@dataclass(frozen=True, slots=True)
class Shown:
    """An indicator as the page shows it."""

    line: Line
    title: str
    actual: str
    baseline: str
    target: str
    progress: str
    bar: Any
    href: str

    @property
    def has_source(self) -> bool:
        """Whether anything in coord measures it."""
        return self.line.definition.source_kind is not SourceKind.NONE

    @property
    def falls(self) -> bool:
        """Whether lower is better."""
        return self.line.definition.direction is Direction.DOWN


def _shown(line: Line, scope: Scope, period: str) -> Shown:
    one = line.definition
    words = [
        shown(found, one.unit, one.decimals)
        for found in (line.actual, quantity_of(line.baseline), quantity_of(line.target))
    ]
    href = address(f"{PATH}/{one.code}", program=scope.code, period=period)
    bar = meter(float(line.bar), tone(line.progress), width=120)
    return Shown(
        line, title_of(one.code, one.title), words[0], words[1], words[2], progress_word(line.progress), bar, href
    )


def _periods(scope: Scope) -> Sequence[str]:
    """The running quarter, those before it, and the years that they touch; from the start of the program on."""
    quarters = [quarter_on(scope.today), *last_quarters(scope.today, _OFFERED)]
    first = quarter_on(scope.program["starts_on"])
    held = [one for one in quarters if one >= first]
    return [*held, *dict.fromkeys(one[:4] for one in held)]


def _period(scope: Scope, form: Form) -> str:
    """The period that a page asks for, else the last whole quarter of the program."""
    offered = _periods(scope)
    asked = form.value("period") or next((one for one in offered[1:] if "Q" in one), offered[0])
    if asked not in offered:
        raise NotFound
    return asked


async def _asked(unit: Unit, form: Form) -> tuple[Scope, str, Framework]:
    scope = await scope_of(unit, form)
    period = _period(scope, form)
    return scope, period, await framework(unit, ResultQuery(program=scope.code, period=period))


async def page(request: Request) -> Response:
    """The chain from impact to outputs, each indicator with its bar."""
    return await _page(request, query_form(request), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("result.list")
    async with begin(actor_of(request), read_only=True) as unit:
        scope, period, found = await _asked(unit, form)
    nodes = [
        (node, title_of(node.code, node.title), [_shown(line, scope, period) for line in found.lines.get(node.id, ())])
        for node in found.nodes
    ]
    context = {
        "scope": scope, "form": form, "period": period, "periods": _periods(scope), "nodes": nodes,
        "manages": actor_of(request).may("result.manage"), "is_quarter": "Q" in period,
    }  # fmt: skip
    return render(request, "results/page.html", context, status=status)


async def one(request: Request) -> Response:
    """One indicator: its definition, the figure of every hospital, and what was said of it before."""
    speak(language_of(request))
    actor_of(request).require("result.list")
    async with begin(actor_of(request), read_only=True) as unit:
        scope, period, found = await _asked(unit, query_form(request))
        code = request.path_params["code"]
        line = next((one for held in found.lines.values() for one in held if one.definition.code == code), None)
        if line is None:
            raise NotFound
        told = await history(unit, found.program.id, code)
    definition = line.definition
    context = {
        "scope": scope, "period": period, "one": _shown(line, scope, period), "definition": definition, "told": told,
        "hospitals": [_place(figure, line, scope, period) for figure in line.by_hospital],
        "value": lambda row: shown(quantity_of(row), definition.unit, definition.decimals),
        "manages": actor_of(request).may("result.manage"),
    }  # fmt: skip
    return render(request, "results/indicator.html", context)


def _place(figure: PlaceFigure, line: Line, scope: Scope, period: str) -> tuple[PlaceFigure, str, str]:
    """A hospital's figure, its words, and the way to the numbers behind it."""
    first, last = period_days(period)
    href = address("/numbers", program=scope.code, hospital=figure.place.code, **{"from": first, "to": last})
    return figure, shown(figure.quantity, line.definition.unit, line.definition.decimals), href


async def adopt(request: Request) -> Response:
    """Start from the program's aims."""
    form = await read_form(request)
    async with begin(actor_of(request)) as unit:
        made = await adopt_aims(unit, form.value("program"))
    return go(request, address(PATH, program=form.value("program")), said="results.adopted", n=made)


async def take(request: Request) -> Response:
    """Take the figures of a quarter at the hospitals whose months are locked."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            made = await take_quarter(unit, TakeActuals.parse(form.raw(TakeActuals)))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    here = address(PATH, program=form.value("program"), period=form.value("period"))
    return go(request, here, said="results.taken", n=made)


ROUTES = [
    signed_in(PATH, page),
    signed_in(f"{PATH}/adopt", adopt, "POST"),
    signed_in(f"{PATH}/take", take, "POST"),
    signed_in(f"{PATH}/{{code}}", one),
]
