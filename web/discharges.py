"""A person's discharges: recorded, ended by a readmission, taken back; and the follow-ups that come of the last one."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.clients.discharges import (
    RecordDischarge,
    RecordReadmission,
    discharges_of,
    record_discharge,
    record_readmission,
    withdraw_discharge,
    withdraw_readmission,
)
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.outcomes.reads import zone_of
from coord.programs.setting_values import History, settings_of
from coord.work import Unit, begin
from coord.worklists.rules import FollowUp, newest_of_each, schedule
from web.desk import about, id_of
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.signing import sign, unsign
from web.words import speak

_UNDO, _SECONDS = "undo-discharge", 13


def _path(client: UUID) -> str:
    return f"/clients/{client}/discharges"


async def page(request: Request) -> Response:
    """The discharges, the newest first, and the form of another."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor = actor_of(request)
    actor.require("client.record_discharge")
    client = id_of(request.path_params["client"])
    async with begin(actor) as unit:
        card = (await cards(unit, [client])).get(client)
        if card is None:
            raise NotFound
        found = (await discharges_of(unit, [client])).get(client, ())
        zone = await zone_of(unit, card.program_id)
        today = local_date(unit.started_at, zone)
        terms = await settings_of(unit, card.program_id)
    followed = newest_of_each(found).get(client)
    context: dict[str, Any] = {
        "card": card,
        "about": about(card, today),
        "rows": found,
        "followed": followed,
        "due": [] if followed is None else _due(followed.discharged_at, zone, terms, today),
        "today": today,
        "zone": zone,
        "form": form if form.is_wrong else Form.of(day=today.isoformat()),
    }
    return render(request, "clients/discharges.html", context, status=status)


def _due(discharged_at: datetime, zone: str, terms: History, today: date) -> Sequence[FollowUp]:
    """The follow-ups of a discharge that can still be made."""
    steps = schedule(discharged_at, zone, terms.on(local_date(discharged_at, zone)))
    return [step for step in steps if step.closes_on >= today]


def _moment(form: Form, zone: str) -> str:
    """Day and time as the clock at the hospital shows them. Raises ``Invalid`` for what is no day or time."""
    problems = [Problem(name, "REQUIRED") for name in ("day", "time") if not form.value(name)]
    if problems:
        raise Invalid(*problems)
    try:
        told = datetime.fromisoformat(f"{form.value('day')}T{form.value('time')}")
    except ValueError:
        raise Invalid(Problem("day", "BAD_DATE")) from None
    return told.replace(tzinfo=ZoneInfo(zone)).isoformat()


async def record(request: Request) -> Response:
    """Record a discharge; it can be taken back at once with one tap, and for a week on the page."""
    form, client = await read_form(request), id_of(request.path_params["client"])
    try:
        async with begin(actor_of(request)) as unit:
            given = {"client": client, "discharged_at": _moment(form, await _zone(unit, client))}
            made = await record_discharge(unit, RecordDischarge.parse(given))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(_on_the_day(refusal)), 409 if isinstance(refusal, Conflict) else 422)
    undo = f"{_path(client)}/undo/{sign([_UNDO, str(made)], seconds=_SECONDS)}"
    return go(request, _path(client), said="discharge.recorded", undo=undo)


async def _zone(unit: Unit, client: UUID) -> str:
    card = (await cards(unit, [client])).get(client)
    if card is None:
        raise NotFound
    return await zone_of(unit, card.program_id)


def _on_the_day(refusal: Invalid | Conflict) -> Invalid:
    """The same problems beside the fields of the page: a moment is asked for as a day and a time."""
    return Invalid(
        *(Problem("day", p.code, p.arguments) if p.field == "discharged_at" else p for p in refusal.problems)
    )


async def readmit(request: Request) -> Response:
    """The person is back: nothing is due any more."""
    form, client = await read_form(request), id_of(request.path_params["client"])
    discharge = id_of(request.path_params["discharge"])
    try:
        given = {"discharge": discharge, "readmitted_on": form.value("readmitted_on")}
        async with begin(actor_of(request)) as unit:
            await record_readmission(unit, RecordReadmission.parse(given))
    except Invalid as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, _path(client), said="discharge.readmitted")


async def withdraw(request: Request) -> Response:
    """It was no discharge."""
    return await _taken_back(request, withdraw_discharge, id_of(request.path_params["discharge"]))


async def stay_discharged(request: Request) -> Response:
    """It was no readmission."""
    return await _taken_back(request, withdraw_readmission, id_of(request.path_params["discharge"]))


async def undo(request: Request) -> Response:
    """Take back what was just recorded. Raises ``Conflict`` when it is too late."""
    match unsign(request.path_params["token"]):
        case [str(verb), str(discharge)] if verb == _UNDO:
            return await _taken_back(request, withdraw_discharge, UUID(discharge))
        case _:
            raise Conflict(Problem("undo", "UNDO_TOO_LATE"))


async def _taken_back(request: Request, take: Callable[[Unit, UUID], Awaitable[UUID]], discharge: UUID) -> Response:
    async with begin(actor_of(request)) as unit:
        client = await take(unit, discharge)
    return go(request, _path(client), said="discharge.withdrawn")


ROUTES = [
    signed_in("/clients/{client}/discharges", page),
    signed_in("/clients/{client}/discharges", record, "POST"),
    signed_in("/clients/{client}/discharges/undo/{token}", undo, "POST"),
    signed_in("/clients/{client}/discharges/{discharge}/readmission", readmit, "POST"),
    signed_in("/clients/{client}/discharges/{discharge}/withdraw", withdraw, "POST"),
    signed_in("/clients/{client}/discharges/{discharge}/readmission/withdraw", stay_discharged, "POST"),
]
