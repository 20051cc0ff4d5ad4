"""Months of hospitals through the API: the reporting calendar, both counts, and the steps."""

from typing import Annotated, Any

import strawberry

from coord.periods import (
    MonthDecision,
    MonthOf,
    MonthState,
    MonthWords,
    Move,
    ProgramMonth,
    Timeliness,
    approve_month,
    lock_report,
    month_board,
    return_month,
    send_back_month,
    submit_month,
)
from coord.periods.figures import month_figures
from coord.periods.places import month_place
from schema.errors import Rejected
from schema.inputs import raw, row_id, text
from schema.looking import Info
from schema.measures import hospital_of
from schema.organizations import Organization
from schema.paging import GIVEN
from schema.scalars import Date, DateTime

strawberry.enum(MonthState, description="Where the report of a month is. 月报状态。")
strawberry.enum(Timeliness, description="How a report stands against its due day. 及时性。")
strawberry.enum(Move, name="MonthMove", description="A step of a month. 月报操作。")
_DECISIONS = {
    Move.RETURN: return_month,
    Move.APPROVE: approve_month,
    Move.SEND_BACK: send_back_month,
    Move.LOCK: lock_report,
}


@strawberry.type(description="One hospital's month. 一家医院的月报。")
class HospitalMonth:
    """A line of the reporting calendar."""

    hospital: Organization = strawberry.field(resolver=hospital_of)
    month: str
    state: MonthState
    posts: int = strawberry.field(description="Filled posts; without any no report is expected. 在岗岗位数。")
    completeness: float
    timeliness: Timeliness
    submit_by: Date
    review_by: Date
    lock_on: Date
    submitted_at: DateTime | None
    approved_at: DateTime | None
    locked_at: DateTime | None
    moves: list[Move] = strawberry.field(description="What the viewer can do now. 当前可执行的操作。")


@strawberry.type(description="A figure as it was reported and as it is. 指标的原始上报值与更正值。")
class ReportedFigure:
    """One measure of a month."""

    measure: str
    reported: int | None = strawberry.field(description="Null before the lock. 锁定前为 null。")
    corrected: int


@strawberry.type(description="A correction of a locked month. 对已锁定月份的更正。")
class Correction:
    """The note beside the figures."""

    kind: str
    reason: str
    note: str
    booked_in: str
    made_at: DateTime


@strawberry.type(description="A month's figures, as reported and as corrected. 月度数字：原始上报与更正后。")
class MonthReport:
    """Both counts of a month."""

    month: str
    hash: str | None = strawberry.field(description="SHA-256 of the figures at the lock. 锁定快照的哈希。")
    is_intact: bool
    figures: list[ReportedFigure]
    corrections: list[Correction]


def _line(card: Any) -> Any:
    due = card.due
    return _Line(card, due.submit_by, due.review_by, due.lock_on)


class _Line:
    """A card with its due days, as the default resolver reads it."""

    def __init__(self, card: Any, submit_by: Any, review_by: Any, lock_on: Any) -> None:
        self.card, self.submit_by, self.review_by, self.lock_on = card, submit_by, review_by, lock_on

    def __getattr__(self, name: str) -> Any:
        return getattr(self.card, name)


async def hospital_months(info: Info, program: str, month: str) -> list[HospitalMonth]:
    """A month of every hospital that the viewer follows, by code."""
    asked = ProgramMonth.parse({"program": text("program", program), "month": month})
    lines: Any = [_line(card) for card in await month_board(info.context.unit, asked.program, asked.month)]
    return list(lines)


async def month_report(info: Info, program: str, hospital: strawberry.ID, month: str) -> MonthReport:
    """The figures of one month."""
    named = {"program": program, "hospital": row_id("hospital", "Organization", hospital), "month": month}
    place = await month_place(info.context.unit, MonthOf.parse(named))
    found = await month_figures(info.context.unit, place)
    figures = [
        ReportedFigure(
            measure=name, reported=None if found.reported is None else found.reported.get(name, 0), corrected=n
        )
        for name, n in found.corrected.items()
    ]
    notes = [
        Correction(
            kind=n["kind"], reason=n["reason"], note=n["note"], booked_in=n["booked_in"], made_at=DateTime(n["made_at"])
        )
        for n in found.notes
    ]
    return MonthReport(
        month=place.month, hash=found.hash, is_intact=found.is_intact, figures=figures, corrections=notes
    )


@strawberry.input(description="One month of a hospital, and what is said about it. 一家医院的一个月。")
class MoveMonthInput:
    """A step with its words."""

    program: str
    hospital: strawberry.ID
    month: str
    move: Move
    note: str | None = strawberry.field(default=GIVEN, description="Needed to give a month back. 退回时必填。")
    words: str | None = GIVEN
    story: str | None = GIVEN
    plan: str | None = GIVEN


@strawberry.type(description="The month after its step. 操作后的月报。")
class MonthMoved:
    """The answer to a step."""

    hospital_month: HospitalMonth


MoveMonthResult = Annotated[MonthMoved | Rejected, strawberry.union("MoveMonthResult")]


async def move_month(
    info: Info, given_input: Annotated[MoveMonthInput, strawberry.argument(name="input")]
) -> MoveMonthResult:
    """Submit, return, approve, send back or lock a month."""
    unit, move = info.context.unit, given_input.move
    said = raw(given_input, {"hospital": "Organization"})
    said.pop("move")
    if move is Move.SUBMIT:
        said.pop("note", None)
        words = MonthWords.parse(said)
        await submit_month(unit, words)
        place: MonthOf = words
    else:
        decision = MonthDecision.parse({k: v for k, v in said.items() if k not in {"words", "story", "plan"}})
        await _DECISIONS[move](unit, decision)
        place = decision
    (card,) = await month_board(unit, place.program, place.month, hospital=place.hospital)
    shown: Any = _line(card)
    return MonthMoved(hospital_month=shown)
