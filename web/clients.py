"""People served: search, registration, the page of one person."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.cases import cases_of_client
from coord.cases.codes import OVER
from coord.clients import (
    CLIENTS,
    RegisterClient,
    cards,
    clients,
    find_clients,
    register_client,
)
from coord.clients.codes import CareStage, ConsentState, Gender
from coord.clients.record import RECORD_FIELDS
from coord.clients.record.lacking import facts_lacking, incomplete_clients
from coord.clients.tombstones import refuse_a_tombstone
from coord.contacts import ContactFilter, contacts_on_page, notes
from coord.contacts.attachments.reads import contact_attachments
from coord.contacts.process.reads import process_sheets
from coord.kernel.clock import today
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.kernel.paging import DEFAULT_SIZE
from coord.work import Unit, begin
from web.cases import TONES
from web.client_record import lacks, record_choices
from web.desk import about, desk_of, id_of, options
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render
from web.process import process_lines
from web.routes import signed_in
from web.scale_history import history
from web.searching import leading, searched
from web.session import actor_of
from web.words import HOME_ZONE, speak

_TIMELINE = 50
_TONES = {"GIVEN": "ok", "NOT_RECORDED": "warn", "EXPIRED": "warn", "WITHDRAWN": "bad"}
_AT_REGISTRATION = (ConsentState.NOT_RECORDED, ConsentState.GIVEN)
_FOLDED = tuple(name for name in RECORD_FIELDS if name not in {"birth_date", "source"})
_WANTED = (
    "occurred_on", "service_code", "duration_minutes", "attendance", "worker.display_name", "group.name",
    "session_number", "issues", "family_present",
)  # fmt: skip


async def page(request: Request) -> Response:
    """Everybody whom the actor serves, newest first; or whom a search finds."""
    speak(language_of(request))
    asked = query_form(request)
    typed = searched(request)
    async with begin(actor_of(request)) as unit:
        unit.actor.require("client.read_identity")
        lacking = await incomplete_clients(unit) if asked.value("lacking") and not typed else ()
        people, onward = await _people(unit, typed, asked) if not asked.value("lacking") or typed else ((), None)
        known = await cards(unit, [one.client_id for one in lacking])
    day = today(HOME_ZONE)
    context = {
        "typed": typed,
        "people": [(card, about(card, day)) for card in people],
        "onward": onward,
        "only_lacking": bool(asked.value("lacking")) and not typed,
        "lacking": [(known[one.client_id], lacks(one.facts)) for one in lacking if one.client_id in known],
    }
    return render(request, "clients/list.html", context, block="found")


async def _people(unit: Unit, typed: str, asked: Form) -> tuple[Sequence[Any], str | None]:
    if typed:
        return await find_clients(unit, typed), None
    newest = await clients(unit, ("id",), CLIENTS.request(DEFAULT_SIZE, asked.value("after") or None))
    known = await cards(unit, [row["id"] for row in newest.rows])
    found = [known[row["id"]] for row in newest.rows if row["id"] in known]
    return found, newest.cursors[-1] if newest.has_next else None


async def new(request: Request) -> Response:
    """The form of a new person."""
    asked = query_form(request)
    start = {"idempotency_key": str(uuid4()), "consent": "NOT_RECORDED"}
    return await _new_form(request, asked.but(**start), 200)


async def _new_form(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("client.register")
    async with begin(actor_of(request), read_only=True) as unit:
        desk = await desk_of(unit, form)
    if desk is None:
        return render(request, "today/no_post.html")
    context = {
        "desk": desk,
        "form": form,
        "genders": options("gender", Gender),
        "stages": options("stage", CareStage),
        "consents": options("consent", _AT_REGISTRATION),
        "record_choices": record_choices(),
        "has_more": any(form.value(name) or form.wrong(name) for name in _FOLDED),
    }
    return render(request, "clients/new.html", context, block="form", status=status)


async def register(request: Request) -> Response:
    """Register; go on to the record or to the person."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            client = await register_client(unit, RegisterClient.parse(form.raw(RegisterClient)))
    except (Invalid, Conflict) as refusal:
        return await _new_form(request, form.refused(refusal), 422)
    onward = f"/log?client={client}" if form.value("then") == "log" else f"/clients/{client}"
    return go(request, onward, said="person.registered")


async def person(request: Request) -> Response:
    """One person: who, consent, cases, everything that was done."""
    speak(language_of(request))
    client = id_of(request.path_params["client"])
    async with begin(actor_of(request)) as unit:
        await refuse_a_tombstone(unit, client)
        card = (await cards(unit, [client])).get(client)
        if card is None:
            raise NotFound
        rows = await contacts_on_page(unit, _WANTED, ContactFilter(with_client=client), page=1, size=_TIMELINE)
        cases = await cases_of_client(unit, client)
        context: Mapping[str, Any] = {
            "card": card,
            "about": about(card, today(HOME_ZONE)),
            "tone": _TONES.get(card.consent or ""),
            "lacks": lacks((await facts_lacking(unit, [client])).get(client, ())),
            "cases": cases,
            "case_tones": TONES,
            "may_start": unit.actor.may("case.work") and all(case.status in OVER for case in cases),
            "rows": rows,
            "notes": await notes(unit, [row["id"] for row in rows]),
            "files": await contact_attachments(unit, [row["id"] for row in rows]),
            "processes": process_lines(await process_sheets(unit, [row["id"] for row in rows])),
            **await history(unit, client),
        }
    return render(request, "clients/person.html", context)


ROUTES = [
    signed_in("/clients", page),
    signed_in("/clients/search", leading("/clients"), "POST"),
    signed_in("/clients/new", new),
    signed_in("/clients/new", register, "POST"),
    signed_in("/clients/{client}", person),
]
