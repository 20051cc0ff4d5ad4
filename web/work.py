"""The work list: everything that waits for the worker, filters in the URL, several set aside at once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.programs import program_by_code
from coord.work import Unit, begin
from coord.worklists import (
    Desk,
    Entry,
    SetAside,
    Watch,
    WorkFilter,
    WorkKind,
    WorkList,
    set_aside,
    take_up,
    undo_set_aside,
    watch_list,
    work_list,
)
from web.desk import about, desk_of
from web.forms import Form, query_form, read_form
from web.foundation import address, scope_of
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.signing import sign, unsign
from web.words import month as month_name
from web.words import speak, t

_SNOOZE_DAYS = {"tomorrow": 1, "week": 7}
_UNDO, _UNDO_SECONDS = "undo-aside", 13
_PAGES = {
    WorkKind.CONSENT: "/clients/{client}/consents",
    WorkKind.GROUP_SESSION: "/groups/{subject}/session",
    WorkKind.RETURNED_RECORD: "/records/{subject}/amend",
    WorkKind.UNFINISHED_RECORD: "/records/{subject}/amend",
    WorkKind.SCALE_DUE: "/clients/{client}",
    WorkKind.RETURNED_CASE: "/cases/{subject}",
    WorkKind.CASE_FOLLOW_UP: "/cases/{subject}",
    WorkKind.INCOMPLETE_CLIENT: "/clients?lacking=1",
    WorkKind.REVIEW_CASE: "/cases/{subject}",
    WorkKind.TRANCHE: "/agreements/{subject}",
    WorkKind.CONDITION: "/agreements/{subject}",
    WorkKind.CORRECTIVE_ACTION: "/corrective-actions/{subject}",
    WorkKind.VERIFY_ACTION: "/corrective-actions/{subject}",
}


async def page(request: Request) -> Response:
    """What waits, the most pressing first: at the worker's post, or in the program that somebody oversees."""
    speak(language_of(request))
    asked, actor = query_form(request), actor_of(request)
    actor.require("work.list")
    async with begin(actor) as unit:
        desk = await desk_of(unit, asked) if actor.may("contact.log") else None
        if desk is None and not actor.may("contact.review"):
            return render(request, "today/no_post.html")
        context = await (_watched(unit, asked) if desk is None else _at_desk(unit, desk, asked))
    return render(request, "work/list.html", context)


async def _at_desk(unit: Unit, desk: Any, asked: Form) -> dict[str, Any]:
    given, form = _filter(asked)
    waiting = await work_list(unit, Desk(desk.post, desk.today), given)
    place = _Place(desk.today, desk.post.program_code, desk.post.hospital_id)
    return await _context(unit, waiting, given, form, place) | {"about": desk.post.hospital_name}


async def _watched(unit: Unit, asked: Form) -> dict[str, Any]:
    given, form = _filter(asked)
    scope = await scope_of(unit, asked)
    watch = Watch(await program_by_code(unit, scope.code), scope.today)
    waiting = await watch_list(unit, watch, given)
    return await _context(unit, waiting, given, form, _Place(scope.today, scope.code)) | {
        "about": scope.program["name"]
    }


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a list is: today there, its program, and the hospital of a post."""

    today: date
    program: str
    hospital: UUID | None = None


async def _context(unit: Unit, waiting: WorkList, given: WorkFilter, form: Form, place: _Place) -> dict[str, Any]:
    named = {entry.client for entry in waiting.entries if entry.client is not None}
    known = await cards(unit, named) if named else {}
    kept = {"kind": list(given.kind), "program": form.value("program"), "hospital": form.value("hospital")}
    overdue, aside = ("true" if flag else "" for flag in (given.overdue, given.aside))
    return {
        "form": form,
        "rows": [_row(entry, known, place) for entry in waiting.entries],
        "tabs": _tabs(waiting.counts, given),
        "overdue_href": address("/work", **kept, overdue="" if given.overdue else "true", aside=aside),
        "overdue": given.overdue,
        "aside_href": address("/work", aside="" if given.aside else "true"),
        "aside": given.aside,
        "set_aside": waiting.set_aside,
        "here": address("/work", **kept, overdue=overdue, aside=aside),
    }


def _filter(asked: Form) -> tuple[WorkFilter, Form]:
    """The filter of a URL. One that cannot be read is shown as wrong, and nothing is filtered."""
    try:
        return WorkFilter.parse(asked.raw(WorkFilter)), asked
    except Invalid as refusal:
        return WorkFilter(), asked.refused(refusal)


def _tabs(counts: Any, given: WorkFilter) -> list[tuple[str, int, str, bool]]:
    overdue = "true" if given.overdue else ""
    every = (t("work.all"), sum(counts.values()), address("/work", overdue=overdue), not given.kind)
    kinds = [kind for kind in WorkKind if counts.get(kind) or kind in given.kind]
    return [every, *(_tab(kind, counts.get(kind, 0), overdue, kind in given.kind) for kind in kinds)]


def _tab(kind: WorkKind, number: int, overdue: str, is_current: bool) -> tuple[str, int, str, bool]:
    return t(f"work_kind.{kind}"), number, address("/work", kind=kind.value, overdue=overdue), is_current


def _row(entry: Entry, known: Any, place: _Place) -> dict[str, Any]:
    """One entry in words: whom or what it is about, what is to be done, where."""
    card = known.get(entry.client)
    what = t(f"work_what.{entry.kind}", **_told(entry))
    named = [entry.told[name] for name in ("group", "hospital", "worker") if name in entry.told]
    title = card.name if card else next(iter(named), t(f"work_kind.{entry.kind}"))
    return {
        "key": entry.key,
        "kind": entry.kind,
        "title": title,
        "about": about(card, place.today) if card else "",
        "what": what,
        "due_on": entry.due_on,
        "is_overdue": entry.due_on < place.today,
        "href": _href(entry, place),
    }


def _step(name: str) -> str:
    """A step of the schedule after discharge: within so many hours, or by a day."""
    if name.endswith("H"):
        return t("follow_up.hours", n=name[:-1])
    return t("follow_up.days", n=name[1:])


def _told(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {**entry.told}
    if "month" in told:
        told["month"] = month_name(str(told["month"]))
    if "step" in told:
        told["step"] = _step(str(told["step"]))
    if "why" in told:
        told["why"] = t(f"due.{told['why']}")
    if "item" in told:
        told["why"] = t(f"item_kind.{told['item']}")
    if "words" in told:
        told["what"] = t(str(told.pop("words")))
    elif "what" in told:
        told["what"] = t(f"work_review.{told['what']}")
    return told


def _href(entry: Entry, place: _Place) -> str:
    """The page where it is done."""
    kind, told = entry.kind, entry.told
    if kind in {WorkKind.CLOSE_MONTH, WorkKind.REVIEW_MONTH, WorkKind.LOCK_MONTH, WorkKind.MISSING_MONTH}:
        return address(f"/months/{entry.subject or place.hospital}/{told['month']}", program=place.program)
    if kind is WorkKind.REVIEW_RECORDS:
        return address("/review", program=place.program, hospital=told["code"])
    if kind is WorkKind.DISCLOSURE:
        return address("/disclosures", program=place.program)
    if kind is WorkKind.CASELOAD_OVER:
        return address("/caseload", program=place.program)
    if kind in _PAGES:
        return _PAGES[kind].format(subject=entry.subject, client=entry.client)
    return address("/log", client=entry.client, hospital=place.hospital)


async def act(request: Request) -> Response:
    """Set the chosen entries aside, or put them back; the address of the list stays."""
    form, here = await read_form(request), address("/work", **_kept(query_form(request)))
    keys, done = form.values("keys"), form.value("do")
    if not keys:
        return go(request, here, said="work.none_chosen")
    speak(language_of(request))
    async with begin(actor_of(request)) as unit:
        if done == "back":
            number = await take_up(unit, SetAside.parse({"keys": keys}))
            return go(request, here, said="work.taken_up", n=number)
        days = _SNOOZE_DAYS.get(done)
        until = None if days is None else await _today(unit) + timedelta(days=days)
        number = await set_aside(unit, SetAside.parse({"keys": keys, "until": until}))
        undo_path = f"/undo-work/{sign([_UNDO, unit.started_at.isoformat()], seconds=_UNDO_SECONDS)}"
    said = "work.set_aside_done" if until is None else "work.snoozed"
    return go(request, here, said=said, undo=undo_path, n=number)


def _kept(asked: Form) -> dict[str, Any]:
    return {
        name: asked.values(name) for name in ("kind", "overdue", "aside", "program", "hospital") if name in asked.fields
    }


async def _today(unit: Unit) -> date:
    """Today at the actor's post; for those who oversee, in their first program."""
    desk = await desk_of(unit, Form()) if unit.actor.may("contact.log") else None
    return desk.today if desk is not None else (await scope_of(unit, Form())).today


async def undo(request: Request) -> Response:
    """Put back what was just set aside. Raises ``Conflict`` when it is too late."""
    match unsign(request.path_params["token"]):
        case [str(verb), str(moment)] if verb == _UNDO:
            async with begin(actor_of(request)) as unit:
                await undo_set_aside(unit, datetime.fromisoformat(moment))
        case _:
            raise Conflict(Problem("undo", "REVIEW_STANDS"))
    return go(request, "/work", said="toast.undone")


ROUTES = [
    signed_in("/work", page),
    signed_in("/work", act, "POST"),
    signed_in("/undo-work/{token}", undo, "POST"),
]
