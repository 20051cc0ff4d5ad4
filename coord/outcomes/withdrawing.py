"""A scale that was entered by mistake: withdrawn with a reason, never deleted, counted nowhere; and restored."""

from collections.abc import Collection, Mapping
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import col

from coord import audit
from coord.clients.access import in_care_of
from coord.kernel.errors import Conflict, NotFound, Problem
from coord.kernel.inputs import Input, Line
from coord.kernel.sql import select
from coord.outcomes.actions import place
from coord.outcomes.codes import ScoreStatus
from coord.outcomes.scales import SCALES
from coord.outcomes.scoring import scored
from coord.outcomes.sealing import seal, unseal
from coord.outcomes.tables import ScaleAnswers, ScaleScore
from coord.programs.month_locks import check_month_open
from coord.work import Unit, action, read


class WithdrawScale(Input):
    """Which result was entered by mistake, and why it is withdrawn."""

    result: UUID
    reason: Annotated[Line, Field(min_length=1, max_length=400)]


@action("score.record")
async def withdraw_scale(unit: Unit, given: WithdrawScale) -> UUID:
    """Withdraw a result: it stays to be seen and counts nowhere; the client. An alert that it opened stays open.

    Raises ``NotFound`` for others' clients, ``Invalid`` for a day in a locked month, ``Conflict`` when it is withdrawn.
    """
    row = await _own(unit, given.result)
    if row.status is ScoreStatus.WITHDRAWN:
        raise Conflict(Problem("result", "SCORE_WITHDRAWN_ALREADY"))
    before, answers = audit.facts(row), await unit.find(ScaleAnswers, row.id)
    answers.withdrawal_reason = await seal(unit, row.client_id, place("withdrawal_reason", row.id), given.reason)
    row.status, row.withdrawn_at, row.withdrawn_by_id = ScoreStatus.WITHDRAWN, unit.started_at, unit.actor.user_id
    audit.record(unit, "score.withdraw", row, before=before)
    return row.client_id


@action("score.record")
async def restore_scale(unit: Unit, score_id: UUID) -> UUID:
    """Let a withdrawn result count again; the client. Raises as ``withdraw_scale``, ``Conflict`` when it is not withdrawn."""
    row = await _own(unit, score_id)
    if row.status is not ScoreStatus.WITHDRAWN:
        raise Conflict(Problem("result", "SCORE_NOT_WITHDRAWN"))
    before, answers = audit.facts(row), await unit.find(ScaleAnswers, row.id)
    answers.withdrawal_reason = None
    row.status = scored(SCALES[row.scale], answers.items).status
    row.withdrawn_at = row.withdrawn_by_id = None
    audit.record(unit, "score.restore", row, before=before)
    return row.client_id


async def _own(unit: Unit, score_id: UUID) -> ScaleScore:
    row = await unit.find(ScaleScore, score_id)
    if not in_care_of(unit.actor, row.hospital_id):
        raise NotFound
    await check_month_open(unit, row.program_id, row.hospital_id, row.taken_on, "result")
    return row


@read("score.list")
async def withdrawal_reasons(unit: Unit, client: UUID, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Why results of a client were withdrawn, by result."""
    statement = select(ScaleAnswers.id, ScaleAnswers.withdrawal_reason).where(
        col(ScaleAnswers.id).in_(ids), col(ScaleAnswers.withdrawal_reason).is_not(None)
    )
    rows = await unit.rows(statement) if ids else ()
    return {
        row.id: await unseal(unit, client, place("withdrawal_reason", row.id), row.withdrawal_reason) for row in rows
    }
