"""Groups: the list, a new group, and the roll call of a session."""

from collections.abc import Sequence
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import ClientCard, cards, clients, find_clients
from coord.clients.codes import CareStage
from coord.contacts import CreateGroup, LogContact, create_group, groups, log_contact
from coord.contacts.codes import GroupKind, ServiceTarget
from coord.contacts.group_reads import GroupCard, rolls_of
from coord.contacts.group_rules import came_as_guests
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.kernel.paging import MAX_SIZE, PageRequest
from coord.kernel.text import sort_key
from coord.work import Unit, begin
from web import roll_call
from web.desk import Desk, about, desk_of, id_of, options
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render, wants_fragment
from web.routes import signed_in
from web.session import actor_of
from web.undo import path_of_withdrawal
from web.words import speak

_DEFAULTS = {"planned_sessions": 6, "duration_minutes": 60, "kind": "SUPPORT", "target": "PATIENT"}


async def page(request: Request) -> Response:
    """The groups of the hospital."""
    actor_of(request).require("group.create")
    async with begin(actor_of(request), read_only=True) as unit:
        desk = await desk_of(unit, query_form(request))
        if desk is None:
            return render(request, "today/no_post.html")
        known = await groups(unit, hospital=desk.post.hospital_id)
    meeting = [group for group in known if not group.has_ended]
    ended = [group for group in known if group.has_ended]
    return render(request, "groups/list.html", {"desk": desk, "meeting": meeting, "ended": ended})


async def _people(unit: Unit, desk: Desk) -> Sequence[ClientCard]:
    """The hospital's newest clients, by name: who may join."""
    newest = await clients(unit, ("id", "hospital_id"), PageRequest(MAX_SIZE))
    here = [row["id"] for row in newest.rows if row["hospital_id"] == desk.post.hospital_id]
    return sorted((await cards(unit, here)).values(), key=lambda card: sort_key(card.name))


async def new(request: Request) -> Response:
    """The form of a new group."""
    start = {name: str(value) for name, value in _DEFAULTS.items()}
    return await _new_form(request, query_form(request).but(idempotency_key=str(uuid4()), **start), 200)


async def _new_form(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("group.create")
    async with begin(actor_of(request)) as unit:
        desk = await desk_of(unit, form)
        if desk is None:
            return render(request, "today/no_post.html")
        people = [(card, about(card, desk.today)) for card in await _people(unit, desk)]
    context = {
        "desk": desk,
        "form": form,
        "people": people,
        "kinds": options("group_kind", GroupKind),
        "targets": options("target", ServiceTarget),
        "stages": options("stage", CareStage),
    }
    return render(request, "groups/new.html", context, block="form", status=status)


async def create(request: Request) -> Response:
    """Start the group and go to its first roll call."""
    form = await read_form(request)
    try:
        given = CreateGroup.parse(form.raw(CreateGroup))
        async with begin(actor_of(request)) as unit:
            group_id = await create_group(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _new_form(request, form.refused(refusal), 422)
    return go(request, f"/groups/{group_id}/session", said="group.created")


async def _group(unit: Unit, request: Request) -> GroupCard:
    found = await groups(unit, group=id_of(request.path_params["group"]))
    if not found:
        raise NotFound
    return found[0]


async def session(request: Request) -> Response:
    """The roll call: everybody is here until somebody taps."""
    return await _roll_call(request, None, 200)


async def _roll_call(request: Request, typed: Form | None, status: int, *, walk_in: str = "") -> Response:
    """The roll call as it starts, or with what was ticked and typed."""
    speak(language_of(request))
    actor_of(request).require("contact.log")
    async with begin(actor_of(request)) as unit:
        group = await _group(unit, request)
        desk = await desk_of(unit, typed or query_form(request))
        if desk is None:
            return render(request, "today/no_post.html")
        form = typed or roll_call.first_form(desk, group, str(uuid4()))
        shown = [card for card in await find_clients(unit, walk_in) if card.hospital_id == desk.post.hospital_id]
        guests = came_as_guests((await rolls_of(unit, [group.id])).get(group.id, ()), group.members)
        remembered = form.but(walk_ins=list(dict.fromkeys([*form.values("walk_ins"), *map(str, guests)])))
        context = await roll_call.context(unit, desk, group, remembered, shown)
    return render(request, "groups/session.html", context, block="form", status=status)


async def add(request: Request) -> Response:
    """Find a walk-in, or put one on the list. Nothing is written yet: the form comes back with one more row."""
    form = await read_form(request)
    if joined := form.value("add"):
        form = form.but(
            attendees=[*form.values("attendees"), joined],
            walk_ins=[*form.values("walk_ins"), joined],
            add="",
            walk_in="",
        )
    return await _roll_call(request, form, 200, walk_in=form.value("walk_in"))


async def save(request: Request) -> Response:
    """Save the session with who came and who did not."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            group = await _group(unit, request)
            logged = await log_contact(unit, LogContact.parse(roll_call.raw_session(form, group)))
    except (Invalid, Conflict) as refusal:
        is_conflict = isinstance(refusal, Conflict) and not wants_fragment(request)
        return await _roll_call(request, form.refused(refusal), 409 if is_conflict else 422)
    return go(request, "/today", said="group.saved", undo=path_of_withdrawal(logged.contact_id))


ROUTES = [
    signed_in("/groups", page),
    signed_in("/groups/new", new),
    signed_in("/groups/new", create, "POST"),
    signed_in("/groups/{group}/session", session),
    signed_in("/groups/{group}/session", save, "POST"),
    signed_in("/groups/{group}/session/with", add, "POST"),
]
