"""Referrals: what came in and what went out, with their clocks; and the whole story of one."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from coord.access import Actor
from coord.kernel.clock import local_date
from coord.referrals import ReferralFilter
from coord.referrals.codes import (
    Box,
    ContactChannel,
    ReferralEventKind,
    ReferralNeed,
    ReferralOutcome,
    ReferralReason,
    ReferralState,
    Side,
    Urgency,
)
from coord.referrals.links.rules import USUAL
from coord.referrals.machine import OPEN, REASONS, UNDER_WAY, events_from
from coord.referrals.reads import count_referrals, due_on, referrals_on_page, running_clocks
from coord.referrals.whole import Whole, whole
from coord.work import begin
from web.desk import Options, id_of, options
from web.forms import Form, query_form
from web.foundation import address
from web.page import language_of, render
from web.paging import SIZES, pages_of
from web.referral_offers import offers
from web.routes import signed_in
from web.session import actor_of
from web.words import speak, t

S = ReferralState
_WAITING = (S.SENT, S.RECEIVED, S.RETURNED)
_WORK = (S.ACCEPTED, S.UNREACHABLE, S.FIRST_CONTACT_DONE, S.ASSESSED, S.IN_SERVICE)
_BACK_REASONS = 4
SHOWN_STATES: Mapping[str, Sequence[ReferralState]] = {
    "open": sorted(UNDER_WAY),
    "waiting": _WAITING,
    "work": _WORK,
    "feedback": (S.FEEDBACK_SENT,),
    "draft": (S.DRAFT,),
    "ended": sorted(set(S) - OPEN),
    "overdue": (),
}
_LISTED = (
    "code", "state", "urgency", "need", "direction", "age_band", "district", "contact_prohibited", "sent_at",
    "client.code", "source.name", "target.name", "program.time_zone",
)  # fmt: skip
TONES = {
    S.RETURNED: "warn", S.UNREACHABLE: "warn", S.DECLINED: "bad", S.EXPIRED: "bad", S.FAILED: "bad", S.CLOSED: "ok",
    S.FEEDBACK_SENT: "warn",
}  # fmt: skip


def _box(actor: Actor, asked: str) -> Box | None:
    """The box that is asked for; somebody who handles none sees all that they oversee."""
    if not actor.may("referral.respond"):
        return None
    return Box.OUT if asked == Box.OUT else Box.IN


def _asked(box: Box | None, shown: str) -> ReferralFilter:
    raw = {"state": SHOWN_STATES[shown], "box": box, "overdue": True if shown == "overdue" else None}
    return ReferralFilter.parse({name: value for name, value in raw.items() if value})


async def index(request: Request) -> Response:
    """One box, filtered by where the referrals stand; the newest first."""
    speak(language_of(request))
    actor, form = actor_of(request), query_form(request)
    actor.require("referral.list")
    box, shown = _box(actor, form.value("box")), form.value("show", "open")
    shown = shown if shown in SHOWN_STATES else "open"
    async with begin(actor, read_only=True) as unit:
        given = _asked(box, shown)
        kept = {"box": box, "show": shown}
        pages = pages_of(form, await count_referrals(unit, given), "/referrals", kept)
        rows = await referrals_on_page(unit, _LISTED, given, page=pages.page, size=pages.size)
        clocks = await running_clocks(unit, [row["id"] for row in rows])
        at = unit.started_at
    context = {
        "box": box,
        "boxes": [(t(f"referral.box_{one.lower()}"), None, address("/referrals", box=one), one is box) for one in Box],
        "shown": shown,
        "filters": [(t(f"referral.show_{name}"), None, address("/referrals", box=box, show=name), name == shown)
                    for name in SHOWN_STATES],
        "rows": [
            {**row, **_due(row, clocks[row["id"]], at), "next": _next(actor, box, row["state"]), "key": uuid4()}
            for row in rows
        ],
        "quick": {event.value: _quick(event) for event in (ReferralEventKind.RETURN, ReferralEventKind.DECLINE)},
        "pages": pages,
        "sizes": SIZES,
        "tones": TONES,
    }  # fmt: skip
    return render(request, "referrals/index.html", context, block="results")


def _next(actor: Actor, box: Box | None, state: ReferralState) -> str:
    """What a row's own buttons do: one tap to accept, two to return or decline, three to report back or acknowledge."""
    if box is Box.IN and actor.may("referral.respond"):
        if state in {S.SENT, S.RECEIVED}:
            return "answer"
        if ReferralEventKind.SEND_FEEDBACK in events_from(state, Side.TARGET):
            return "feedback"
    is_sender = box is Box.OUT and actor.may("referral.send")
    return "acknowledge" if is_sender and state is S.FEEDBACK_SENT else ""


def _quick(event: ReferralEventKind) -> Options:
    """The reasons that need no word beside them."""
    return options("reason_code", [one for one in REASONS[event] if one is not ReferralReason.OTHER])


def _due(row: Any, clocks: Sequence[Any], at: Any) -> Mapping[str, Any]:
    """The clock that runs out first."""
    if not clocks:
        return {"due_on": None, "is_late": False, "clock": None}
    first = clocks[0]
    return {"due_on": due_on(first, row["program.time_zone"]), "is_late": first.due_at <= at, "clock": first.clock}


async def page(request: Request) -> Response:
    """The whole story of one referral, and what can be done with it now."""
    return await story(request, Form.of(open="feedback") if "feedback" in request.query_params else Form.of(), 200)


async def story(request: Request, form: Form, status: int, *, new_link: str | None = None) -> Response:
    """The page of one referral; a form that was refused comes back with what was typed."""
    speak(language_of(request))
    async with begin(actor_of(request)) as unit:
        found = await whole(unit, id_of(request.path_params["referral"]))
        offered = await offers(unit, found, with_phone="phone" in request.query_params)
        zone = found.row["program.time_zone"]
        at, today = unit.started_at, local_date(unit.started_at, zone)
    if not form.value("idempotency_key"):
        form = form.but(idempotency_key=str(uuid4()))
    form = form.but(urgency=form.value("urgency", "ROUTINE"), need=form.value("need", "PSYCHIATRIC_CARE"))
    context = {
        "it": found,
        "form": form,
        "zone": zone,
        "at": at,
        "today": today,
        "due_on": due_on,
        "Side": Side,
        "tones": TONES,
        "can": {event.value for event in found.can},
        "reasons": {event.value: options("reason_code", fitting) for event, fitting in REASONS.items()},
        "channels": options("contact_channel", ContactChannel),
        "outcomes": options("outcome", outcomes_of(found)),
        "urgencies": options("urgency", Urgency),
        "needs": options("referral_need", ReferralNeed),
        "back_reasons": [
            (text, text) for text in (t(f"referral.back_reason_{n}") for n in range(1, _BACK_REASONS + 1))
        ],
        "new_link": new_link,
        "link_days": USUAL,
        **offered,
    }
    return render(request, "referrals/page.html", context, block="whole", status=status)


def outcomes_of(found: Whole) -> Sequence[ReferralOutcome]:
    """The outcomes that fit where it stands."""
    return (
        [ReferralOutcome.LOST]
        if found.row["state"] is S.UNREACHABLE
        else [one for one in ReferralOutcome if one is not ReferralOutcome.LOST]
    )


ROUTES = [signed_in("/referrals", index), signed_in("/referrals/{referral}", page)]
