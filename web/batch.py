"""Several contacts at once: a grid on a desktop, one card a row on a phone; every row stands for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards, clients
from coord.contacts.batch import RowOutcome, log_contacts
from coord.contacts.inputs import MAX_BATCH
from coord.kernel.errors import Problem
from coord.kernel.paging import MAX_SIZE, PageRequest
from coord.kernel.text import sort_key
from coord.work import Unit, begin
from web.desk import Desk, Options, about, desk_of, options
from web.forms import Form, query_form, read_form
from web.log_form import SERVICES, USUAL_MINUTES, Kind
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.today import recent_people
from web.words import speak

_ROWS, _MORE = 5, 5
_FIELDS = ("idempotency_key", "client", "service_code", "occurred_on", "duration_minutes", "note")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the grid as typed, with what is wrong with it."""

    number: int
    values: dict[str, str]
    problems: Sequence[Problem] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nobody was chosen: such a row is left out."""
        return not self.values["client"]


def _fresh(number: int, desk: Desk) -> Line:
    start = {"idempotency_key": str(uuid4()), "client": "", "service_code": SERVICES[Kind.PERSON][1].value}
    return Line(number, {**start, "occurred_on": desk.today.isoformat(), "duration_minutes": USUAL_MINUTES, "note": ""})


def _typed(form: Form) -> list[Line]:
    keys = form.values("idempotency_key")[:MAX_BATCH]
    columns = {name: [*form.values(name)] for name in _FIELDS}
    return [
        Line(n, {name: values[n] if n < len(values) else "" for name, values in columns.items()})
        for n in range(len(keys))
    ]


async def page(request: Request) -> Response:
    """An empty grid."""
    return await _grid(request, query_form(request), None, 200)


async def _grid(request: Request, form: Form, lines: list[Line] | None, status: int, *, saved: int = 0) -> Response:
    speak(language_of(request))
    actor_of(request).require("contact.log")
    async with begin(actor_of(request)) as unit:
        desk = await desk_of(unit, form)
        if desk is None:
            return render(request, "today/no_post.html")
        people = await _people(unit, desk)
    context = {
        "desk": desk,
        "lines": lines if lines is not None else [_fresh(n, desk) for n in range(_ROWS)],
        "people": people,
        "services": options("service_code", SERVICES[Kind.PERSON]),
        "saved": saved,
    }
    return render(request, "batch/grid.html", context, block="form", status=status)


async def _people(unit: Unit, desk: Desk) -> Options:
    """Who can be chosen: those served last first, then the hospital's newest clients by name."""
    recent = [card for card, _ in await recent_people(unit, desk)]
    newest = await clients(unit, ("id", "hospital_id"), PageRequest(MAX_SIZE))
    known = {card.id for card in recent}
    ids = [row["id"] for row in newest.rows if row["hospital_id"] == desk.post.hospital_id and row["id"] not in known]
    others = sorted((await cards(unit, ids)).values(), key=lambda card: sort_key(card.name))
    return [(str(card.id), f"{card.name} · {about(card, desk.today)}") for card in (*recent, *others)]


async def save(request: Request) -> Response:
    """Save every row that can be taken; the others come back with what is wrong, and nothing is lost."""
    form = await read_form(request)
    lines = _typed(form)
    if form.value("do") == "more":
        return await _with_more(request, form, lines)
    filled = [line for line in lines if not line.is_empty]
    place = {"program": form.value("program"), "hospital": form.value("hospital")}
    rows: list[dict[str, Any]] = [{**place, **line.values} for line in filled]
    async with begin(actor_of(request)) as unit:
        outcomes: Sequence[RowOutcome] = await log_contacts(unit, rows)
    wrong = [
        Line(n, line.values, out.problems)
        for n, (line, out) in enumerate(zip(filled, outcomes, strict=True))
        if out.problems
    ]
    saved = len(filled) - len(wrong)
    if wrong or not filled:
        return await _grid(request, form, wrong or None, 422, saved=saved)
    return go(request, "/today", said="batch.saved", n=saved)


async def _with_more(request: Request, form: Form, lines: list[Line]) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        desk = await desk_of(unit, form)
    more = [] if desk is None else [_fresh(len(lines) + n, desk) for n in range(_MORE)]
    return await _grid(request, form, [*lines, *more][:MAX_BATCH], 200)


ROUTES = [signed_in("/batch", page), signed_in("/batch", save, "POST")]
