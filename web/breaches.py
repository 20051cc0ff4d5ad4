"""Breaches: who saw the clients of a hospital, until when whom to tell, and words for it in three languages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from coord.access import Actor
from coord.kernel.clock import now
from coord.kernel.errors import Conflict, Invalid
from coord.language import LANGUAGES, words
from coord.rights.breach import (
    BreachShown,
    RecordBreach,
    Report,
    Told,
    WhoSaw,
    breach,
    breaches,
    hospitals_of,
    note_told,
    record_breach,
    who_saw,
)
from coord.work import begin
from web.desk import id_of
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render
from web.routes import heavy, signed_in
from web.session import actor_of
from web.words import HOME_ZONE, speak

_PATH = "/breaches"
_MOMENTS = ("began_at", "ended_at", "discovered_at")
_TEXTS = {"AUTHORITY": "breach.text_authority", "PERSONS": "breach.text_persons"}


def _with_zone(text: str) -> str:
    """What a browser's field for a moment gives, at the program's place; anything else stays and is refused."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(HOME_ZONE)).isoformat()
    except ValueError:
        return text


def _given(form: Form, model: Any) -> dict[str, Any]:
    """What was filled in: an empty field is missing, not a wrong id or moment."""
    said: dict[str, Any] = {name: value for name, value in form.raw(model).items() if value}
    return said | {name: _with_zone(form.value(name)) for name in _MOMENTS if name in said}


async def page(request: Request) -> Response:
    """Breaches with their clocks, the form of a new one, and the question who saw whom."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor = actor_of(request)
    async with begin(actor, read_only=True) as unit:
        found, hospitals = await breaches(unit), await hospitals_of(unit)
    context = {"found": found, "hospitals": _choices(hospitals), "form": form, "at": now()}
    return render(request, "breaches/page.html", context, status=status)


def _choices(hospitals: Sequence[tuple[Any, str]]) -> list[tuple[str, str]]:
    return [(str(key), name) for key, name in hospitals]


async def record(request: Request) -> Response:
    """Record one; on to it."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            made = await record_breach(unit, RecordBreach.parse(_given(form, RecordBreach)))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, f"{_PATH}/{made}")


async def who(request: Request) -> Response:
    """Who saw the clients of a hospital between two moments."""
    speak(language_of(request))
    actor, form = actor_of(request), query_form(request)
    report: Report | None = None
    try:
        report = await who_saw(actor, WhoSaw.parse(_given(form, WhoSaw))) if form.fields else None
    except Invalid as refusal:
        form = form.refused(refusal)
    async with begin(actor, read_only=True) as unit:
        hospitals = await hospitals_of(unit)
    context = {"report": report, "looks": report and report.looks, "hospitals": _choices(hospitals), "form": form}
    return render(request, "breaches/who.html", context, status=422 if form.problems else 200)


async def one(request: Request) -> Response:
    """One breach: its clocks, who saw the hospital's clients in its time, what to write."""
    speak(language_of(request))
    actor = actor_of(request)
    async with begin(actor, read_only=True) as unit:
        shown = await breach(unit, id_of(request.path_params["breach"]))
    report = await _looks(actor, shown)
    context = {
        "it": shown,
        "report": report,
        "looks": report.looks,
        "texts": {whom: _texts(shown, key, report.clients) for whom, key in _TEXTS.items()},
        "steps": [(Told.AUTHORITY, shown.authority), (Told.PERSONS, shown.persons)],
        "languages": LANGUAGES,
        "at": now(),
    }
    return render(request, "breaches/one.html", context)


async def _looks(actor: Actor, shown: BreachShown) -> Report:
    asked = WhoSaw(hospital=shown.hospital_id, began_at=shown.began_at, ended_at=shown.ended_at)
    return await who_saw(actor, asked)


def _texts(shown: BreachShown, key: str, clients: int) -> Mapping[str, str]:
    """The text block in each language, with what is known."""
    zone = ZoneInfo(HOME_ZONE)
    facts: dict[str, Any] = {
        name: getattr(shown, name).astimezone(zone).strftime("%Y-%m-%d %H:%M") for name in _MOMENTS
    }
    return {
        language: words(language)(key, hospital=shown.hospital, clients=clients, what=shown.what, **facts)
        for language in LANGUAGES
    }


async def told(request: Request) -> Response:
    """Authority or persons were told."""
    form = await read_form(request)
    key = id_of(request.path_params["breach"])
    async with begin(actor_of(request)) as unit:
        await note_told(unit, key, Told.PERSONS if form.value("whom") == Told.PERSONS else Told.AUTHORITY)
    return go(request, f"{_PATH}/{key}", said="breach.noted")


ROUTES = [
    signed_in(_PATH, page),
    signed_in(_PATH, record, "POST"),
    heavy(f"{_PATH}/who", who),
    heavy(f"{_PATH}/{{breach}}", one),
    signed_in(f"{_PATH}/{{breach}}/told", told, "POST"),
]
