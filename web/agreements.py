"""Agreements: the list with its money, one agreement with its book, and every step of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.agreements import (
    agreement_book,
    approve_amendment,
    move_agreement,
    move_condition,
    move_tranche,
    reverse_entry,
)
from coord.agreements.codes import AgreementState, ConditionState, TrancheState
from coord.agreements.inputs import (
    AgreementFilter,
    ApproveAmendment,
    MoveAgreement,
    MoveCondition,
    MoveTranche,
    ReverseEntry,
)
from coord.agreements.reads import AGREEMENTS, ENTRIES, agreements, gifts, totals_of
from coord.kernel.errors import Conflict, Invalid
from coord.kernel.inputs import Input
from coord.releases import published_periods
from coord.work import Unit, begin
from web.charts.sparkline import meter
from web.desk import id_of
from web.forms import Form, query_form, read_form
from web.foundation import address, scope_of
from web.page import go, language_of, render
from web.routes import signed_in
from web.session import actor_of
from web.words import speak

PATH = "/agreements"
_ROWS, _ENTRIES = 50, 50
_OK = (
    AgreementState.SIGNED, AgreementState.ACTIVE, TrancheState.APPROVED, TrancheState.PAID, ConditionState.ACCEPTED,
    ConditionState.WAIVED,
)  # fmt: skip
_WARN = (
    AgreementState.IN_REVIEW, AgreementState.SUSPENDED, TrancheState.CONDITIONS_MET, TrancheState.WITHHELD,
    ConditionState.OPEN, ConditionState.SUBMITTED,
)  # fmt: skip
_PLAIN = (AgreementState.DRAFT, AgreementState.CLOSED, TrancheState.SCHEDULED, TrancheState.CANCELED)
_BAD = (AgreementState.TERMINATED, ConditionState.REJECTED)
TONES: Mapping[str, str] = {
    state.value: tone
    for tone, states in (("ok", _OK), ("warn", _WARN), ("info", _PLAIN), ("bad", _BAD))
    for state in states
}
"""The color of each state; its word says the same."""
_WANTED = (
    "reference", "currency", "state", "fictional", "agreed.title", "agreed.committed", "agreed.starts_on",
    "agreed.ends_on", "funder.name", "grantee.name",
)  # fmt: skip


def bar(part: int, whole: int) -> Any:
    """How much of an amount, as a bar; the amounts stand beside it."""
    return meter(part / whole if whole else None, "ok")


async def index(request: Request) -> Response:
    """Every agreement of a program that the viewer may see, the newest first, and the gifts behind them."""
    speak(language_of(request))
    actor, form = actor_of(request), query_form(request)
    actor.require("agreement.list")
    async with begin(actor, read_only=True) as unit:
        scope = await scope_of(unit, form)
        paging = AGREEMENTS.request(_ROWS, form.value("after") or None)
        page = await agreements(unit, _WANTED, paging, AgreementFilter(program=scope.code))
        money = await totals_of(unit, [row["id"] for row in page.rows])
        given = await gifts(unit, scope.code)
        released = await published_periods(unit, scope.code)
    more = address(PATH, program=scope.code, after=page.cursors[-1]) if page.has_next else None
    context = {
        "scope": scope, "form": form, "rows": [(row, money[row["id"]]) for row in page.rows], "gifts": given, "released": released,
        "tones": TONES, "bar": bar, "more": more, "manages": actor.may("agreement.manage"),
    }  # fmt: skip
    return render(request, "agreements/index.html", context)


async def one(request: Request) -> Response:
    """One agreement with its book."""
    return await _one(request, query_form(request), 200)


async def _one(request: Request, form: Form, status: int) -> Response:
    speak(language_of(request))
    async with begin(actor_of(request), read_only=True) as unit:
        paging = ENTRIES.request(_ENTRIES, form.value("after") or None)
        book = await agreement_book(unit, id_of(request.path_params["agreement"]), paging)
    here = f"{PATH}/{book.agreement['id']}"
    context = {
        "book": book, "agreement": book.agreement, "currency": book.agreement["currency"], "form": form,
        "tones": TONES, "bar": bar, "here": here, "me": actor_of(request).user_id,
        "more": address(here, after=book.entries.cursors[-1]) if book.entries.has_next else None,
    }  # fmt: skip
    return render(request, "agreements/one.html", context, status=status)


Send = Callable[[Unit, Any], Awaitable[Any]]


async def _step(request: Request, model: type[Input], send: Send, **named: str) -> Response:
    """One step: the ids of the address and the fields of the form go to one action."""
    form = await read_form(request)
    ids = {name: request.path_params[of] for name, of in named.items()}
    try:
        async with begin(actor_of(request)) as unit:
            await send(unit, model.parse({**form.raw(model), **ids}))
    except (Invalid, Conflict) as refusal:
        return await _one(request, form.refused(refusal), 409 if isinstance(refusal, Conflict) else 422)
    return go(request, f"{PATH}/{request.path_params['agreement']}", said="agreement.done")


async def move(request: Request) -> Response:
    """A step of the agreement itself."""
    return await _step(request, MoveAgreement, move_agreement, agreement="agreement")


async def amendment(request: Request) -> Response:
    """Let the proposed version hold."""
    return await _step(request, ApproveAmendment, approve_amendment, agreement="agreement")


async def tranche(request: Request) -> Response:
    """A step of a tranche."""
    return await _step(request, MoveTranche, move_tranche, tranche="tranche")


async def condition(request: Request) -> Response:
    """A step of a condition."""
    return await _step(request, MoveCondition, move_condition, condition="condition")


async def reverse(request: Request) -> Response:
    """Take a row of the ledger back."""
    return await _step(request, ReverseEntry, reverse_entry, entry="entry")


_ONE = f"{PATH}/{{agreement}}"
ROUTES = [
    signed_in(PATH, index),
    signed_in(_ONE, one),
    signed_in(f"{_ONE}/move", move, "POST"),
    signed_in(f"{_ONE}/amendment", amendment, "POST"),
    signed_in(f"{_ONE}/tranches/{{tranche}}/move", tranche, "POST"),
    signed_in(f"{_ONE}/conditions/{{condition}}/move", condition, "POST"),
    signed_in(f"{_ONE}/entries/{{entry}}/reverse", reverse, "POST"),
]
