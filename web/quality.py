"""Quality flags to review: accepted with a reason, or left open."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.access import Actor
from coord.contacts.codes import FlagKind, FlagState
from coord.contacts.quality import AcceptFlag, FlagFilter, accept_flag, count_flags, flags_of, flags_on_page
from coord.kernel.errors import Invalid
from coord.placements import filter_choices
from coord.work import begin
from web.contacts import chosen
from web.forms import Form, query_form, read_form
from web.foundation import address, cap, scope_of
from web.page import go, language_of, render, stay, wants_fragment
from web.paging import SIZES, pages_of
from web.routes import signed_in
from web.session import actor_of
from web.words import speak, t

_SHOWN = (
    "contact_id", "kind", "state", "raised_at", "contact.occurred_on", "contact.service_code",
    "contact.duration_minutes", "contact.recorded_at", "client.code", "worker.display_name", "worker.code",
    "hospital.name", "hospital.code",
)  # fmt: skip
_FILTERS = ("program", "hospital", "kind", "state")
_MOST_TYPED = 400


async def _page(actor: Actor, form: Form, refused: Form | None = None) -> Mapping[str, Any]:
    """The list that an address asks for. ``refused`` is the form of one flag that was not accepted."""
    async with begin(actor, read_only=True) as unit:
        unit.actor.require("contact.review")
        scope = await scope_of(unit, form)
        choices = await filter_choices(unit, scope.code)
        hospital = chosen(choices.hospitals, form.value("hospital"))
        state = form.value("state", FlagState.OPEN)
        given = FlagFilter.parse(
            {"program": scope.code, "hospital": hospital and hospital.id, "kind": form.value("kind"),
             "state": None if state == "ALL" else state}
        )  # fmt: skip
        kept = {**{name: form.value(name) for name in (*_FILTERS, "size")}, "program": scope.code}
        pages = pages_of(form, await count_flags(unit, given), "/quality", kept)
        rows = await flags_on_page(unit, _SHOWN, given, page=pages.page, size=pages.size)
        said = await flags_of(unit, [row["contact_id"] for row in rows])
    reasons = {flag.id: flag.justification for raised in said.values() for flag in raised}
    return {
        "scope": scope,
        "form": form,
        "choices": choices,
        "rows": rows,
        "reasons": reasons,
        "pages": pages,
        "sizes": SIZES,
        "refused": refused or Form(),
        "here": pages.href(pages.page),
        "kinds": [(kind, cap(t(f"flag.{kind}"))) for kind in FlagKind],
        "states": [
            *((state, cap(t(f"flag_state.{state}"))) for state in FlagState),
            ("ALL", cap(t("quality.all_states"))),
        ],
        "most_typed": _MOST_TYPED,
    }


async def index(request: Request) -> Response:
    """Flags, the newest first; open ones unless the address says otherwise."""
    speak(language_of(request))
    return render(request, "quality/index.html", await _page(actor_of(request), query_form(request)), block="results")


async def accept(request: Request) -> Response:
    """Accept a flag with a reason; without one, the list again with what was typed."""
    speak(language_of(request))
    actor, form = actor_of(request), query_form(request)
    typed = (await read_form(request)).but(flag=request.path_params["flag"])
    try:
        async with begin(actor) as unit:
            await accept_flag(unit, AcceptFlag.parse(typed.raw(AcceptFlag)))
    except Invalid as refusal:
        context = await _page(actor, form, typed.refused(refusal))
        return render(request, "quality/index.html", context, block="results", status=422)
    if wants_fragment(request):
        return stay(request, "quality.accepted")
    kept = {name: form.value(name) for name in (*_FILTERS, "size", "page")}
    return go(request, address("/quality", **kept), said="quality.accepted")


ROUTES = [signed_in("/quality", index), signed_in("/quality/{flag}/accept", accept, "POST")]
