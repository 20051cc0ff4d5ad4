"""Two who decide at once: one wins, the other is told, and both see the same."""

from uuid import UUID

import pytest

from coord.access import Actor
from coord.cases.codes import CaseEvent, CaseStatus
from coord.cases.inputs import TransferCase
from coord.cases.tables import CaseFile, CaseStep
from coord.cases.transferring import transfer_case
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import act, case_in, given
from tests.coord.making import stored
from tests.coord.racing import Try, race
from tests.world import AGENCY, CHEN, EVE_WORKER, cast

pytestmark = pytest.mark.anyio
PAIRS = 50


def cause(event: CaseEvent, case: UUID, actor: Actor) -> Try:
    return lambda: act(event, case, actor)


async def test_of_a_hundred_approvals_and_returns_one_wins(real_database: Database) -> None:
    case = await case_in(CaseStatus.OPENING_REVIEW)
    tries = [cause(event, case, cast.sun) for event in (CaseEvent.APPROVE_OPENING, CaseEvent.RETURN)] * PAIRS
    assert await race(tries) == 1
    (row,) = await stored(CaseFile, CaseFile.client_id == CHEN)
    decided = [step.target for step in await stored(CaseStep) if step.source is CaseStatus.OPENING_REVIEW]
    assert decided == [row.status]


async def test_of_a_hundred_closings_and_transfers_one_wins(real_database: Database) -> None:
    case = await case_in(CaseStatus.INTERVENING)
    await act(CaseEvent.RATE_GOALS, case)

    async def hand_over() -> UUID:
        async with begin(cast.sun) as unit:
            return await transfer_case(
                unit, given(TransferCase, case=case, worker=EVE_WORKER, hospital="", reason="调整")
            )

    won = await race([cause(CaseEvent.SUBMIT_CLOSING, case, cast.sam), hand_over] * PAIRS)
    (row,) = await stored(CaseFile, CaseFile.client_id == CHEN)
    steps = [step.event for step in await stored(CaseStep)]
    closed, handed = steps.count(CaseEvent.SUBMIT_CLOSING), steps.count(CaseEvent.TRANSFER)
    assert (won, closed + handed) == (1, 1)
    assert (row.worker_id == EVE_WORKER, row.agency_id) == (handed == 1, AGENCY)
