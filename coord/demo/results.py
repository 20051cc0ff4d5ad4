"""The demo's results framework: the program's aims with invented baselines and targets, figures of locked quarters."""

from collections.abc import Mapping
from datetime import date, timedelta

from coord.demo import places
from coord.demo.referrals import person
from coord.kernel.errors import Conflict
from coord.programs.quarters import days_of, last_quarters
from coord.results import SetBaseline, SetTarget, TakeActuals, adopt_aims, set_baseline, set_target, take_quarter
from coord.results.aims import Aim
from coord.work import begin

_LOOKED_AT = 4
_PERCENT = 100
_AIMS: Mapping[Aim, tuple[int, int]] = {
    Aim.ADHERENCE: (70, 85),
    Aim.RESPONSE: (30, 45),
    Aim.REMISSION: (15, 25),
    Aim.CLOSED_LOOP: (10, 60),
    Aim.FOLLOW_UP_72H: (40, 80),
    Aim.FOLLOW_UP_7D: (55, 95),
    Aim.LOST_CONTACT: (20, 10),
}
"""Percent at the start and percent to reach, invented."""
_BASELINE_WHY, _TARGET_WHY = "启动前调研（虚构）", "年度目标（虚构）"


async def lay_results(today: date) -> None:
    """The aims, where they started, where they are to go; every quarter whose months are locked is taken."""
    ola = await person("ola")
    quarters = last_quarters(today, _LOOKED_AT)
    years = sorted({quarter[:4] for quarter in quarters} | {str(today.year)})
    async with begin(ola) as unit:
        await adopt_aims(unit, places.PROGRAM)
        for aim, (start, target) in _AIMS.items():
            said = {"program": places.PROGRAM, "indicator": aim.value, "denominator": _PERCENT}
            before = days_of(quarters[-1])[0] - timedelta(days=1)
            await set_baseline(
                unit, SetBaseline(**said, numerator=start, measured_on=before, reason=_BASELINE_WHY)
            )  # fmt: skip
            for year in years:
                await set_target(unit, SetTarget(**said, numerator=target, period=year, reason=_TARGET_WHY))
    for quarter in quarters:
        await _taken(quarter)


async def _taken(quarter: str) -> None:
    """A quarter that no hospital has locked waits, as it would."""
    try:
        async with begin(await person("ola")) as unit:
            await take_quarter(unit, TakeActuals(program=places.PROGRAM, period=quarter))
    except Conflict:
        return
