"""One group: its plan, its sessions and who keeps away, its summary; planning anew and closing."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.contacts.group_reads import GroupCard, groups, rolls_of
from coord.contacts.group_rules import ABSENCES_NOTICED, absences_in_a_row, attendance_rate
from coord.contacts.grouping import close_group, plan_sessions, write_session_plan
from coord.contacts.inputs import CloseGroup, PlanSessions, WriteSessionPlan
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.work import Unit, begin
from web.desk import desk_of, id_of
from web.forms import Form, read_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak


async def page(request: Request) -> Response:
    """The group as it stands."""
    return await _page(request, Form(), 200)


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("group.create")
    async with begin(actor_of(request)) as unit:
        group = await _group(unit, request)
        desk = await desk_of(unit, Form())
        if desk is None:
            return render(request, "today/no_post.html")
        rolls = (await rolls_of(unit, [group.id])).get(group.id, ())
        missed = {one: n for one, n in absences_in_a_row(rolls, group.members).items() if n >= ABSENCES_NOTICED}
        named = await cards(unit, group.members)
    context: dict[str, Any] = {
        "desk": desk,
        "group": group,
        "form": form if form.fields else Form.of(closed_on=desk.today.isoformat(), number=str(group.sessions + 1)),
        "rolls": [(number, roll) for number, roll in enumerate(rolls, 1)],
        "planned": [(n, on) for n, on in group.planned_on.items() if n > group.sessions],
        "missed": [(named[one], n) for one, n in missed.items() if one in named],
        "rate": attendance_rate(rolls, group.members),
    }
    return render(request, "groups/group.html", context, status=status)


async def _group(unit: Unit, request: Request) -> GroupCard:
    found = await groups(unit, group=id_of(request.path_params["group"]))
    if not found:
        raise NotFound
    return found[0]


async def plan(request: Request) -> Response:
    """Plan the sessions that are left, weekly from a day on."""
    form = await read_form(request)
    group = id_of(request.path_params["group"])
    try:
        given = PlanSessions.parse({**form.raw(PlanSessions), "group": group})
        async with begin(actor_of(request)) as unit:
            number = await plan_sessions(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"/groups/{group}", said="group.planned_anew", n=number)


async def plan_session(request: Request) -> Response:
    """Say what the group will do at a session to come."""
    form = await read_form(request)
    group = id_of(request.path_params["group"])
    try:
        given = WriteSessionPlan.parse({**form.raw(WriteSessionPlan), "group": group})
        async with begin(actor_of(request)) as unit:
            await write_session_plan(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"/groups/{group}", said="group.session_planned")


async def close(request: Request) -> Response:
    """Close the group with its summary."""
    form = await read_form(request)
    group = id_of(request.path_params["group"])
    try:
        given = CloseGroup.parse({**form.raw(CloseGroup), "group": group})
        async with begin(actor_of(request)) as unit:
            await close_group(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"/groups/{group}", said="group.is_closed")


ROUTES = [
    signed_in("/groups/{group}", page),
    signed_in("/groups/{group}/plan", plan, "POST"),
    signed_in("/groups/{group}/session-plan", plan_session, "POST"),
    signed_in("/groups/{group}/close", close, "POST"),
]
