"""Outcome rates from recorded scales and closed cases, with their denominators."""

from datetime import date

import pytest

from coord.cases.codes import CaseStatus
from coord.cases.tables import CaseFile
from coord.kernel.errors import NotAllowed
from coord.measures.outcomes import OUTCOMES, outcome_rates
from coord.outcomes.rules import Rate
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import asked, contact, log
from tests.coord.outcomes.recording import record, scale
from tests.world import AGENCY, BUILDER, CHEN, HUANG, LIN, NORTH, PROGRAM_ID, SAM_WORKER, cast

pytestmark = pytest.mark.anyio
NOTHING = Rate(0, 0)


def _sum(total: int, items: int = 9) -> list[int]:
    """Answers with a sum and no danger in them."""
    return [min(3, max(0, total - 3 * n)) for n in range(items)]


async def _taken(client: object, day: str, phq9: int, gad7: int | None = None) -> None:
    await record(scale(_sum(phq9), client=str(client), taken_on=day))
    if gad7 is not None:
        await record(scale(_sum(gad7, 7), "GAD7", client=str(client), taken_on=day))


async def _rates(days: tuple[str, str] = ("2026-01-01", "2026-12-31")) -> dict[str, Rate]:
    async with begin(cast.ola, read_only=True) as unit:
        return dict((await outcome_rates(unit, asked(days))).rates)


async def test_without_any_score_every_rate_is_without_a_denominator(database: Database) -> None:
    assert await _rates() == dict.fromkeys(OUTCOMES, NOTHING)


async def test_elevated_scores_are_followed_for_120_to_240_days(database: Database) -> None:
    await _taken(LIN, "2026-01-10", 16)
    await _taken(LIN, "2026-05-10", 4)
    await _taken(LIN, "2026-09-07", 8)
    await _taken(CHEN, "2026-01-10", 20)
    await _taken(CHEN, "2026-05-09", 3)
    await _taken(HUANG, "2026-01-10", 9)
    found = await _rates(("2026-01-01", "2026-03-31"))
    assert (found["OUT_FOLLOWUP_DRR"], found["OUT_RESPONSE_DRR"], found["OUT_REMISSION_DRR"]) == (
        Rate(1, 2),
        Rate(1, 2),
        Rate(0, 2),
    )


async def test_finished_courses_are_classed_with_their_own_denominators(database: Database) -> None:
    async with begin(BUILDER) as unit:
        for client in (CHEN, HUANG):
            unit.add(CaseFile(program_id=PROGRAM_ID, hospital_id=NORTH, agency_id=AGENCY, client_id=client,
                              worker_id=SAM_WORKER, status=CaseStatus.CLOSED, received_on=date(2026, 2, 1), opened_on=date(2026, 2, 1), closed_on=date(2026, 6, 30)))  # fmt: skip
    for client in (CHEN, HUANG):
        for day in ("2026-02-10", "2026-03-10"):
            await log(contact(client=str(client), occurred_on=day))
    await _taken(CHEN, "2026-02-10", 15, 12)
    await _taken(CHEN, "2026-06-10", 9, 7)
    await _taken(HUANG, "2026-02-10", 8, 6)
    await _taken(HUANG, "2026-06-10", 3, 2)
    found = await _rates()
    assert {code: rate.percent for code, rate in found.items() if rate.denominator} == {
        "OUT_FOLLOWUP_DRR": "100.0",
        "OUT_RESPONSE_DRR": "0.0",
        "OUT_REMISSION_DRR": "0.0",
        "OUT_PAIRED": "100.0",
        "OUT_IMPROVE": "100.0",
        "OUT_NOCHANGE": "0.0",
        "OUT_DETER": "0.0",
        "OUT_UNCLASS": "0.0",
        "OUT_RECOVERY": "100.0",
        "OUT_REL_RECOVERY": "100.0",
    }
    assert (found["OUT_IMPROVE"].denominator, found["OUT_RECOVERY"].denominator) == (2, 1)


async def test_sponsors_ask_for_no_rate(database: Database) -> None:
    with pytest.raises(NotAllowed):
        async with begin(cast.fatima, read_only=True) as unit:
            await outcome_rates(unit, asked())
