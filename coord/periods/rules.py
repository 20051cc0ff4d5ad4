"""What may become of a month, when it is due, and whose turn it is. Pure: no I/O."""

import hashlib
import json
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from coord.kernel.errors import Problem
from coord.kernel.workdays import same_month_day_after
from coord.periods.codes import MonthState, Move, Timeliness
from coord.programs.tables import Setting

TRANSITIONS: Mapping[tuple[MonthState, Move], MonthState] = {
    (MonthState.OPEN, Move.SUBMIT): MonthState.SUBMITTED,
    (MonthState.RETURNED, Move.SUBMIT): MonthState.SUBMITTED,
    (MonthState.SUBMITTED, Move.RETURN): MonthState.RETURNED,
    (MonthState.SUBMITTED, Move.APPROVE): MonthState.APPROVED,
    (MonthState.APPROVED, Move.SEND_BACK): MonthState.RETURNED,
    (MonthState.APPROVED, Move.LOCK): MonthState.LOCKED,
}
"""Everything else is refused."""
VERB_OF: Mapping[Move, str] = {
    Move.SUBMIT: "month.submit",
    Move.RETURN: "month.review",
    Move.APPROVE: "month.review",
    Move.SEND_BACK: "month.lock",
    Move.LOCK: "month.lock",
}
NEEDS_REASON = frozenset({Move.RETURN, Move.SEND_BACK})


@dataclass(frozen=True, slots=True)
class Hands:
    """Through whose hands a month went."""

    submitted_by: UUID | None = None
    approved_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """The days by which a month is to be submitted and reviewed, and the day on which it locks."""

    submit_by: date
    review_by: date
    lock_on: date


def first_day(month: str) -> date:
    """The first day of ``2026-11``."""
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    """The last day of ``2026-11``."""
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def due_days(month: str, settings: Mapping[Setting, int]) -> Due:
    """The clocks of a month: days of the month after it, the last day of that where it is shorter."""
    after = same_month_day_after(first_day(month), 1)
    longest = monthrange(after.year, after.month)[1]
    days = (
        after.replace(day=min(settings[s], longest)) for s in (Setting.SUBMIT_DAY, Setting.REVIEW_DAY, Setting.LOCK_DAY)
    )
    return Due(*days)


def timeliness(submitted_on: date | None, submit_by: date, today: date) -> Timeliness:
    """How a month's report stands: in by the due day, in later, not in, or not due yet."""
    if submitted_on is not None:
        return Timeliness.ON_TIME if submitted_on <= submit_by else Timeliness.LATE
    return Timeliness.MISSING if today > submit_by else Timeliness.NOT_DUE


def wrong_move(state: MonthState, move: Move, who: UUID | None, hands: Hands) -> Problem | None:
    """Why a month cannot be moved on; None where it can."""
    if (state, move) not in TRANSITIONS:
        return Problem("month", "MONTH_NOT_IN_STATE", {"state": state.value})
    others = {
        Move.RETURN: {hands.submitted_by},
        Move.APPROVE: {hands.submitted_by},
        Move.LOCK: {hands.submitted_by, hands.approved_by},
    }
    if who is not None and who in others.get(move, set()):
        return Problem("month", "ANOTHER_PERSON_MUST")
    return None


def moves_from(state: MonthState, verbs: Iterable[str], who: UUID | None, hands: Hands) -> list[Move]:
    """What somebody with these verbs can do with a month now."""
    held = set(verbs)
    return [move for move in Move if VERB_OF[move] in held and wrong_move(state, move, who, hands) is None]


def digest(figures: Mapping[str, Any]) -> str:
    """SHA-256 of figures in canonical JSON: the same figures give the same digest."""
    canonical = json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def differences(reported: Mapping[str, int], corrected: Mapping[str, int]) -> dict[str, int]:
    """By how much each figure differs from what was locked; figures that do not are left out."""
    names = {*reported, *corrected}
    found = {name: corrected.get(name, 0) - reported.get(name, 0) for name in names}
    return {name: found[name] for name in sorted(found) if found[name]}
