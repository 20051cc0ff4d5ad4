"""Releases for the foundation: build a quarter, look at what would be published, review it, publish it."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.programs import program_by_code
from coord.programs.quarters import last_quarters
from coord.releases import (
    MoveRelease,
    OrderRelease,
    ReleaseState,
    move_release,
    order_release,
    release_preview,
    releases,
)
from coord.releases.codes import NARRATIVE, NoteKind
from coord.releases.inputs import ChooseStories, RestateRelease, WriteNotes
from coord.releases.moving import write_notes
from coord.releases.ordering import open_months
from coord.releases.orders import orders_of
from coord.releases.restating import order_restatement
from coord.releases.storytelling import choose_stories, tellable_stories
from coord.work import begin
from web.forms import Form, query_form, read_form
from web.foundation import address, scope_of
from web.impact import BY_HOSPITAL, shown
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

_TONES = {
    ReleaseState.BUILT: "warn",
    ReleaseState.REVIEWED: "info",
    ReleaseState.PUBLISHED: "ok",
    ReleaseState.SUPERSEDED: "info",
}
_OFFERED = 4


async def index(request: Request) -> Response:
    """Every release of a program, and the quarters that can be built."""
    return await _index(request, query_form(request), 200)


async def _index(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("release.list")
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, form)
        facts = await program_by_code(unit, scope.code)
        cards = await releases(unit, scope.code)
        live = {card.period for card in cards if card.state is not ReleaseState.SUPERSEDED}
        offered = [one for one in last_quarters(scope.today, _OFFERED) if one not in live]
        missing = {quarter: await open_months(unit, facts, quarter) for quarter in offered}
        waiting = {quarter: months for quarter, months in missing.items() if months is not None}
        orders = await orders_of(unit, facts.id)
    context = {
        "scope": scope, "form": form, "cards": cards, "tones": _TONES, "waiting": waiting,
        "running": [one for one in orders if one.is_open], "is_polled": bool(form.value("orders")),
        "failed": [one for one in orders if not one.is_open and one.quarter not in live],
        "poll": address("/releases", program=scope.code, orders="1"),
    }  # fmt: skip
    block = "orders" if form.value("orders") else None
    return render(request, "releases/index.html", context, status=status, block=block)


async def order(request: Request) -> Response:
    """Ask for a quarter."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            given = OrderRelease.parse({"program": form.value("program"), "period": form.value("period")})
            await order_release(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _index(request, form.refused(refusal), 422)
    return go(request, f"/releases?program={given.program}", said="releases.ordered")


async def one(request: Request) -> Response:
    """What would be published, as everybody would read it."""
    return await _one(request, Form(), 200)


def _id(request: Request) -> UUID:
    try:
        return UUID(request.path_params["release"])
    except ValueError:
        raise NotFound from None


async def _one(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        report = await release_preview(unit, _id(request), BY_HOSPITAL)
        cards = await releases(unit, report.program.code)
        tellable = await tellable_stories(unit, report.release_id)
    card: Any = next(each for each in cards if each.id == report.release_id)
    written = {note["kind"]: note["text"] for note in report.notes if note["kind"] in NARRATIVE}
    is_first = not any(note["kind"] == NoteKind.RESTATEMENT for note in report.notes)
    context = {
        **shown(report, language_of(request)), "card": card, "tones": _TONES, "form": form,
        "sections": [(kind.value.lower(), kind, written.get(kind, "")) for kind in NARRATIVE],
        "tellable": tellable, "chosen": {one.told.id for one in report.stories},
        "can_restate": is_first and card.state is ReleaseState.PUBLISHED and actor_of(request).may("release.build"),
    }  # fmt: skip
    return render(request, "releases/one.html", context, status=status)


async def move(request: Request) -> Response:
    """Review or publish."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            given = MoveRelease.parse({"release": str(_id(request)), "move": form.value("move")})
            await move_release(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _one(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"/releases/{given.release}", said="releases.moved")


async def words(request: Request) -> Response:
    """The words beside the figures."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            said = {kind.value.lower(): form.value(kind.value.lower()) for kind in NARRATIVE}
            await write_notes(unit, WriteNotes.parse({"release": str(_id(request)), **said}))
    except (Invalid, Conflict) as refusal:
        return await _one(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"/releases/{_id(request)}", said="releases.moved")


async def tell(request: Request) -> Response:
    """The stories beside the figures."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            given = {"release": str(_id(request)), "stories": form.values("stories")}
            await choose_stories(unit, ChooseStories.parse(given))
    except (Invalid, Conflict) as refusal:
        return await _one(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"/releases/{_id(request)}", said="releases.moved")


async def restate(request: Request) -> Response:
    """Let a published quarter be counted anew."""
    form = await read_form(request)
    try:
        async with begin(actor_of(request)) as unit:
            given = RestateRelease.parse({"release": str(_id(request)), "reason": form.value("reason")})
            await order_restatement(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _one(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"/releases/{given.release}", said="releases.ordered")


ROUTES = [
    signed_in("/releases", index),
    signed_in("/releases", order, "POST"),
    signed_in("/releases/{release}", one),
    signed_in("/releases/{release}", move, "POST"),
    signed_in("/releases/{release}/words", words, "POST"),
    signed_in("/releases/{release}/stories", tell, "POST"),
    signed_in("/releases/{release}/restate", restate, "POST"),
]
