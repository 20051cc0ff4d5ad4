"""A person's consents: what they allowed, recording one, ending one, the signed form."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import ClientCard, cards
from coord.clients.consents import (
    AddEvidence,
    RecordConsent,
    WithdrawConsent,
    add_evidence,
    consents_of_client,
    evidence_file,
    record_consent,
    withdraw_consent,
)
from coord.clients.consents.codes import (
    Basis,
    Channel,
    DataCategory,
    Purpose,
    Relation,
    Signer,
    WithdrawalReason,
)
from coord.clients.consents.texts import text_of
from coord.kernel.clock import today
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.language import LANGUAGES
from coord.programs import Part, participants
from coord.work import Unit, begin
from coord.work.scanning import scan
from web.desk import about, id_of, options
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render
from web.routes import Access, Page, signed_in
from web.session import actor_of
from web.uploads import WITH_FILE, file_to_save, posted_file
from web.words import HOME_ZONE, speak

_PARTNERS = (Part.HOSPITAL, Part.AGENCY, Part.COMMUNITY, Part.ASSOCIATION)
_TONES = {"VALID": "ok", "NOT_YET": "info", "EXPIRED": "warn", "WITHDRAWN": "bad"}
_BY_HAND = [channel for channel in Channel if channel is not Channel.EARLIER]


async def _card(unit: Unit, request: Request) -> ClientCard:
    client = id_of(request.path_params["client"])
    card = (await cards(unit, [client])).get(client)
    if card is None:
        raise NotFound
    return card


async def page(request: Request) -> Response:
    """Everything the person allowed, and what became of it."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request)) as unit:
        card = await _card(unit, request)
        kept = await consents_of_client(unit, card.id)
        names = dict(await participants(unit, card.program_id, tuple(Part)))
    context = {
        "card": card,
        "about": about(card, today(HOME_ZONE)),
        "consents": kept,
        "names": names,
        "tones": _TONES,
        "reasons": options("withdrawal_reason", WithdrawalReason),
        "form": form,
        "key": str(uuid4()),
    }
    return render(request, "consents/list.html", context, status=status)


async def new(request: Request) -> Response:
    """The form of a consent: nothing is chosen that was not chosen by somebody."""
    asked = query_form(request)
    start = {"idempotency_key": str(uuid4()), "given_on": today(HOME_ZONE).isoformat(), "basis": Basis.CONSENT.value}
    return await _new(request, asked.but(**start, language=language_of(request)), 200)


async def _new(request: Request, form: Form, status: int) -> Response:
    language = speak(language_of(request)).language
    actor_of(request).require("consent.record")
    async with begin(actor_of(request)) as unit:
        card = await _card(unit, request)
        partners = await participants(unit, card.program_id, _PARTNERS)
    context: Mapping[str, Any] = {
        "card": card,
        "about": about(card, today(HOME_ZONE)),
        "form": form,
        "purposes": options("purpose", Purpose),
        "texts": [(purpose, text_of(purpose, language)) for purpose in Purpose],
        "categories": options("data_category", DataCategory),
        "partners": [(str(place), name) for place, name in partners],
        "bases": options("basis", Basis),
        "signers": options("signer", Signer),
        "relations": options("relation", Relation),
        "channels": options("channel", _BY_HAND),
        "languages": list(LANGUAGES.items()),
        "today": today(HOME_ZONE),
    }
    return render(request, "consents/new.html", context, status=status)


async def record(request: Request) -> Response:
    """Record a consent, with the signed form if there is one."""
    form, name, content = await posted_file(request)
    client = id_of(request.path_params["client"])
    actor_of(request).require("consent.record")
    try:
        await scan(content)
        async with begin(actor_of(request)) as unit:
            given = RecordConsent.parse({**form.raw(RecordConsent), "client": client})
            kept = await record_consent(unit, given)
            if name and not kept.replayed:
                await unit.session.flush()
                await add_evidence(unit, AddEvidence(consent=kept.consent_id, file_name=name), content)
    except (Invalid, Conflict) as refusal:
        return await _new(request, form.refused(refusal), 422)
    return go(request, f"/clients/{client}/consents", said="consent.recorded")


async def withdraw(request: Request) -> Response:
    """End a consent at once."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            raw = {**form.raw(WithdrawConsent), "consent": request.path_params["consent"]}
            await withdraw_consent(unit, WithdrawConsent.parse(raw))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"/clients/{id_of(request.path_params['client'])}/consents", said="consent.withdrawn")


async def bring_evidence(request: Request) -> Response:
    """Add a signed form to a consent that is recorded already."""
    form, name, content = await posted_file(request)
    actor_of(request).require("consent.record")
    try:
        await scan(content)
        async with begin(actor_of(request)) as unit:
            given = AddEvidence.parse({"consent": request.path_params["consent"], "file_name": name})
            await add_evidence(unit, given, content)
    except Invalid as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, f"/clients/{id_of(request.path_params['client'])}/consents", said="consent.evidence_added")


async def evidence(request: Request) -> Response:
    """The signed form, to be saved: a browser never shows it inside our pages."""
    file_id: UUID = request.path_params["file"]
    async with begin(actor_of(request)) as unit:
        kind, content = await evidence_file(unit, file_id)
    return file_to_save(kind, content, "consent")


ROUTES = [
    signed_in("/clients/{client}/consents", page),
    signed_in("/clients/{client}/consents/new", new),
    Page(
        "/clients/{client}/consents/new",
        record,
        access=Access.SIGNED_IN,
        methods=("POST",),
        max_body_size=WITH_FILE,
    ),
    signed_in("/clients/{client}/consents/{consent}/withdraw", withdraw, "POST"),
    Page(
        "/clients/{client}/consents/{consent}/evidence",
        bring_evidence,
        access=Access.SIGNED_IN,
        methods=("POST",),
        max_body_size=WITH_FILE,
    ),
    signed_in("/clients/{client}/consents/files/{file:uuid}", evidence),
]
