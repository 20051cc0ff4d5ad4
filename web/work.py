"""The work list: everything that waits for the worker, filters in the URL, several set aside at once."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.kernel.errors import Invalid
from coord.work import begin
from coord.worklists import Desk, Entry, SetAside, WorkFilter, WorkKind, set_aside, take_up, work_list
from web.desk import about, desk_of
from web.forms import Form, query_form, read_form
from web.foundation import address
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import month as month_name
from web.words import speak, t

_SNOOZE_DAYS = {"tomorrow": 1, "week": 7}


async def page(request: Request) -> Response:
    """What waits at the worker's post, the most pressing first."""
    speak(language_of(request))
    asked = query_form(request)
    actor_of(request).require("contact.log")
    async with begin(actor_of(request)) as unit:
        desk = await desk_of(unit, asked)
        if desk is None:
            return render(request, "today/no_post.html")
        given, form = _filter(asked)
        waiting = await work_list(unit, Desk(desk.post, desk.today), given)
        known = await cards(unit, {entry.client for entry in waiting.entries if entry.client is not None})
    context = {
        "desk": desk,
        "form": form,
        "rows": [_row(entry, known, desk) for entry in waiting.entries],
        "tabs": _tabs(waiting.counts, given),
        "overdue_href": address("/work", kind=list(given.kind), overdue="" if given.overdue else "true"),
        "overdue": given.overdue,
        "set_aside": waiting.set_aside,
        "here": address("/work", kind=list(given.kind), overdue="true" if given.overdue else ""),
    }
    return render(request, "work/list.html", context)


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


def _row(entry: Entry, known: Any, desk: Any) -> dict[str, Any]:
    """One entry in words: whom or what it is about, what is to be done, where."""
    card = known.get(entry.client)
    what = t(f"work_what.{entry.kind}", **_told(entry))
    title = card.name if card else entry.told.get("group") or t(f"work_kind.{entry.kind}")
    return {
        "key": entry.key,
        "kind": entry.kind,
        "title": title,
        "about": about(card, desk.today) if card else "",
        "what": what,
        "due_on": entry.due_on,
        "is_overdue": entry.due_on < desk.today,
        "href": _href(entry, desk),
    }


def _told(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {**entry.told}
    if "month" in told:
        told["month"] = month_name(str(told["month"]))
    if "step" in told:
        told["step"] = t(f"follow_up.{told['step']}")
    return told


def _href(entry: Entry, desk: Any) -> str:
    at = {"hospital": desk.post.hospital_id}
    if entry.kind is WorkKind.GROUP_SESSION:
        return f"/groups/{entry.subject}/session"
    if entry.kind in {WorkKind.RETURNED_RECORD, WorkKind.UNFINISHED_RECORD}:
        return f"/records/{entry.subject}/amend"
    if entry.kind is WorkKind.CLOSE_MONTH:
        return address(f"/months/{desk.post.hospital_id}/{entry.told['month']}", program=desk.post.program_code)
    return address("/log", client=entry.client, **at)


async def act(request: Request) -> Response:
    """Set the chosen entries aside, or put them back; the address of the list stays."""
    form = await read_form(request)
    keys, done = form.values("keys"), form.value("do")
    if not keys:
        return go(request, "/work", said="work.none_chosen")
    speak(language_of(request))
    async with begin(actor_of(request)) as unit:
        desk = await desk_of(unit, Form())
        if done == "back":
            number = await take_up(unit, SetAside.parse({"keys": keys}))
            return go(request, "/work", said="work.taken_up", n=number)
        days = _SNOOZE_DAYS.get(done)
        until = None if days is None or desk is None else desk.today + timedelta(days=days)
        number = await set_aside(unit, SetAside.parse({"keys": keys, "until": until}))
    return go(request, "/work", said="work.set_aside_done" if until is None else "work.snoozed", n=number)


ROUTES = [signed_in("/work", page), signed_in("/work", act, "POST")]
