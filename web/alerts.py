"""Safety alerts: the list, and one alert with its safety step, its chain, its closing and what follows."""

from typing import Any
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.outcomes import (
    CloseAlert,
    RaiseAlert,
    RaiseUrgency,
    TakeAlert,
    alert,
    alerts_on_page,
    close_alert,
    raise_alert,
    raise_urgency,
    take_alert,
)
from coord.outcomes.alert_reads import steps_of, tasks_of, words_of
from coord.outcomes.alerts import finish_task
from coord.outcomes.chain import CHAIN
from coord.outcomes.codes import AlertOutcome, AlertUrgency, PlanStep
from coord.outcomes.crisis import crisis_lines
from coord.outcomes.reads import zone_of
from coord.outcomes.withdrawing import withdrawal_reasons
from coord.work import Unit, begin
from web.desk import id_of, options
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render, wants_fragment
from web.routes import signed_in
from web.session import actor_of
from web.words import speak


async def page(request: Request) -> Response:
    """Alerts that are open, or closed ones."""
    speak(language_of(request))
    closed = query_form(request).value("closed") == "true"
    async with begin(actor_of(request), read_only=True) as unit:
        rows = await alerts_on_page(unit, closed=closed)
    return render(request, "alerts/list.html", {"rows": rows, "closed": closed, "chain": CHAIN})


async def one(request: Request) -> Response:
    """One alert."""
    return await _one(request, Form(), 200)


async def _one(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    key = id_of(request.path_params["alert"])
    async with begin(actor_of(request)) as unit:
        row = await alert(unit, key)
        context = {
            "row": row,
            "form": form,
            "chain": CHAIN,
            "steps": (await steps_of(unit, [key]))[key],
            "tasks": await tasks_of(unit, [key]),
            "lines": crisis_lines(await zone_of(unit, row["program_id"])),
            "plans": options("plan_step", PlanStep),
            "outcomes": options("alert_outcome", AlertOutcome),
            **await _of_care_team(unit, row["client_id"], key, row["score_id"]),
        }
    return render(request, "alerts/one.html", context, block="alert", status=status)


async def _of_care_team(unit: Unit, client: UUID, key: UUID, score: UUID | None) -> dict[str, Any]:
    """Who it is and what was written, for those who may know; nothing at all for everybody else."""
    if not unit.actor.may("client.read_identity"):
        return {"card": None, "words": [], "withdrawn_because": None}
    reasons = await withdrawal_reasons(unit, client, [score] if score else [])
    return {
        "card": (await cards(unit, [client])).get(client),
        "words": await words_of(unit, client, [key]),
        "withdrawn_because": reasons.get(score) if score else None,
    }


async def take(request: Request) -> Response:
    """Somebody takes it on."""
    form = await read_form(request)
    return await _act(request, form, TakeAlert, take_alert, "alert.was_taken")


async def hasten(request: Request) -> Response:
    """It is more urgent."""
    form = await read_form(request)
    return await _act(request, form, RaiseUrgency, raise_urgency, "alert.was_raised")


async def close(request: Request) -> Response:
    """It came to something."""
    form = await read_form(request)
    return await _act(request, form, CloseAlert, close_alert, "alert.was_closed")


async def _act(request: Request, form: Form, model: Any, act: Any, said: str) -> Response:
    key = id_of(request.path_params["alert"])
    try:
        async with begin(actor_of(request)) as unit:
            await act(unit, model.parse({**form.raw(model), "alert": key}))
    except (Invalid, Conflict) as refusal:
        status = 409 if isinstance(refusal, Conflict) and not wants_fragment(request) else 422
        return await _one(request, form.refused(refusal), status)
    return go(request, f"/alerts/{key}", said=said)


async def finish(request: Request) -> Response:
    """Something that had to follow is done."""
    async with begin(actor_of(request)) as unit:
        key = await finish_task(unit, id_of(request.path_params["task"]))
    return go(request, f"/alerts/{key}", said="alert.was_done")


async def flag(request: Request) -> Response:
    """The form by which somebody says that a person is in danger."""
    return await _flag(request, Form.of(idempotency_key=str(uuid4()), urgency=AlertUrgency.SAME_DAY), 200)


async def _flag(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    client = id_of(request.path_params["client"])
    async with begin(actor_of(request)) as unit:
        unit.actor.require("alert.raise")
        card = (await cards(unit, [client])).get(client)
        if card is None:
            raise NotFound
        lines = crisis_lines(await zone_of(unit, card.program_id))
    context = {"form": form, "card": card, "lines": lines, "urgencies": options("alert_urgency", AlertUrgency)}
    return render(request, "alerts/flag.html", context, block="form", status=status)


async def raise_one(request: Request) -> Response:
    """Raise it; the safety step follows."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            given = RaiseAlert.parse({**form.raw(RaiseAlert), "client": request.path_params["client"]})
            key = await raise_alert(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _flag(request, form.refused(refusal), 422)
    return go(request, f"/alerts/{key}")


ROUTES = [
    signed_in("/alerts", page),
    signed_in("/alerts/tasks/{task}", finish, "POST"),
    signed_in("/alerts/{alert}", one),
    signed_in("/alerts/{alert}/take", take, "POST"),
    signed_in("/alerts/{alert}/urgency", hasten, "POST"),
    signed_in("/alerts/{alert}/close", close, "POST"),
    signed_in("/clients/{client}/alert", flag),
    signed_in("/clients/{client}/alert", raise_one, "POST"),
]
