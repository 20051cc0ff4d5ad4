"""The reporting calendar, and one month of a hospital: close it, review it, lock it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from coord.contacts.adjusting import adjustments
from coord.kernel.errors import Conflict, Invalid, NotFound
from coord.measures import measure_table
from coord.measures.ratios import RATIOS, Ratio
from coord.periods import MonthDecision, MonthOf, MonthWords, Move, month_board
from coord.periods import actions as steps
from coord.periods.figures import month_figures
from coord.periods.gaps import Gap, month_gaps, next_month_plan
from coord.periods.places import MonthPlace, month_place
from coord.periods.reads import MonthCard, month_steps
from coord.programs.month_locks import next_month
from coord.work import Unit, begin
from web.forms import Form, query_form, read_form
from web.foundation import Scope, address, last_day, scope_of
from web.page import go, language_of, render, wants_fragment
from web.routes import signed_in
from web.session import actor_of
from web.words import month as month_name
from web.words import speak, t

_TONES = {"OPEN": "info", "SUBMITTED": "info", "RETURNED": "bad", "APPROVED": "ok", "LOCKED": "ok"}
_DECISIONS = {
    Move.RETURN: steps.return_month,
    Move.APPROVE: steps.approve_month,
    Move.SEND_BACK: steps.send_back_month,
    Move.LOCK: steps.lock_report,
}
_WORDS = ("words", "story", "plan")
FIGURES = (
    "person_times", "persons", "contacts", "sessions", "groups", "events", "minutes", "attempts_not_delivered",
    "cases_opened", "cases_reopened", "cases_taken_over", "cases_active", "cases_closed",
)  # fmt: skip
BY_SERVICE = ("contacts", "person_times", "persons", "minutes")


def _before(today: date) -> str:
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"


async def board(request: Request) -> Response:
    """Every hospital's month: what is expected, in, late, waiting for whom; and a reminder to copy."""
    speak(language_of(request))
    asked = query_form(request)
    actor_of(request).require("month.list")
    async with begin(actor_of(request), read_only=True) as unit:
        scope = await scope_of(unit, asked)
        month = asked.value("month") or _before(scope.today)
        if month not in scope.months:
            month = scope.months[0]
        cards = await month_board(unit, scope.code, month)
    expected = [card for card in cards if card.is_expected]
    missing = [card for card in expected if card.timeliness == "MISSING"]
    context = {
        "scope": scope,
        "month_shown": month,
        "cards": cards,
        "tones": _TONES,
        "counts": Counter(card.state for card in expected),
        "due": cards[0].due if cards else None,
        "in_time": sum(1 for card in expected if card.timeliness == "ON_TIME"),
        "expected": len(expected),
        "reminder": _reminder(month, missing) if missing else "",
        "address": lambda card: _address(scope, card.hospital_id, month),
    }
    return render(request, "months/board.html", context)


def _address(scope: Scope, hospital: Any, month: str) -> str:
    return address(f"/months/{hospital}/{month}", program=scope.code)


def _reminder(month: str, missing: Sequence[MonthCard]) -> str:
    """Words to paste into a chat or a mail: which hospitals are late, nothing about any person."""
    names = "、".join(card.hospital_name for card in missing)
    due = missing[0].due.submit_by
    return t("months.reminder", month=month_name(month), hospitals=names, due=due.isoformat())


def _given(request: Request, form: Form, scope: Scope) -> dict[str, Any]:
    place = {"program": scope.code, "hospital": request.path_params["hospital"], "month": request.path_params["month"]}
    return {**place, **{name: form.value(name) for name in (*_WORDS, "note") if name in form.fields}}


async def one(request: Request) -> Response:
    """One month: its gaps, its roll-up and plan from data, the words, what may be done with it."""
    return await _one(request, None, 200)


async def _place(unit: Unit, request: Request, asked: Form) -> tuple[Scope, MonthPlace]:
    scope = await scope_of(unit, Form.of(program=request.query_params.get("program", asked.value("program"))))
    try:
        given = MonthOf.parse(_given(request, Form(), scope))
    except Invalid:
        raise NotFound from None
    return scope, await month_place(unit, given)


async def _one(request: Request, refused: Form | None, status: int) -> Response:
    speak(language_of(request))
    actor_of(request).require("month.list")
    async with begin(actor_of(request), read_only=True) as unit:
        scope, place = await _place(unit, request, refused or Form())
        (card,) = await month_board(unit, scope.code, place.month, hospital=place.hospital_id)
        following = next_month(place.month)
        context = {
            "scope": scope,
            "place": place,
            "card": card,
            "tone": _TONES[card.state],
            "figures": await month_figures(unit, place),
            "quality": await _quality(unit, place),
            "gaps": [(gap, _gap_href(gap, place)) for gap in await month_gaps(unit, place)],
            "plan_month": following,
            "planned": (await next_month_plan(unit, place, following)).sessions,
            "booked": await adjustments(unit, place.program.id, booked_in=place.month, hospital=place.hospital_id),
            "history": await month_steps(unit, place),
            "names": FIGURES,
            "by_service": BY_SERVICE,
            "can_write": Move.SUBMIT in card.moves,
            "path": _address(scope, place.hospital_id, place.month),
            "export": address(f"/months/{place.hospital_id}/{place.month}.xlsx", program=scope.code),
        }
    start = Form.of(words=card.words, story=card.story, plan=card.plan)
    return render(request, "months/month.html", {**context, "form": refused or start}, status=status)


async def _quality(unit: Unit, place: MonthPlace) -> list[tuple[Ratio, Mapping[str, int]]]:
    """The quality indicators of the program, each with the figures that it is made of."""
    asked = [ratio for ratio in RATIOS.values() if ratio.indicator is not None]
    found = await measure_table(unit, place.query(), [ratio.name for ratio in asked])
    return [(ratio, found.total) for ratio in asked]


def _gap_href(gap: Gap, place: MonthPlace) -> str | None:
    """Where a gap is filled."""
    if gap.group is not None:
        return f"/groups/{gap.group}/session" if gap.contact is None else f"/groups/{gap.group}"
    if gap.kind == "RETURNED_RECORD":
        return f"/records/{gap.contact}/amend"
    if gap.contact is not None:
        days = {"from_day": gap.on.isoformat(), "to_day": gap.on.isoformat()}
        return address("/records", **days)
    return address("/log", hospital=place.hospital_id) if gap.on <= last_day(place.month) else None


async def decide(request: Request) -> Response:
    """Keep the words, hand the month in, give it back, approve or lock it."""
    form = await read_form(request)
    wanted = form.value("move")
    try:
        async with begin(actor_of(request)) as unit:
            scope, _ = await _place(unit, request, form)
            given = _given(request, form, scope)
            await _move(unit, wanted, given)
    except (Invalid, Conflict) as refusal:
        is_conflict = isinstance(refusal, Conflict) and not wants_fragment(request)
        return await _one(request, form.refused(refusal), 409 if is_conflict else 422)
    said = wanted.lower() if wanted in set(Move) else "kept"
    return go(
        request,
        _address(scope, request.path_params["hospital"], request.path_params["month"]),
        said=f"months.said.{said}",
    )


async def _move(unit: Unit, wanted: str, given: dict[str, Any]) -> None:
    if wanted in set(_DECISIONS):
        await _DECISIONS[Move(wanted)](unit, MonthDecision.parse({k: v for k, v in given.items() if k not in _WORDS}))
        return
    words = MonthWords.parse({k: v for k, v in given.items() if k != "note"})
    await (steps.submit_month if wanted == Move.SUBMIT else steps.save_words)(unit, words)


ROUTES = [
    signed_in("/months", board),
    signed_in("/months/{hospital}/{month}", one),
    signed_in("/months/{hospital}/{month}", decide, "POST"),
]
