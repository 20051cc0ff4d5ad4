"""The rights of one person: their copy, what was corrected, what is held back."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.clients.codes import Gender
from coord.kernel.errors import Conflict, Invalid
from coord.rights import (
    CorrectClient,
    HoldExport,
    agree_to_hold,
    ask_for_hold,
    correct_client,
    corrections,
    end_hold,
    facts_now,
    open_hold,
)
from coord.rights.codes import CorrectedField
from coord.rights.correcting import Corrected
from coord.rights.inputs import MOST_DAYS, RestrictClient
from coord.rights.restricting import restrict_client
from coord.work import Unit, begin
from web.client_record import record_choices
from web.desk import id_of, options
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak, t

_FAMILIES = {
    CorrectedField.GENDER: "gender",
    CorrectedField.ID_TYPE: "id_type",
    CorrectedField.INSURANCE_TYPE: "insurance_type",
    CorrectedField.HOUSEHOLD_TYPE: "household_type",
    CorrectedField.SOURCE: "case_source",
}


def _path(request: Request) -> str:
    return f"/clients/{id_of(request.path_params['client'])}/rights"


async def page(request: Request) -> Response:
    """What the person may ask for, and what was done."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int, part: str = "") -> Response:
    """``part``: which of the forms was refused."""
    speak(language_of(request))
    client = id_of(request.path_params["client"])
    async with begin(actor_of(request)) as unit:
        facts = await facts_now(unit, client)
        context: dict[str, Any] = {
            "client": client,
            "facts": facts,
            "corrections": await corrections(unit, client),
            "hold": await open_hold(unit, client),
        }
    start = Form.of(idempotency_key=str(uuid4()), **{field.lower(): said for field, said in facts.items()})
    context |= {
        "form": form,
        "correcting": form if part == "correct" else start,
        "holding": form if part == "hold" else Form.of(days=MOST_DAYS),
        "restricting": form if part == "restrict" else Form(),
        "genders": options("gender", Gender),
        "most_days": MOST_DAYS,
        "record_choices": record_choices(),
        "before_of": _before,
    }
    return render(request, "rights/page.html", context, status=status)


def _before(one: Corrected) -> str | None:
    """What a fact said before, codes in words."""
    family = _FAMILIES.get(one.field)
    return t(f"{family}.{one.before}") if family and one.before else one.before


async def correct(request: Request) -> Response:
    """The facts as they should read."""
    form = await read_form(request)
    client = id_of(request.path_params["client"])
    try:
        async with begin(actor_of(request)) as unit:
            await correct_client(unit, CorrectClient.parse({**form.raw(CorrectClient), "client": client}))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422, "correct")
    return go(request, _path(request), said="rights.corrected")


async def hold(request: Request) -> Response:
    """Ask that the copy be held back."""
    form = await read_form(request)
    client = id_of(request.path_params["client"])
    try:
        async with begin(actor_of(request)) as unit:
            await ask_for_hold(unit, HoldExport.parse({**form.raw(HoldExport), "client": client}))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422, "hold")
    return go(request, _path(request), said="rights.hold_asked")


async def restrict(request: Request) -> Response:
    """From now on nobody sees the person but the legal role: on to the others."""
    form = await read_form(request)
    client = id_of(request.path_params["client"])
    try:
        async with begin(actor_of(request)) as unit:
            await restrict_client(unit, RestrictClient.parse({**form.raw(RestrictClient), "client": client}))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422, "restrict")
    return go(request, "/clients", said="rights.restricted")


async def agree(request: Request) -> Response:
    """A second person agrees."""
    return await _moved(request, agree_to_hold)


async def end(request: Request) -> Response:
    """It ends before its time."""
    return await _moved(request, end_hold)


async def _moved(request: Request, move: Callable[[Unit, UUID], Awaitable[None]]) -> Response:
    try:
        async with begin(actor_of(request)) as unit:
            await move(unit, id_of(request.path_params["client"]))
    except (Invalid, Conflict) as refusal:
        return await _page(request, Form().refused(refusal), 422)
    return go(request, _path(request), said="rights.hold_changed")


ROUTES = [
    signed_in("/clients/{client}/rights/restrict", restrict, "POST"),
    signed_in("/clients/{client}/rights", page),
    signed_in("/clients/{client}/rights/correct", correct, "POST"),
    signed_in("/clients/{client}/rights/hold", hold, "POST"),
    signed_in("/clients/{client}/rights/hold/agree", agree, "POST"),
    signed_in("/clients/{client}/rights/hold/end", end, "POST"),
]
