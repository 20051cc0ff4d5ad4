"""A scale entered by mistake is withdrawn with a reason: it stays, counts nowhere, and can be restored."""

import uuid

import pytest

from coord.audit.tables import AuditEntry
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.measures.outcomes import outcome_rates
from coord.outcomes import CloseAlert, TakeAlert, alert, close_alert, take_alert
from coord.outcomes.actions import Recorded
from coord.outcomes.codes import ScoreStatus
from coord.outcomes.reads import scales_due
from coord.outcomes.rules import Rate
from coord.outcomes.tables import SafetyAlert, ScaleAnswers, ScaleScore
from coord.outcomes.withdrawing import WithdrawScale, restore_scale, withdraw_scale, withdrawal_reasons
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import TODAY, filed
from tests.coord.making import asked, stored
from tests.coord.outcomes.recording import DANGER, record, scale
from tests.coord.periods.handling import locked
from tests.world import CHEN, LIN, NORTH, cast

pytestmark = pytest.mark.anyio
HIGH, LOW = [2] * 8 + [0], [1, 1, 1, 0, 0, 0, 0, 0, 0]


def wrong(score: object, reason: str = "录到了别人名下NORTH") -> WithdrawScale:
    return WithdrawScale.parse({"result": str(score), "reason": reason})


async def withdraw(score: object, actor: object = cast.sam) -> None:
    async with begin(actor) as unit:  # type: ignore[arg-type]
        await withdraw_scale(unit, wrong(score))


async def rates() -> Rate:
    async with begin(cast.ola, read_only=True) as unit:
        found = await outcome_rates(unit, asked(("2026-01-01", "2026-03-31")))
    return found.rates["OUT_RESPONSE_DRR"]


async def test_a_withdrawn_result_leaves_every_figure_and_comes_back_with_its_restoration(database: Database) -> None:
    """PHQ-9 16 in January and 3 in May: one of one responded; without the second nobody was followed."""
    await record(scale(HIGH, taken_on="2026-01-10"))
    mistaken = await record(scale(LOW, taken_on="2026-05-10"))
    assert await rates() == Rate(1, 1)
    await withdraw(mistaken.score_id)
    assert await rates() == Rate(0, 1)
    (row,) = await stored(ScaleScore, ScaleScore.id == mistaken.score_id)
    assert (row.status, row.score, row.withdrawn_by_id) == (ScoreStatus.WITHDRAWN, 3, cast.sam.user_id)
    async with begin(cast.sun, read_only=True) as unit:
        assert await withdrawal_reasons(unit, LIN, [row.id]) == {row.id: "录到了别人名下NORTH"}
    async with begin(cast.sun) as unit:
        assert await restore_scale(unit, mistaken.score_id) == LIN
    (row,) = await stored(ScaleScore, ScaleScore.id == mistaken.score_id)
    assert (row.status, row.withdrawn_at, await rates()) == (ScoreStatus.COMPLETE, None, Rate(1, 1))


async def test_a_withdrawn_first_scale_is_due_again(database: Database) -> None:
    await filed(CHEN, opened_on=TODAY)
    taken = await record(scale(LOW, client=str(CHEN), taken_on=str(TODAY)))

    async def due() -> list[str]:
        async with begin(cast.sam, read_only=True) as unit:
            return [one.why.value for one in await scales_due(unit, NORTH) if one.client_id == CHEN]

    assert await due() == []
    await withdraw(taken.score_id)
    assert await due() == ["FIRST_SCALE"]


async def test_the_alert_that_it_opened_stays_open(database: Database) -> None:
    taken = await record(scale(DANGER))
    await withdraw(taken.score_id)
    (opened,) = await stored(SafetyAlert)
    assert (opened.id, opened.closed_at) == (taken.alert_id, None)


async def _opened() -> tuple[Recorded, uuid.UUID]:
    taken = await record(scale(DANGER))
    assert taken.alert_id is not None
    return taken, taken.alert_id


async def _close(alert: object, **more: object) -> None:
    given = {"alert": str(alert), "outcome": "FALSE_ALARM", **more}
    async with begin(cast.sun) as unit:
        await close_alert(unit, CloseAlert.parse(given))


async def test_the_supervisor_closes_it_with_a_reason_and_no_sooner_than_somebody_took_it_on(
    database: Database,
) -> None:
    taken, opened = await _opened()
    await withdraw(taken.score_id)
    async with begin(cast.sun, read_only=True) as unit:
        assert (await alert(unit, opened))["score.withdrawn_at"] is not None
    with pytest.raises(Conflict, match="ALERT_NOT_TAKEN"):
        await _close(taken.alert_id, note="录错人")
    async with begin(cast.sun) as unit:
        await take_alert(unit, TakeAlert.parse({"alert": str(taken.alert_id), "plan": ["ASSESSING_TODAY"]}))
    with pytest.raises(Invalid, match="note:REQUIRED"):
        await _close(taken.alert_id)
    await _close(taken.alert_id, note="录错人")
    (row,) = await stored(SafetyAlert)
    assert (row.outcome, row.closed_by_id) == ("FALSE_ALARM", cast.sun.user_id)


async def test_a_restored_result_is_the_alerts_reason_again(database: Database) -> None:
    taken, opened = await _opened()
    await withdraw(taken.score_id)
    async with begin(cast.sam) as unit:
        await restore_scale(unit, taken.score_id)
    async with begin(cast.sun, read_only=True) as unit:
        assert (await alert(unit, opened))["score.withdrawn_at"] is None


async def test_the_reason_is_sealed_and_on_no_trail(database: Database) -> None:
    taken = await record(scale(LOW))
    await withdraw(taken.score_id)
    (answers,) = await stored(ScaleAnswers)
    trail = await stored(AuditEntry)
    assert "录到".encode() not in (answers.withdrawal_reason or b"")
    assert [entry.verb for entry in trail if entry.verb.startswith("score.")] == ["score.record", "score.withdraw"]
    assert "录到".encode() not in b"".join(entry.body for entry in trail)


async def test_it_is_withdrawn_once_and_restored_once(database: Database) -> None:
    taken = await record(scale(LOW))
    with pytest.raises(Conflict):
        async with begin(cast.sam) as unit:
            await restore_scale(unit, taken.score_id)
    await withdraw(taken.score_id)
    with pytest.raises(Conflict):
        await withdraw(taken.score_id)


@pytest.mark.parametrize("who", ["nia", "ola", "cai", "fatima", "petra"])
async def test_nobody_else_withdraws_it(database: Database, who: str) -> None:
    taken = await record(scale(LOW))
    with pytest.raises((NotAllowed, NotFound)):
        await withdraw(taken.score_id, getattr(cast, who))
    (row,) = await stored(ScaleScore)
    assert row.status is ScoreStatus.COMPLETE


async def test_a_reason_is_needed_and_a_foreign_id_is_not_found(database: Database) -> None:
    with pytest.raises(Invalid):
        wrong(uuid.uuid4(), " ")
    with pytest.raises(NotFound):
        await withdraw(uuid.uuid4())


async def test_a_result_of_a_locked_month_stays_as_it_was_reported(database: Database) -> None:
    taken = await record(scale(LOW, taken_on="2026-09-03"))
    await locked()
    with pytest.raises(Invalid) as refused:
        await withdraw(taken.score_id)
    assert [problem.code for problem in refused.value.problems] == ["MONTH_LOCKED"]
