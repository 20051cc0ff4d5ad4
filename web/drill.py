"""The rows behind one figure: they always add up to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.contacts import contacts_by_id
from coord.measures import Dimension
from coord.measures.drill import Behind, drill_down
from coord.measures.inputs import cell_of
from coord.measures.rows_behind import (
    cases_behind,
    discharges_behind,
    groups_behind,
    people_behind,
    posts_behind,
    referrals_behind,
    workers_behind,
)
from coord.placements import Choices, filter_choices
from coord.work import Unit, begin
from web.forms import query_form
from web.foundation import address, cap, scope_of, word_of
from web.numbers import asked_of
from web.page import language_of, render
from web.paging import SIZES, pages_of
from web.routes import heavy
from web.session import actor_of
from web.words import speak, t

_CONTACT = (
    "occurred_on", "service_code", "target", "duration_minutes", "attendance", "client.code", "group.name",
    "worker.display_name", "hospital.name",
)  # fmt: skip
Describe = Callable[[Unit, Sequence[UUID]], Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A row behind a figure: what it is, and what it adds."""

    value: int
    what: Any


async def _contacts(unit: Unit, ids: Sequence[UUID]) -> Any:
    return await contacts_by_id(unit, _CONTACT, ids)


_DESCRIBE: Mapping[str, Describe] = {
    "contact": _contacts,
    "person": people_behind,
    "case": cases_behind,
    "group": groups_behind,
    "referral": referrals_behind,
    "discharge": discharges_behind,
    "worker": workers_behind,
    "post": posts_behind,
}


async def _lines(unit: Unit, behind: Behind) -> Sequence[Line]:
    described = await _DESCRIBE[behind.kind](unit, [row["id"] for row in behind.rows])
    return [Line(int(row["value"]), described.get(row["id"])) for row in behind.rows]


def _cell_words(cell: Mapping[Dimension, str], choices: Choices) -> Sequence[tuple[str, str]]:
    """The cell in words: what the figure is about."""
    names = {choice.code: choice.name for choice in choices.hospitals}
    return [(cap(t(f"dimension.{d}")), word_of(d, key, names.get(key))) for d, key in cell.items()]


async def rows(request: Request) -> Response:
    """The figure of a measure in a cell, and its rows by page."""
    speak(language_of(request))
    form = query_form(request)
    async with begin(actor_of(request), read_only=True) as unit:
        unit.actor.require("measure.read")
        scope = await scope_of(unit, form)
        choices = await filter_choices(unit, scope.code)
        asked = asked_of(form.but(by=[]), scope, choices)
        measure, cell = form.value("measure"), cell_of({name: form.value(name) for name in Dimension})
        pairs = {str(dimension): key for dimension, key in cell.items()}
        kept = {**asked.kept, **pairs, "measure": measure, "size": form.value("size")}
        first = await drill_down(unit, asked.query, measure, cell, page=1, size=SIZES[0])
        pages = pages_of(form, first.total_rows, "/numbers/rows", kept)
        behind = await drill_down(unit, asked.query, measure, cell, page=pages.page, size=pages.size)
        lines = await _lines(unit, behind)
    context = {
        "scope": scope,
        "behind": behind,
        "query": asked.query,
        "cell": _cell_words(cell, choices),
        "chosen": [c.name for c in choices.hospitals if c.id in (asked.query.hospitals or ())],
        "lines": lines,
        "on_page": sum(line.value for line in lines),
        "pages": pages,
        "sizes": SIZES,
        "back": address("/numbers", **{**asked.kept, "by": list(cell)}),
        "explorer": asked.grouped(*cell).explorer(measure),
    }
    return render(request, "numbers/rows.html", context, block="results")


ROUTES = [heavy("/numbers/rows", rows)]
