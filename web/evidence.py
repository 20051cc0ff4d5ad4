"""Samples of evidence: drawing one, its checklist, what was found behind each record."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid
from coord.oversight.evidence import (
    CheckEvidence,
    DrawSample,
    EvidenceFound,
    check_evidence,
    draw_sample,
    sample_sheet,
    samples,
)
from coord.placements import filter_choices
from coord.work import begin
from web.desk import id_of
from web.forms import Form, query_form, read_form
from web.foundation import address, scope_of
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import month, speak

_PATH = "/evidence"
TONES = {EvidenceFound.SEEN: "ok", EvidenceFound.NOT_SEEN: "bad", EvidenceFound.MISMATCH: "bad"}


async def page(request: Request) -> Response:
    """The samples of a program, and drawing another."""
    return await _page(request, query_form(request), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("evidence.check")
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, form)
        context: dict[str, Any] = {
            "scope": scope,
            "form": form,
            "samples": await samples(unit, scope.code),
            "hospitals": [(one.id, one.name) for one in (await filter_choices(unit, scope.code)).hospitals],
            "months": [(name, month(name)) for name in scope.months if name < f"{scope.today:%Y-%m}"],
        }
    return render(request, "evidence/page.html", context, status=status)


async def draw(request: Request) -> Response:
    """Draw the sample of a month, and on to its checklist."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            made = await draw_sample(unit, DrawSample.parse(form.raw(DrawSample)))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"{_PATH}/{made}", said="evidence.drawn")


async def one(request: Request) -> Response:
    """The checklist of a sample."""
    return await _one(request, Form(), 200)


async def _one(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("evidence.check")
    async with begin(actor_of(request), read_only=True) as unit:
        sheet = await sample_sheet(unit, id_of(request.path_params["sample"]))
        scope = await scope_of(unit, Form.of(program=sheet.card.program_code))
    card = sheet.card
    context = {
        "sheet": sheet,
        "card": card,
        "scope": scope,
        "form": form,
        "found": tuple(EvidenceFound),
        "tones": TONES,
        "open_action": lambda record: address(
            "/corrective-actions/new", program=card.program_code, hospital=card.hospital_id, month=card.month,
            origin="EVIDENCE", check=record.id,
        ),
    }  # fmt: skip
    return render(request, "evidence/sample.html", context, status=status)


async def check(request: Request) -> Response:
    """Keep what was found behind one record; back to it on the list."""
    typed = (await read_form(request)).but(check=request.path_params["check"])
    try:
        async with begin(actor_of(request)) as unit:
            sample = await check_evidence(unit, CheckEvidence.parse(typed.raw(CheckEvidence)))
    except (Invalid, Conflict) as refusal:
        return await _one(request, typed.refused(refusal), 422)
    return go(request, f"{_PATH}/{sample}#record-{request.path_params['check']}", said="evidence.kept")


ROUTES = [
    signed_in(_PATH, page),
    signed_in(_PATH, draw, "POST"),
    signed_in(f"{_PATH}/{{sample}}", one),
    signed_in(f"{_PATH}/{{sample}}/{{check}}", check, "POST"),
]
