"""Writing one's own record anew: while it is fresh, or because it came back."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.contacts import CONTACTS, LogContact, contacts_by_id, notes
from coord.contacts.adjusting import take_back
from coord.contacts.amending import amend_contact
from coord.contacts.codes import ROSTER_CODES, ContactStatus, CorrectionReason, ServiceCode
from coord.contacts.group_reads import named_in
from coord.contacts.inputs import TakeBack
from coord.contacts.process.reads import process_sheets
from coord.contacts.reviews import decisions_on
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.work import Unit, begin
from web import log_form
from web.desk import desk_of, id_of, options
from web.forms import Form, read_form
from web.page import go, language_of, render, wants_fragment
from web.process import as_typed
from web.routes import signed_in
from web.session import actor_of
from web.words import speak, t

_KEPT = (
    "service_code", "setting", "stage", "phase", "target", "occurred_on", "started_at", "duration_minutes", "attendance",
    "anonymous_count", "family_present", "certificates",
)  # fmt: skip


async def _own(unit: Unit, request: Request) -> Any:
    """The record to amend. Raises ``NotFound`` for those of others."""
    wanted = id_of(request.path_params["contact"])
    row = (await contacts_by_id(unit, CONTACTS.paths, [wanted])).get(wanted)
    if row is None or row["recorded_by_id"] != unit.actor.user_id:
        raise NotFound
    return row


def _kind(row: Any) -> log_form.Kind:
    if row["client_id"]:
        return log_form.Kind.PERSON
    if row["service_code"] in ROSTER_CODES:
        return log_form.Kind.EVENT
    return log_form.Kind.ANONYMOUS if row["heads_present"] else log_form.Kind.WORK


async def _as_it_is(unit: Unit, row: Any) -> Form:
    told: dict[str, Any] = {name: row[name] for name in _KEPT if row[name] is not None}
    plain = {name: getattr(value, "value", value) for name, value in told.items()}
    start = {name: value if isinstance(value, int) else str(value) for name, value in plain.items()}
    day, length = str(row["occurred_on"]), str(row["duration_minutes"])
    start |= {"occurred_on": "", "day_other": day}
    start |= {} if length in log_form.MINUTES else {"duration_minutes": "", "duration_other": length}
    named = await named_in(unit, row["id"])
    return Form.of(
        **start,
        co_workers=list(map(str, named["co_workers"])),
        hosts=list(map(str, named["hosts"])),
        kind=_kind(row).value,
        program=row["program.code"],
        hospital=str(row["hospital_id"]),
        client=str(row["client_id"]) if row["client_id"] else None,
        collateral="true" if row["is_collateral"] else None,
        issues=list(row["issues"]),
        note=(await notes(unit, [row["id"]])).get(row["id"]),
        **as_typed((await process_sheets(unit, [row["id"]])).get(row["id"])),
        idempotency_key=str(row["id"]),
    )


async def page(request: Request) -> Response:
    """The form as it was filled in, with the reason why it came back."""
    return await _page(request, None, 200)


async def _page(request: Request, typed: Form | None, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("contact.amend")
    async with begin(actor_of(request)) as unit:
        row = await _own(unit, request)
        form = typed or await _as_it_is(unit, row)
        desk = await desk_of(unit, form)
        if desk is None:
            return render(request, "today/no_post.html")
        context = await log_form.context(unit, desk, form)
        came_back = row["status"] is ContactStatus.RETURNED
        decided = (await decisions_on(unit, row["id"]))[:1] if came_back else ()
    returned = [t(f"return_kind.{one.kind}") for one in decided if one.kind] + [row["return_reason"] or ""]
    said = t("foundation.list").join(filter(None, returned)) if came_back else ""
    shown = {**context, "action": f"/records/{row['id']}/amend", "returned": said}
    return render(request, "log/form.html", shown, block="form", status=status)


async def amend(request: Request) -> Response:
    """Save what was changed; the record is submitted again."""
    form = await read_form(request)
    contact = id_of(request.path_params["contact"])
    try:
        async with begin(actor_of(request)) as unit:
            row = await _own(unit, request)
            given = LogContact.parse({**log_form.raw_contact(form), **await _unchanged(unit, row)})
            await amend_contact(unit, contact, given)
    except (Invalid, Conflict) as refusal:
        is_conflict = isinstance(refusal, Conflict) and not wants_fragment(request)
        return await _page(request, form.refused(refusal), 409 if is_conflict else 422)
    return go(request, "/records", said="record.amended")


async def _unchanged(unit: Unit, row: Any) -> dict[str, Any]:
    """What the form does not show stays as it is: the group of a session and its roll."""
    kept = {"idempotency_key": str(row["id"]), "group": row["group_id"]}
    if row["service_code"] not in ROSTER_CODES:
        return kept
    named = await named_in(unit, row["id"])
    kept |= {"attendees": named["attendees"], "absentees": named["absentees"]}
    return {**kept, "service_code": row["service_code"]} if _is_session(row) else kept


def _is_session(row: Any) -> bool:
    """Whether it is a session: its form offers no other service."""
    return bool(row["service_code"] == ServiceCode.GROUP_SESSION)


async def ask_correction(request: Request) -> Response:
    """Why a record of a locked month should not have counted."""
    return await _correction(request, Form(), 200)


async def _correction(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("contact.adjust")
    async with begin(actor_of(request), read_only=True) as unit:
        row = await _own(unit, request)
    context = {"row": row, "form": form, "reasons": options("correction", CorrectionReason)}
    return render(request, "records/take_back.html", context, status=status)


async def correct(request: Request) -> Response:
    """Take a record out of a locked month, with the reason and the note."""
    form = await read_form(request)
    try:
        given = TakeBack.parse({**form.raw(TakeBack), "contact": id_of(request.path_params["contact"])})
        async with begin(actor_of(request)) as unit:
            await take_back(unit, given)
    except (Invalid, Conflict) as refusal:
        return await _correction(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, "/records", said="record.corrected")


ROUTES = [
    signed_in("/records/{contact}/amend", page),
    signed_in("/records/{contact}/amend", amend, "POST"),
    signed_in("/records/{contact}/correct", ask_correction),
    signed_in("/records/{contact}/correct", correct, "POST"),
]
