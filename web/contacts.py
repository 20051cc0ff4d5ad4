"""The list of contacts, filtered by its address; pseudonyms only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.contacts import ContactFilter, contacts_on_page, count_contacts
from coord.contacts.codes import ContactStatus, FlagState, ServiceCode
from coord.contacts.quality import RaisedFlag, flags_of
from coord.kernel.errors import Invalid, NotFound
from coord.measures import person_times_of
from coord.placements import Choice, Choices, filter_choices
from coord.work import Unit, begin
from web.forms import Form, query_form
from web.foundation import Scope, address, cap, export_links, scope_of
from web.page import language_of, render
from web.paging import SIZES, Pages, pages_of
from web.routes import signed_in
from web.session import actor_of
from web.words import day, speak, t

SHOWN = (
    "occurred_on", "service_code", "target", "duration_minutes", "attendance", "heads_present", "status",
    "client.code", "group.name", "worker.display_name", "hospital.code", "hospital.name",
)  # fmt: skip
FILTERS = ("program", "hospital", "worker", "service_code", "from_day", "to_day", "status", "flagged")
_DATES = ("from_day", "to_day")


@dataclass(frozen=True, slots=True)
class Badge:
    """A filter that is on, and the address without it."""

    word: str
    href: str


def chosen(choices: Sequence[Choice], code: str) -> Choice | None:
    """The choice behind a code. Raises ``NotFound`` for a code that the actor does not see."""
    if not code:
        return None
    found = next((choice for choice in choices if choice.code == code), None)
    if found is None:
        raise NotFound
    return found


def filter_of(form: Form, scope: Scope, choices: Choices) -> ContactFilter:
    """What the address asks for. Raises ``Invalid`` for wrong dates, ``NotFound`` for foreign codes."""
    hospital = chosen(choices.hospitals, form.value("hospital"))
    worker = chosen(choices.workers, form.value("worker"))
    return ContactFilter.parse(
        {
            "program": scope.code,
            "hospital": hospital and hospital.id,
            "worker": worker and worker.id,
            "service_code": [code for code in form.values("service_code") if code],
            "status": [status for status in form.values("status") if status],
            "from_day": form.value("from_day"),
            "to_day": form.value("to_day"),
            "flagged": form.value("flagged", "false"),
        }
    )


def _kept(form: Form, scope: Scope, *without: str) -> Mapping[str, Any]:
    given = {name: [v for v in form.values(name) if v] for name in FILTERS if name not in without}
    return {**given, "program": scope.code, "size": form.value("size")}


def _badges(given: ContactFilter, form: Form, scope: Scope, choices: Choices) -> Sequence[Badge]:
    hospital = chosen(choices.hospitals, form.value("hospital"))
    worker = chosen(choices.workers, form.value("worker"))
    words = {
        "hospital": hospital and hospital.name,
        "worker": worker and worker.name,
        "service_code": t("foundation.list").join(cap(t(f"service_code.{code}")) for code in given.service_code),
        "from_day": given.from_day and t("contacts.from_day", day=day(given.from_day)),
        "to_day": given.to_day and t("contacts.to_day", day=day(given.to_day)),
        "status": t("foundation.list").join(cap(t(f"status.{status}")) for status in given.status),
        "flagged": given.flagged and t("contacts.flagged"),
    }
    return [Badge(str(w), address("/contacts", **_kept(form, scope, name))) for name, w in words.items() if w]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of contacts and where it stands."""

    rows: Sequence[Mapping[str, Any]]
    pages: Pages


async def _found(unit: Unit, given: ContactFilter, form: Form, scope: Scope) -> Found:
    pages = pages_of(form, await count_contacts(unit, given), "/contacts", _kept(form, scope))
    rows = await contacts_on_page(unit, SHOWN, given, page=pages.page, size=pages.size)
    flags = await flags_of(unit, [row["id"] for row in rows])
    return Found([_line(row, flags.get(row["id"], ())) for row in rows], pages)


def _line(row: Any, flags: Sequence[RaisedFlag]) -> Mapping[str, Any]:
    """A contact with what it adds to the numbers and the flags that are open."""
    is_open = [flag.kind for flag in flags if flag.state is FlagState.OPEN]
    return {**row, "person_times": person_times_of(row), "flags": is_open}


async def index(request: Request) -> Response:
    """Contacts, newest service first."""
    speak(language_of(request))
    actor = actor_of(request)
    actor.require("contact.list")
    form = query_form(request)
    async with begin(actor, read_only=True) as unit:
        scope = await scope_of(unit, form)
        choices = await filter_choices(unit, scope.code)
        found, badges = None, []
        try:
            given = filter_of(form, scope, choices)
        except Invalid as refusal:
            form = form.refused(refusal)
        else:
            found = await _found(unit, given, form, scope)
            badges = list(_badges(given, form, scope, choices))
    context = {
        "scope": scope,
        "form": form,
        "found": found,
        "badges": badges,
        "clear_href": address("/contacts", program=scope.code),
        "choices": choices,
        "services": [(code, cap(t(f"service_code.{code}"))) for code in ServiceCode],
        "states": [(status, cap(t(f"status.{status}"))) for status in ContactStatus],
        "sizes": SIZES,
        "exports": export_links(actor, "contacts", _kept(form, scope)) if found else [],
    }
    return render(request, "contacts/index.html", context, block="results", status=422 if form.is_wrong else 200)


ROUTES = [signed_in("/contacts", index)]
