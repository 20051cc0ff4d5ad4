"""Cases: my list, one case with its next steps, and the steps that need no form."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.cases import advance_case, assign_case, case_view, cases_on_page, decide_case
from coord.cases.codes import OVER, CaseEvent, CaseStatus
from coord.cases.inputs import AssignCase, CaseFilter, MoveCase
from coord.cases.reads import count_cases
from coord.cases.rules import NEEDS_REASON, PERMISSION, who_does
from coord.cases.viewing import CaseView
from coord.clients import cards
from coord.contacts import ContactFilter, contacts_on_page, notes
from coord.contacts.attachments.reads import contact_attachments
from coord.kernel.clock import today
from coord.kernel.errors import Conflict, Invalid
from coord.placements import posts_at
from coord.work import Unit, begin
from coord.workforce import worker_of_actor
from web.case_fields import ASSESSMENT, CLOSING, FOLLOW_UP, FORMS, INTAKE, PLAN
from web.desk import about, id_of
from web.forms import Form, query_form, read_form
from web.page import go, language_of, render, wants_fragment
from web.paging import SIZES, pages_of
from web.routes import signed_in
from web.session import actor_of
from web.words import HOME_ZONE, speak, t

TONES = {
    "DRAFT": "warn", "WAITING_ASSIGNMENT": "warn", "OPENING_REVIEW": "info", "CLOSING_REVIEW": "info", "RETURNED": "bad",
    "OPEN": "ok", "INTERVENING": "ok", "ASSESSING": "ok",
}  # fmt: skip
_SHOWN = ("client_id", "status", "received_on", "opened_on", "closed_on", "closure", "worker.display_name")
_GROUPS: Mapping[str, tuple[CaseStatus, ...]] = {
    "going": tuple(status for status in CaseStatus if status not in OVER),
    "waiting": (CaseStatus.DRAFT, CaseStatus.WAITING_ASSIGNMENT, CaseStatus.RETURNED),
    "review": (CaseStatus.OPENING_REVIEW, CaseStatus.CLOSING_REVIEW),
    "over": OVER,
}
_TIMELINE = 50
_CONTACT = ("occurred_on", "service_code", "duration_minutes", "attendance", "worker.display_name")


async def page(request: Request) -> Response:
    """Cases by where they stand: a worker's own unless all are asked for."""
    speak(language_of(request))
    asked = query_form(request)
    async with begin(actor_of(request)) as unit:
        unit.actor.require("case.read")
        worker = await worker_of_actor(unit) if unit.actor.may("case.work") else None
        mine = worker is not None and asked.value("of") != "all"
        own = {"worker": worker.id} if worker is not None and mine else {}
        counts = await count_cases(unit, CaseFilter(**own))
        shown = asked.value("show") if asked.value("show") in _GROUPS else "going"
        kept = {"show": shown, "of": None if mine else "all", "size": asked.value("size")}
        pages = pages_of(asked, sum(counts.get(s, 0) for s in _GROUPS[shown]), "/cases", kept)
        given = CaseFilter(status=_GROUPS[shown], **own)
        rows = await cases_on_page(unit, _SHOWN, given, page=pages.page, size=pages.size)
        people = await cards(unit, {row["client_id"] for row in rows})
    context = {
        "rows": [(row, people.get(row["client_id"])) for row in rows],
        "tabs": [_tab(name, counts, shown, mine=mine) for name in _GROUPS],
        "of": [(t("cases.mine"), None, "/cases", mine), (t("cases.all"), None, "/cases?of=all", not mine)],
        "is_worker": worker is not None,
        "pages": pages,
        "sizes": SIZES,
        "tones": TONES,
    }
    return render(request, "cases/list.html", context)


def _tab(name: str, counts: Mapping[str, int], shown: str, *, mine: bool) -> tuple[str, int, str, bool]:
    number = sum(counts.get(status, 0) for status in _GROUPS[name])
    return t(f"cases.{name}"), number, f"/cases?show={name}{'' if mine else '&of=all'}", name == shown


async def case_page(request: Request) -> Response:
    """One case."""
    return await one_case(request, Form(), 200)


async def one_case(request: Request, form: Form, status: int) -> Response:
    """A case with its forms, goals, history, and what the reader can do next."""
    speak(language_of(request))
    async with begin(actor_of(request)) as unit:
        view = await case_view(unit, id_of(request.path_params["case"]))
        card = (await cards(unit, [view.case.client_id]))[view.case.client_id]
        rows = await _process(unit, view)
        workers = await posts_at(unit, view.case.program_id, view.case.hospital_id)
        context = {
            "view": view,
            "card": card,
            "about": about(card, today(HOME_ZONE)),
            "rows": rows,
            "notes": await notes(unit, [row["id"] for row in rows]),
            "files": await contact_attachments(unit, [row["id"] for row in rows]),
            "may_attach": view.can_attach and unit.actor.may("case.work"),
            "workers": {str(post.worker_id): post.display_name for post in workers if post.ends_on is None},
        }
    return render(request, "cases/case.html", {**context, **_parts(view), "form": form}, status=status)


def _parts(view: CaseView) -> Mapping[str, Any]:
    buttons = [event for event in view.can if event not in FORMS and event not in _ELSEWHERE]
    return {
        "tones": TONES,
        "forms": [(event, FORMS[event][0]) for event in view.can if event in FORMS],
        "buttons": [(event, event in NEEDS_REASON) for event in buttons],
        "sheets": [
            ("intake", view.intake, INTAKE),
            ("assessment", view.assessment, ASSESSMENT),
            ("plan", view.plan, PLAN),
            ("closing", view.closing, CLOSING),
        ],
        "follow_up_fields": FOLLOW_UP,
        "today": today(HOME_ZONE),
    }


_ELSEWHERE = frozenset({CaseEvent.ASSIGN, CaseEvent.RECORD_FOLLOW_UP, CaseEvent.TRANSFER})


async def _process(unit: Unit, view: CaseView) -> Sequence[Any]:
    """The services of the client while the case was going on: its process record."""
    last: date | None = view.case.closed_on
    given = ContactFilter(with_client=view.case.client_id, from_day=view.case.received_on, to_day=last)
    return await contacts_on_page(unit, _CONTACT, given, page=1, size=_TIMELINE)


async def move(request: Request) -> Response:
    """A step of a worker, or a decision of a supervisor."""
    form = await read_form(request)
    case = id_of(request.path_params["case"])
    try:
        given = MoveCase.parse({**form.raw(MoveCase), "case": str(case)})
        async with begin(actor_of(request)) as unit:
            after = await moved(unit, given)
    except (Invalid, Conflict) as refusal:
        is_conflict = isinstance(refusal, Conflict) and not wants_fragment(request)
        return await one_case(request, form.refused(refusal), 409 if is_conflict else 422)
    return go(request, f"/cases/{after}", said=f"case_said.{given.event}")


async def moved(unit: Unit, given: MoveCase) -> UUID:
    """Let whoever may cause the event cause it."""
    is_workers = PERMISSION[who_does(given.event)] == "case.work"
    return await (advance_case if is_workers else decide_case)(unit, given)


async def assign(request: Request) -> Response:
    """Give a waiting case to a worker."""
    form = await read_form(request)
    case = id_of(request.path_params["case"])
    try:
        async with begin(actor_of(request)) as unit:
            await assign_case(unit, AssignCase.parse({"case": str(case), "worker": form.value("worker")}))
    except (Invalid, Conflict) as refusal:
        return await one_case(request, form.refused(refusal), 422)
    return go(request, f"/cases/{case}", said="case_said.ASSIGN")


ROUTES = [
    signed_in("/cases", page),
    signed_in("/cases/{case}", case_page),
    signed_in("/cases/{case}/move", move, "POST"),
    signed_in("/cases/{case}/assign", assign, "POST"),
]
