"""Outcome rates through the API: each with its two counts, and a percentage rounded once."""

from typing import Annotated, Any

import strawberry

from coord.measures.inputs import MeasureQuery
from coord.measures.outcomes import OUTCOMES
from coord.measures.outcomes import outcome_rates as read_rates
from schema.looking import Info
from schema.scalars import Date


@strawberry.type(description="A share as its two counts. 比率及其分子、分母。")
class OutcomeRate:
    """One outcome measure between two days."""

    code: str = strawberry.field(description="Such as OUT_RECOVERY. 指标编码。")
    numerator: int
    denominator: int
    percent: str | None = strawberry.field(description="One decimal, half up; null without a denominator. 一位小数。")
    numerator_meaning: str
    denominator_meaning: str


async def outcome_rates(
    info: Info, program: str, from_: Annotated[Date, strawberry.argument(name="from")], to: Date
) -> list[OutcomeRate]:
    """The rates of a program between two days, both included."""
    asked: dict[str, Any] = {"program": program, "from_day": from_, "to_day": to}
    found = await read_rates(info.context.unit, MeasureQuery.parse(asked))
    return [
        OutcomeRate(
            code=code,
            numerator=rate.numerator,
            denominator=rate.denominator,
            percent=rate.percent,
            numerator_meaning=OUTCOMES[code].numerator,
            denominator_meaning=OUTCOMES[code].denominator,
        )
        for code, rate in found.rates.items()
    ]
