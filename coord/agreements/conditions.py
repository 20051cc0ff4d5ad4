"""Conditions of tranches: handed in by who is given the money, decided by somebody else."""

from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.agreements.access import GRANTEES
from coord.agreements.codes import ConditionKind, ConditionMove, TrancheState
from coord.agreements.inputs import AddCondition, MoveCondition
from coord.agreements.locking import locked, oversees, with_agreement
from coord.agreements.machine import CONDITION_STEPS, step_of
from coord.agreements.paying import forget_request
from coord.agreements.rules import reaches
from coord.agreements.tables import Agreement, Tranche, TrancheCondition
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.quantity import Quantity
from coord.kernel.sql import select
from coord.results.reads import current_definitions, final_figure
from coord.work import Unit, action

_INDICATOR = ("indicator", "comparison", "threshold_numerator", "threshold_denominator", "period")


@action("agreement.manage")
async def add_condition(unit: Unit, given: AddCondition) -> UUID:
    """Let a tranche wait for something. Raises ``Conflict`` once it has been asked for, ``Invalid`` for half an indicator."""
    tranche, agreement = await with_agreement(unit, Tranche, given.tranche)
    if tranche.state is not TrancheState.SCHEDULED:
        raise Conflict(Problem("tranche", "TRANCHE_NOT_IN_STATE", {"state": f"tranche_state.{tranche.state}"}))
    await _check_indicator(unit, agreement, given)
    row = TrancheCondition(**given.model_dump(exclude={"tranche"}), tranche_id=tranche.id, agreement_id=agreement.id)
    unit.add(row)
    audit.record(unit, "condition.add", row)
    return row.id


async def _check_indicator(unit: Unit, agreement: Agreement, given: AddCondition) -> None:
    wants = given.kind is ConditionKind.INDICATOR
    wrong = [
        Problem(name, "REQUIRED" if wants else "INDICATOR_OUT_OF_PLACE")
        for name in _INDICATOR
        if (getattr(given, name) is not None) != wants
    ]
    if wrong:
        raise Invalid(*wrong)
    if wants:
        known = {one.code for one in await current_definitions(unit, agreement.program_id) if one.source is not None}
        if given.indicator not in known:
            raise Invalid(Problem("indicator", "NO_SUCH_CODE"))


@action("agreement.report")
async def move_condition(unit: Unit, given: MoveCondition) -> UUID:
    """Move a condition on by the table of steps.

    Raises ``NotFound`` for a foreign one, ``NotAllowed`` without the step's verb, ``Invalid`` without evidence or
    reason, ``Conflict`` for another state, the same person, an indicator that is not reached, an approved tranche.
    """
    found = await unit.find(TrancheCondition, given.condition)
    agreement = await _agreement_of(unit, found)
    condition = await _locked(unit, given.condition)
    step = step_of(CONDITION_STEPS, condition.state, given.move)
    if step is None:
        raise Conflict(Problem("condition", "CONDITION_NOT_IN_STATE", {"state": f"condition_state.{condition.state}"}))
    unit.actor.require(step.verb)
    if step.needs_reason and given.reason is None:
        raise Invalid(Problem("reason", "REQUIRED"))
    before = audit.facts(condition)
    if given.move is ConditionMove.SUBMIT:
        _hand_in(unit, condition, given)
    elif given.move is ConditionMove.REOPEN:
        await _reopen(unit, condition)
    else:
        await _decide(unit, agreement, condition, given.move)
    condition.state, condition.reason = step.end, given.reason
    audit.record(unit, f"condition.{given.move.value.lower()}", condition, before=before, reason=given.reason)
    return condition.id


async def _agreement_of(unit: Unit, condition: TrancheCondition) -> Agreement:
    """The agreement: locked for who oversees it, else that of a grantee who answers. Raises ``NotFound`` for others."""
    agreement = await unit.find(Agreement, condition.agreement_id)
    if oversees(unit, agreement.program_id):
        return await locked(unit, agreement.id)
    if agreement.grantee_id not in unit.actor.at(*GRANTEES):
        raise NotFound
    return agreement


async def _locked(unit: Unit, condition_id: UUID) -> TrancheCondition:
    statement = select(TrancheCondition).where(col(TrancheCondition.id) == condition_id).with_for_update()
    found: TrancheCondition | None = await unit.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def _hand_in(unit: Unit, condition: TrancheCondition, given: MoveCondition) -> None:
    if given.evidence is None and condition.kind is not ConditionKind.INDICATOR:
        raise Invalid(Problem("evidence", "REQUIRED"))
    condition.evidence = given.evidence
    condition.submitted_by_id, condition.submitted_at = unit.actor.user_id, unit.started_at
    condition.decided_by_id = condition.decided_at = None


async def _decide(unit: Unit, agreement: Agreement, condition: TrancheCondition, move: ConditionMove) -> None:
    tranche = await unit.find(Tranche, condition.tranche_id)
    if unit.actor.user_id == condition.submitted_by_id:
        raise Conflict(Problem("condition", "ANOTHER_PERSON_MUST"))
    if move is ConditionMove.WAIVE and unit.actor.user_id == tranche.requested_by_id:
        raise Conflict(Problem("condition", "ANOTHER_PERSON_MUST"))
    if move is ConditionMove.ACCEPT and condition.kind is ConditionKind.INDICATOR:
        await _check_reached(unit, agreement, condition)
    condition.decided_by_id, condition.decided_at = unit.actor.user_id, unit.started_at


async def _check_reached(unit: Unit, agreement: Agreement, condition: TrancheCondition) -> None:
    """An indicator is not accepted by opinion: its figure of locked months is there and reaches the threshold."""
    if condition.indicator is None or condition.comparison is None or condition.period is None:
        raise AssertionError("the database keeps an indicator's condition whole")
    threshold = Quantity(condition.threshold_numerator or 0, condition.threshold_denominator or 1)
    actual = await final_figure(unit, agreement.program_id, condition.indicator, condition.period)
    reached = None if actual is None else reaches(actual, condition.comparison, threshold)
    if reached is None:
        raise Conflict(Problem("condition", "INDICATOR_NOT_MEASURED", {"period": condition.period}))
    if not reached:
        raise Conflict(Problem("condition", "INDICATOR_NOT_REACHED"))


async def _reopen(unit: Unit, condition: TrancheCondition) -> None:
    """The tranche waits again; one that is approved or paid must be withheld or reversed first."""
    tranche = await unit.find(Tranche, condition.tranche_id)
    if tranche.state in {TrancheState.APPROVED, TrancheState.PAID}:
        raise Conflict(Problem("condition", "TRANCHE_APPROVED"))
    if tranche.state is TrancheState.CONDITIONS_MET:
        before = audit.facts(tranche)
        forget_request(tranche)
        tranche.state = TrancheState.SCHEDULED
        audit.record(unit, "tranche.reopen", tranche, before=before)
    condition.submitted_by_id = condition.submitted_at = condition.decided_by_id = condition.decided_at = None
    await unit.session.flush()
