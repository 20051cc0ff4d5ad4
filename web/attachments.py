"""Files at a case or at a record: what is there, attaching one, saving one, taking one off."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.cases import case_view
from coord.cases.attaching import attach_to_case, case_attachment, detach_from_case
from coord.cases.inputs import AttachToCase
from coord.clients import cards
from coord.contacts import contacts_by_id
from coord.contacts.attachments.actions import attach_to_contact, detach_from_contact
from coord.contacts.attachments.codes import AttachmentKind
from coord.contacts.attachments.inputs import AttachFile, AttachToContact
from coord.contacts.attachments.reads import can_attach, contact_attachment, contact_attachments
from coord.contacts.attachments.sealing import AttachedFile, AttachmentCard
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.work import Unit, begin
from coord.work.scanning import scan
from web.desk import id_of, options
from web.forms import Form
from web.foundation import cap
from web.page import go, language_of, render
from web.routes import Access, Page, signed_in
from web.session import actor_of
from web.uploads import WITH_FILE, file_to_save, posted_file
from web.words import day, speak, t

_K = AttachmentKind
_RECORD = ("occurred_on", "service_code", "client_id", "group.name", "recorded_by_id")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What hangs somewhere: whose it is, the way back as address and word, the files, whether the reader may change it."""

    title: str
    about: str
    back: tuple[str, str]
    files: Sequence[AttachmentCard]
    may_change: bool


@dataclass(frozen=True, slots=True)
class _Holder:
    """Where files hang: the field that names it, what a page shows of it, its verbs, the kinds that are usual there."""

    field: str
    model: type[AttachFile]
    show: Callable[[Unit, UUID], Awaitable[_Shown]]
    attach: Callable[[Unit, Any, bytes], Awaitable[UUID]]
    detach: Callable[[Unit, UUID], Awaitable[None]]
    open: Callable[[Unit, UUID], Awaitable[AttachedFile]]
    kinds: Sequence[AttachmentKind]


async def _case(unit: Unit, case_id: UUID) -> _Shown:
    view = await case_view(unit, case_id)
    card = (await cards(unit, [view.case.client_id]))[view.case.client_id]
    may = view.can_attach and unit.actor.may("case.work")
    return _Shown(
        card.name, t("case.one", code=card.code), (f"/cases/{case_id}", t("attachment.of_case")), view.attachments, may
    )


async def _record(unit: Unit, contact_id: UUID) -> _Shown:
    row = (await contacts_by_id(unit, _RECORD, [contact_id])).get(contact_id)
    if row is None:
        raise NotFound
    files = (await contact_attachments(unit, [contact_id])).get(contact_id, ())
    card = (await cards(unit, [row["client_id"]])).get(row["client_id"]) if row["client_id"] else None
    about = " · ".join((cap(t(f"service_code.{row['service_code']}")), day(row["occurred_on"])))
    own = row["recorded_by_id"] == unit.actor.user_id
    title = card.name if card else row["group.name"] or t("record.nobody")
    may = await can_attach(unit, contact_id)
    return _Shown(title, about, _way_back(unit, contact_id, own=own), files, may)


def _way_back(unit: Unit, contact_id: UUID, *, own: bool) -> tuple[str, str]:
    """To where the reader knows the record from."""
    if own:
        return "/records", t("nav.records")
    if unit.actor.may("contact.review"):
        return f"/review/{contact_id}", t("attachment.of_record")
    return "/", t("nav.today")


_AT_A_CASE = (_K.ECOMAP, _K.GENOGRAM, _K.SIGNED_FORM, _K.ASSESSMENT, _K.CONFERENCE_NOTES, _K.PHOTO, _K.OTHER)
_AT_A_RECORD = (_K.SIGN_IN_SHEET, _K.PHOTO, _K.SIGNED_FORM, _K.ASSESSMENT, _K.BUDGET, _K.OTHER)
_HOLDERS = {
    "cases": _Holder("case", AttachToCase, _case, attach_to_case, detach_from_case, case_attachment, _AT_A_CASE),
    "records": _Holder(
        "contact", AttachToContact, _record, attach_to_contact, detach_from_contact, contact_attachment, _AT_A_RECORD
    ),
}  # fmt: skip
"""By the first part of the address."""


def _asked(request: Request) -> tuple[_Holder, UUID, str]:
    """The kind of holder, which one, and the address of its files."""
    place, owner = request.url.path.split("/")[1], id_of(request.path_params["holder"])
    return _HOLDERS[place], owner, f"/{place}/{owner}/attachments"


async def _page(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    holder, owner, here = _asked(request)
    async with begin(actor_of(request)) as unit:
        it = await holder.show(unit, owner)
    kinds = options("attachment_kind", holder.kinds)
    context = {"it": it, "here": here, "form": form, "kinds": kinds, "key": str(uuid4())}
    return render(request, "attachments/page.html", context, status=status)


async def page(request: Request) -> Response:
    """What is attached, and the form for more."""
    return await _page(request, Form(), 200)


async def attach(request: Request) -> Response:
    """Keep a file."""
    form, name, content = await posted_file(request)
    holder, owner, here = _asked(request)
    try:
        await scan(content)
        given = holder.model.parse({**form.raw(holder.model), holder.field: str(owner), "file_name": name})
        async with begin(actor_of(request)) as unit:
            await holder.attach(unit, given, content)
    except (Invalid, Conflict) as refusal:
        return await _page(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, here, said="attachment.attached")


async def save(request: Request) -> Response:
    """The file, to be saved under the name it came with."""
    holder, _, _ = _asked(request)
    async with begin(actor_of(request)) as unit:
        file = await holder.open(unit, request.path_params["file"])
    return file_to_save(file.kind, file.content, "attachment", file.name)


async def remove(request: Request) -> Response:
    """Take a file off."""
    holder, _, here = _asked(request)
    try:
        async with begin(actor_of(request)) as unit:
            await holder.detach(unit, request.path_params["file"])
    except Conflict as refusal:
        return await _page(request, Form().refused(refusal), 409)
    return go(request, here, said="attachment.removed")


def _routes(here: str) -> Sequence[Page]:
    return (
        signed_in(here, page),
        Page(here, attach, access=Access.SIGNED_IN, methods=("POST",), max_body_size=WITH_FILE),
        signed_in(f"{here}/{{file:uuid}}", save),
        signed_in(f"{here}/{{file:uuid}}/remove", remove, "POST"),
    )


ROUTES = [*_routes("/cases/{holder}/attachments"), *_routes("/records/{holder}/attachments")]
