"""Forms that are a list of fields: described as data, shown by one template, sent to one action."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid
from coord.kernel.inputs import Input
from coord.work import Unit, begin
from web.desk import Options
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render
from web.routes import Page, signed_in
from web.session import actor_of
from web.words import speak


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: its name, its word, how it is asked for (line, date, number, area, choice, check)."""

    name: str
    label: str
    kind: str = "line"
    options: Options = ()
    hint: str | None = None
    empty: str | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """A form as it is shown: its fields, what it is about, where its way back leads, with what it starts."""

    entries: Sequence[Entry]
    back: tuple[str, str]
    about: str = ""
    start: Mapping[str, str] = field(default_factory=dict)
    hidden: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page with one form: which input it fills, which action takes it, where one goes afterwards."""

    path: str
    title: str
    verb: str
    model: type[Input]
    describe: Callable[[Unit, Form], Awaitable[Described]]
    send: Callable[[Unit, Any], Awaitable[Any]]
    onward: Callable[[Form, Any], str]
    said: str


_KNOWN: dict[str, FormPage] = {}


def pages_of(page: FormPage) -> Sequence[Page]:
    """The routes of a form: looking at it, and sending it."""
    _KNOWN[page.path] = page
    return [signed_in(page.path, show), signed_in(page.path, send, "POST")]


def _asked_for(request: Request) -> FormPage:
    """The form of the route by which a request came."""
    return _KNOWN[request.scope["route"].path]


async def show(request: Request) -> Response:
    """The form with what its address says already."""
    form = query_form(request).but(**request.path_params, idempotency_key=str(uuid4()))
    return await _show(request, _asked_for(request), form, 200)


async def send(request: Request) -> Response:
    """What was typed goes to the action; refused, it stands there again with what is wrong."""
    page, form = _asked_for(request), (await read_form(request)).but(**request.path_params)
    try:
        async with begin(actor_of(request)) as unit:
            made = await page.send(unit, page.model.parse(form.raw(page.model)))
    except (Invalid, Conflict) as refusal:
        return await _show(request, page, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, page.onward(form, made), said=page.said)


async def _show(request: Request, page: FormPage, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require(page.verb)
    async with begin(actor_of(request), read_only=True) as unit:
        described = await page.describe(unit, form)
    missing = {name: value for name, value in described.start.items() if name not in form.fields}
    context = {
        "form": form.but(**missing),
        "title": page.title,
        "described": described,
        "action": request.url.path,
        "kept": [name for name in (*described.hidden, "idempotency_key") if name in page.model.model_fields],
    }
    return render(request, "plain/form.html", context, status=status)
