"""The forms of results: defining an indicator or its next version, a baseline, a target."""

from typing import Any

from coord.measures import MEASURES
from coord.measures.outcome_parts import OUTCOME_PARTS
from coord.measures.ratios import RATIOS
from coord.programs import Part, participants, program_by_code
from coord.results import (
    DefineIndicator,
    ResultQuery,
    SetBaseline,
    SetTarget,
    define_indicator,
    framework,
    set_baseline,
)
from coord.results import set_target as send_target
from coord.results.codes import Aggregation, Direction, IndicatorUnit, SourceKind
from coord.results.reads import current_definitions
from coord.work import Unit
from web.agreement_forms import words_of
from web.desk import Options
from web.forms import Form
from web.foundation import address, scope_of
from web.plain_forms import Described, Entry, FormPage, pages_of
from web.results import PATH
from web.words import t

_MANAGE = "result.manage"
_KEPT = ("title", "unit", "direction", "aggregation", "source_kind", "source", "citation", "decimals")


def _entry(
    name: str, kind: str = "line", choices: Options = (), empty: str | None = None, hint: str | None = None
) -> Entry:
    return Entry(name, t(f"result_field.{name}"), kind, choices, None if hint is None else t(hint), empty)


def _sources() -> Options:
    counts = [name for name, measure in MEASURES.items() if measure.distinct is None]
    return [(name, t(f"measure.{name}")) for name in (*RATIOS, *counts)] + [
        (code, code) for code in sorted(OUTCOME_PARTS)
    ]


async def _definition(unit: Unit, form: Form) -> Described:
    scope = await scope_of(unit, form)
    found = await framework(unit, ResultQuery(program=scope.code, period=str(scope.today.year)))
    known = next((d for d in await current_definitions(unit, found.program.id) if d.code == form.value("code")), None)
    nodes = [(node.code, node.title) for node in found.nodes]
    entries = [
        _entry("node", "choice", nodes), _entry("code", hint="result_hint.code"), _entry("title"),
        _entry("source_kind", "choice", words_of("source_kind", SourceKind)),
        _entry("source", "choice", _sources(), t("source_kind.NONE")),
        _entry("unit", "choice", words_of("indicator_unit", IndicatorUnit)),
        _entry("direction", "choice", words_of("indicator_direction", Direction)),
        _entry("aggregation", "choice", words_of("aggregation", reversed(Aggregation)), hint="result_hint.aggregation"),
        _entry("decimals", "number"), _entry("citation", "area"), *([_entry("reason")] if known else []),
    ]  # fmt: skip
    start = {"program": scope.code, "decimals": "1"}
    if known is not None:
        start |= {name: str(getattr(known, name) or "") for name in _KEPT}
        start["node"] = next(node.code for node in found.nodes if node.id == known.node_id)
    return Described(
        entries, (f"{PATH}?program={scope.code}", t("nav.results")), form.value("code"), start, ("program",)
    )


async def _baseline(unit: Unit, form: Form) -> Described:
    entries = [
        _entry("numerator", "number", hint="result_hint.quantity"), _entry("denominator", "number"),
        _entry("measured_on", "date"), _entry("reason"),
    ]  # fmt: skip
    return await _of_indicator(unit, form, entries)


async def _target(unit: Unit, form: Form) -> Described:
    program = await program_by_code(unit, form.value("program"))
    places = [(str(key), name) for key, name in await participants(unit, program.id, [Part.HOSPITAL])]
    entries = [
        _entry("period", hint="result_hint.period"),
        _entry("hospital", "choice", places, t("result_field.whole_program")),
        _entry("numerator", "number", hint="result_hint.quantity"), _entry("denominator", "number"), _entry("reason"),
    ]  # fmt: skip
    return await _of_indicator(unit, form, entries)


async def _of_indicator(unit: Unit, form: Form, entries: list[Entry]) -> Described:
    scope = await scope_of(unit, form)
    code = form.value("indicator")
    back = (address(f"{PATH}/{code}", program=scope.code), code)
    start = {"program": scope.code, "denominator": "100"}
    return Described(entries, back, str(scope.program["name"]), start, ("program", "indicator"))


def _to_indicator(form: Form, _made: Any) -> str:
    return address(f"{PATH}/{form.value('indicator') or form.value('code')}", program=form.value("program"))


_DONE = "results.done"
_FORMS = (
    FormPage(
        f"{PATH}/indicators/new", "results.define", _MANAGE, DefineIndicator, _definition, define_indicator, _to_indicator, _DONE
    ),
    FormPage(
        f"{PATH}/{{indicator}}/baseline", "results.set_baseline", _MANAGE, SetBaseline, _baseline, set_baseline, _to_indicator, _DONE
    ),
    FormPage(f"{PATH}/{{indicator}}/target", "results.set_target", _MANAGE, SetTarget, _target, send_target, _to_indicator, _DONE),
)  # fmt: skip
ROUTES = [route for form in _FORMS for route in pages_of(form)]
