"""My records: what the worker wrote down, with filters in the URL, to look up and to take back."""

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from coord.clients import cards
from coord.contacts import ContactFilter, contacts_by_id, contacts_on_page, count_contacts, withdraw_contact
from coord.contacts.actions import WITHDRAW_WITHIN
from coord.contacts.attachments.reads import contact_attachments
from coord.contacts.codes import ContactStatus, FlagState, ServiceCode
from coord.contacts.quality import flags_of
from coord.kernel.errors import Invalid, NotFound
from coord.measures import person_times_of
from coord.work import Unit, begin
from coord.workforce import worker_of_actor
from web.desk import id_of, options
from web.forms import Form, query_form
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

_SIZE = 25
_WANTED = (
    "occurred_on", "service_code", "duration_minutes", "attendance", "status", "client_id", "group.name",
    "session_number", "heads_present", "target", "recorded_at", "recorded_by_id",
)  # fmt: skip
_FILTERS = ("from_day", "to_day", "service_code", "flagged")
_OPEN = frozenset({ContactStatus.DRAFT, ContactStatus.RETURNED})
"""Still the writer's to finish, however old."""


async def page(request: Request) -> Response:
    """One page of the worker's own records, newest service first."""
    speak(language_of(request))
    asked = query_form(request)
    async with begin(actor_of(request)) as unit:
        unit.actor.require("contact.log")
        worker = await worker_of_actor(unit)
        if worker is None:
            return render(request, "today/no_post.html")
        given, form = _filter(asked, worker.id)
        number = max(1, _number(asked.value("page")))
        rows = await contacts_on_page(unit, _WANTED, given, page=number, size=_SIZE)
        total = await count_contacts(unit, given)
        names = await cards(unit, [row["client_id"] for row in rows if row["client_id"]])
        raised = await flags_of(unit, [row["id"] for row in rows])
        files = await contact_attachments(unit, [row["id"] for row in rows])
    context = {
        "form": form,
        "rows": [(row, names.get(row["client_id"]), person_times_of(row)) for row in rows],
        "flags": {key: [f.kind for f in found if f.state is FlagState.OPEN] for key, found in raised.items()},
        "files": {key: len(found) for key, found in files.items()},
        "own": {row["id"] for row in rows if _is_own(row, unit)},
        "amendable": {row["id"] for row in rows if _is_amendable(row, unit)},
        "locked": {row["id"] for row in rows if row["status"] is ContactStatus.LOCKED and _is_own(row, unit)},
        "withdrawable": {row["id"] for row in rows if _is_young(row, unit)},
        "total": total,
        "page": number,
        "pages": -(-total // _SIZE),
        "address": _address(form),
        "services": options("service_code", ServiceCode),
    }
    return render(request, "records/list.html", context, block="rows")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("100000") else 1


def _filter(asked: Form, worker: Any) -> tuple[ContactFilter, Form]:
    """The filter of a URL. One that cannot be read is shown as wrong, and nothing is filtered."""
    try:
        return ContactFilter.parse({**_only(asked), "worker": worker}), asked
    except Invalid as refusal:
        return ContactFilter(worker=worker), asked.refused(refusal)


def _only(asked: Form) -> dict[str, Any]:
    return {name: value for name, value in asked.raw(ContactFilter).items() if name in _FILTERS}


def _address(form: Form) -> str:
    kept = [(name, value) for name in _FILTERS for value in form.values(name) if value]
    return f"/records?{urlencode([*kept])}{'&' if kept else ''}page={{page}}"


def _is_own(row: Any, unit: Unit) -> bool:
    return bool(row["recorded_by_id"] == unit.actor.user_id)


def _is_amendable(row: Any, unit: Unit) -> bool:
    """Whether the worker may still write the record anew; the action has the last word."""
    return _is_own(row, unit) and (row["status"] in _OPEN or _is_young(row, unit))


def _is_young(row: Any, unit: Unit) -> bool:
    """Whether the worker may still take the record back; the action has the last word."""
    own = row["recorded_by_id"] == unit.actor.user_id
    still = row["status"] in {*_OPEN, ContactStatus.SUBMITTED}
    return own and still and unit.started_at - row["recorded_at"] <= WITHDRAW_WITHIN


async def _own(unit: Unit, request: Request) -> Any:
    """The record to take back. Raises ``NotFound`` for those of others."""
    wanted = id_of(request.path_params["contact"])
    row = (await contacts_by_id(unit, _WANTED, [wanted])).get(wanted)
    if row is None or row["recorded_by_id"] != unit.actor.user_id:
        raise NotFound
    return row


async def ask(request: Request) -> Response:
    """Are you sure? A withdrawn record counts nowhere and does not come back."""
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        row = await _own(unit, request)
    return render(request, "records/withdraw.html", {"row": row}, block="dialog")


async def withdraw(request: Request) -> Response:
    """Take a record back."""
    async with begin(actor_of(request)) as unit:
        await withdraw_contact(unit, id_of(request.path_params["contact"]))
    return go(request, "/records", said="record.withdrawn")


ROUTES = [
    signed_in("/records", page),
    signed_in("/records/{contact}/withdraw", ask),
    signed_in("/records/{contact}/withdraw", withdraw, "POST"),
]
