"""The directory of those who receive referrals: looked up by whoever refers, kept by each organization itself."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from coord.access import Actor
from coord.exchange import hsds_directory
from coord.kernel.clock import now
from coord.kernel.errors import Conflict, Invalid
from coord.referrals.codes import ReferralNeed
from coord.referrals.directory import (
    Capacity,
    DescribeReceiver,
    DirectoryFilter,
    confirm_receiver,
    describe_receiver,
    directory,
    receiver,
)
from coord.referrals.directory.access import may_describe, oversees
from coord.referrals.directory.reads import Entry
from coord.referrals.directory.rules import is_stale
from coord.work import begin
from web.desk import id_of, options
from web.forms import Form, query_form, read_form
from web.page import PRIVATE, go, language_of, render
from web.routes import heavy, signed_in
from web.session import actor_of
from web.words import speak

_PATH = "/directory"
CAPACITY_TONES = {Capacity.CAPACITY: "ok", Capacity.WAITING_LIST: "warn", Capacity.NO_CAPACITY: "bad"}
_TYPED = ("eligibility", "opening_hours", "phone", "phones_day_and_night", "contact_role")


def can_write(actor: Actor, entry: Entry) -> bool:
    """Whether the actor keeps this organization's entry."""
    return actor.may("receiver.edit") and may_describe(actor, entry.id, entry.foundation_id)


async def index(request: Request) -> Response:
    """Organizations by name, found by name, pinyin, initials, district, need or room."""
    speak(language_of(request))
    form = query_form(request)
    try:
        given = DirectoryFilter.parse(form.raw(DirectoryFilter))
        refused = form
    except Invalid as refusal:
        given, refused = DirectoryFilter(), form.refused(refusal)
    async with begin(actor_of(request), read_only=True) as unit:
        entries = await directory(unit, given)
        at = unit.started_at
    context = {
        "form": refused,
        "entries": [(entry, is_stale(entry.confirmed_at, at)) for entry in entries],
        "own": [
            entry for entry in entries if can_write(actor_of(request), entry) and entry.id in actor_of(request).at()
        ],
        "tones": CAPACITY_TONES,
        **_choices(),
    }
    return render(request, "directory/index.html", context, block="results")


async def hsds(request: Request) -> Response:
    """The whole directory as a file for other systems (Human Services Data Specification 3.0)."""
    async with begin(actor_of(request)) as unit:
        found = await hsds_directory(unit)
    kept = {"Content-Disposition": 'attachment; filename="directory-hsds.json"'}
    return JSONResponse(found, headers={**PRIVATE, **kept})


def _choices() -> dict[str, Any]:
    return {"needs": options("referral_need", ReferralNeed), "capacities": options("capacity", Capacity)}


async def page(request: Request) -> Response:
    """One organization's entry, and its form for those who keep it."""
    return await _page(request, None, 200)


async def _page(request: Request, form: Form | None, status: int) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        entry = await receiver(unit, id_of(request.path_params["organization"]))
    context = {
        "entry": entry,
        "stale": is_stale(entry.confirmed_at, now()),
        "form": form or _filled(entry),
        "may_link": oversees(actor_of(request), entry.foundation_id),
        "may_write": can_write(actor_of(request), entry),
        "tones": CAPACITY_TONES,
        **_choices(),
    }
    return render(request, "directory/entry.html", context, status=status)


def _filled(entry: Entry) -> Form:
    typed = {name: getattr(entry, name) for name in _TYPED}
    capacity = None if entry.capacity is None else entry.capacity.value
    return Form.of(
        services=[one.value for one in entry.services],
        districts="、".join(entry.districts),
        capacity=capacity,
        answers_by_link="true" if entry.answers_by_link else None,
        **typed,
    )


async def describe(request: Request) -> Response:
    """Write the entry."""
    form = await read_form(request)
    organization = id_of(request.path_params["organization"])
    raw = form.raw(DescribeReceiver)
    if form.value("about_links"):
        raw["answers_by_link"] = form.value("answers_by_link", "false")
    try:
        async with begin(actor_of(request)) as unit:
            given = {**raw, "services": form.values("services"), "districts": form.value("districts")}
            await describe_receiver(unit, DescribeReceiver.parse({**given, "organization": str(organization)}))
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 422)
    return go(request, f"{_PATH}/{organization}", said="directory.said")


async def confirm(request: Request) -> Response:
    """Say that it still holds."""
    organization = id_of(request.path_params["organization"])
    async with begin(actor_of(request)) as unit:
        await confirm_receiver(unit, organization)
    return go(request, f"{_PATH}/{organization}", said="directory.said_confirmed")


ROUTES = [
    heavy(f"{_PATH}/hsds.json", hsds),
    signed_in(_PATH, index),
    signed_in(f"{_PATH}/{{organization}}", page),
    signed_in(f"{_PATH}/{{organization}}", describe, "POST"),
    signed_in(f"{_PATH}/{{organization}}/confirm", confirm, "POST"),
]
