"""The review queue: what is flagged and what was drawn; approve several, return one with its reason, undo for a moment."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from coord.access import Actor
from coord.contacts import CONTACTS, contacts_by_id, notes
from coord.contacts.attachments.reads import contact_attachments
from coord.contacts.attachments.sealing import AttachmentCard
from coord.contacts.codes import ContactStatus, FlagState
from coord.contacts.quality import RaisedFlag, flags_of
from coord.contacts.reviews import (
    ApproveContacts,
    ReturnContact,
    ReturnKind,
    ReviewFilter,
    WhyReviewed,
    approve_contacts,
    count_queue,
    decisions_on,
    drawn_among,
    queue_on_page,
    return_contact,
    undo_review,
)
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.measures import person_times_of
from coord.placements import filter_choices
from coord.work import Unit, begin
from web.contacts import chosen
from web.desk import id_of, options
from web.forms import Form, query_form, read_form
from web.foundation import address, cap, scope_of
from web.page import go, language_of, render
from web.paging import SIZES, pages_of
from web.routes import signed_in
from web.session import actor_of
from web.signing import sign, unsign
from web.words import speak, t

_SHOWN = (
    "occurred_on", "service_code", "duration_minutes", "recorded_at", "client.code", "group.name", "worker.display_name",
    "hospital.name", "hospital.code",
)  # fmt: skip
_FILTERS = ("program", "hospital", "worker", "month", "why", "search")
_PATH, _UNDO, _SECONDS = "/review", "undo-review", 13


def _kept(form: Form, program: str, *without: str) -> Mapping[str, Any]:
    kept = {name: form.value(name) for name in (*_FILTERS, "size") if name not in without}
    return {**kept, "program": program}


async def _page(actor: Actor, form: Form, refused: Form | None = None) -> Mapping[str, Any]:
    """The queue that an address asks for. ``refused`` is what was chosen and typed when an approval was refused."""
    async with begin(actor, read_only=True) as unit:
        unit.actor.require("contact.review")
        scope = await scope_of(unit, form)
        choices = await filter_choices(unit, scope.code)
        hospital, worker = (
            chosen(choices.hospitals, form.value("hospital")),
            chosen(choices.workers, form.value("worker")),
        )
        asked = {"program": scope.code, "hospital": hospital and hospital.id, "worker": worker and worker.id}
        given = ReviewFilter.parse({**asked, **{n: form.value(n) for n in ("month", "why", "search")}})
        kept = _kept(form, scope.code)
        pages = pages_of(form, await count_queue(unit, given), _PATH, kept)
        rows = await queue_on_page(unit, _SHOWN, given, page=pages.page, size=pages.size)
        ids = [row["id"] for row in rows]
        flags, drawn = await flags_of(unit, ids), await drawn_among(unit, ids)
        tabs = [
            (word, await count_queue(unit, given.model_copy(update={"why": why})),
             address(_PATH, **{**kept, "why": why}), given.why is why)
            for why, word in ((None, t("review_queue.all")), *((w, t(f"review_queue.{w}")) for w in WhyReviewed))
        ]  # fmt: skip
    return {
        "scope": scope,
        "form": form,
        "choices": choices,
        "rows": [(row, open_flags(flags.get(row["id"], ())), row["id"] in drawn) for row in rows],
        "pages": pages,
        "sizes": SIZES,
        "tabs": tabs,
        "months": [(month, month) for month in scope.months],
        "refused": refused or Form(),
        "here": pages.href(pages.page),
    }


def open_flags(flags: Sequence[RaisedFlag]) -> Sequence[RaisedFlag]:
    """The flags that still ask for a word."""
    return [flag for flag in flags if flag.state is FlagState.OPEN]


async def index(request: Request) -> Response:
    """Records to look at, the oldest first."""
    speak(language_of(request))
    return render(request, "reviews/queue.html", await _page(actor_of(request), query_form(request)), block="results")


async def approve(request: Request) -> Response:
    """Approve the chosen records; the address of the list stays, and so does what was chosen when that is refused."""
    speak(language_of(request))
    actor, asked, form = actor_of(request), query_form(request), await read_form(request)
    here = address(_PATH, **{name: asked.value(name) for name in (*_FILTERS, "size", "page")})
    given = [one for one in form.values("contacts") if one]
    if not given:
        return go(request, here, said="review_queue.none_chosen")
    try:
        async with begin(actor) as unit:
            wanted = ApproveContacts.parse({"contacts": given, "justification": form.value("justification")})
            batch = await approve_contacts(unit, wanted)
    except (Invalid, Conflict) as refusal:
        wrong, status = form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422
        if form.value("from") == "record":
            return await _record(request, id_of(given[0]), wrong, status)
        return render(request, "reviews/queue.html", await _page(actor, asked, wrong), status=status)
    return go(request, here, said="review_queue.approved", undo=_undo_path(batch), n=len(given))


def _undo_path(batch: UUID) -> str:
    return f"{_PATH}/undo/{sign([_UNDO, str(batch)], seconds=_SECONDS)}"


async def undo(request: Request) -> Response:
    """Take the decision back. Raises ``Conflict`` when it is too late."""
    match unsign(request.path_params["token"]):
        case [str(verb), str(batch)] if verb == _UNDO:
            async with begin(actor_of(request)) as unit:
                await undo_review(unit, UUID(batch))
        case _:
            raise Conflict(Problem("undo", "REVIEW_STANDS"))
    return go(request, _PATH, said="toast.undone")


async def record(request: Request) -> Response:
    """One record with everything that helps to decide."""
    return await _record(request, id_of(request.path_params["contact"]), Form(), 200)


async def _record(request: Request, contact: UUID, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor = actor_of(request)
    actor.require("contact.review")
    async with begin(actor, read_only=True) as unit:
        row = (await contacts_by_id(unit, CONTACTS.paths, [contact])).get(contact)
        if row is None:
            raise NotFound
        flags = (await flags_of(unit, [contact])).get(contact, ())
        context = {
            "row": row,
            "person_times": person_times_of(row),
            "flags": flags,
            "to_explain": open_flags(flags),
            "is_drawn": contact in await drawn_among(unit, [contact]),
            "note": (await notes(unit, [contact])).get(contact) if actor.may("contact.read_note") else None,
            "may_read": actor.may("contact.read_note"),
            "files": await _files(unit, contact),
            "decisions": await decisions_on(unit, contact),
        }
    is_own = row["recorded_by_id"] == actor.user_id
    context |= {
        "form": form,
        "kinds": options("return_kind", ReturnKind),
        "can_approve": row["status"] is ContactStatus.SUBMITTED and not is_own,
        "can_return": row["status"] in {ContactStatus.SUBMITTED, ContactStatus.VERIFIED} and not is_own,
        "is_own": is_own,
        "title": cap(t(f"service_code.{row['service_code']}")),
    }
    return render(request, "reviews/record.html", context, status=status)


async def _files(unit: Unit, contact: UUID) -> Sequence[AttachmentCard]:
    """What proves the record, for those who may read it."""
    return (await contact_attachments(unit, [contact])).get(contact, ()) if unit.actor.may("contact.read_note") else ()


async def give_back(request: Request) -> Response:
    """Return a record to whoever wrote it, with the reason."""
    speak(language_of(request))
    form, contact = await read_form(request), id_of(request.path_params["contact"])
    try:
        async with begin(actor_of(request)) as unit:
            said = {"kind": form.value("kind", ReturnKind.OTHER), "reason": form.value("reason")}
            batch = await return_contact(unit, ReturnContact.parse({"contact": contact, **said}))
    except (Invalid, Conflict) as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return await _record(request, contact, form.refused(refusal), status)
    return go(request, _PATH, said="record.returned", undo=_undo_path(batch))


ROUTES = [
    signed_in(_PATH, index),
    signed_in(f"{_PATH}/approve", approve, "POST"),
    signed_in(f"{_PATH}/undo/{{token}}", undo, "POST"),
    signed_in(f"{_PATH}/{{contact}}", record),
    signed_in(f"{_PATH}/{{contact}}/return", give_back, "POST"),
]
