"""Today: what was done, whom to go on with, which groups meet."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.contacts import ContactFilter, count_contacts, groups, recent_clients
from coord.measures import MeasureQuery, measure_table
from coord.outcomes.reads import scales_due
from coord.work import Unit, begin
from web.desk import Desk, ago, desk_of
from web.forms import query_form
from web.page import language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import day, speak, t

_GROUPS_SHOWN, _DUE_SHOWN = 6, 5


async def page(request: Request) -> Response:
    """The social worker's work list."""
    speak(language_of(request))
    actor_of(request).require("contact.log")
    async with begin(actor_of(request)) as unit:
        desk = await desk_of(unit, query_form(request))
        if desk is None:
            return render(request, "today/no_post.html")
        context = {
            "desk": desk,
            "figures": await _figures(unit, desk),
            "mine": await _mine(unit, desk),
            "people": await recent_people(unit, desk),
            "due": await _due(unit, desk),
            "groups": (await groups(unit, hospital=desk.post.hospital_id))[:_GROUPS_SHOWN],
        }
    return render(request, "today/page.html", context)


async def _figures(unit: Unit, desk: Desk) -> Any:
    """The hospital's numbers of today, from the one place that counts."""
    query = MeasureQuery(
        program=desk.post.program_code, from_day=desk.today, to_day=desk.today, hospitals=(desk.post.hospital_id,)
    )
    return (await measure_table(unit, query, ("person_times", "sessions"))).total


async def _mine(unit: Unit, desk: Desk) -> int:
    own = ContactFilter(worker=desk.post.worker_id, from_day=desk.today, to_day=desk.today)
    return await count_contacts(unit, own)


async def recent_people(unit: Unit, desk: Desk) -> Sequence[tuple[Any, str]]:
    """The people served last at this hospital, each with one line about when and where."""
    recent = await recent_clients(unit, desk.post.worker_id)
    known = await cards(unit, [row["client_id"] for row in recent])
    people = []
    for row in recent:
        card = known.get(row["client_id"])
        if card is not None and card.hospital_id == desk.post.hospital_id:
            last = t("person.last", when=ago(row["last_on"], desk.today))
            people.append((card, " · ".join(filter(None, (card.bed, last)))))
    return people


async def _due(unit: Unit, desk: Desk) -> Sequence[tuple[Any, str]]:
    """Whose scales are due among the worker's own cases here, the most pressing first; one row a person."""
    own = await scales_due(unit, desk.post.hospital_id, worker=desk.post.worker_id)
    first = {due.client_id: due for due in reversed(own)}
    pressing = list(reversed(first.values()))[:_DUE_SHOWN]
    known = await cards(unit, [due.client_id for due in pressing])
    rows = [(known.get(due.client_id), f"{t(f'due.{due.why}')} · {day(due.on, short=True)}") for due in pressing]
    return [(card, why) for card, why in rows if card is not None]


ROUTES = [signed_in("/today", page)]
