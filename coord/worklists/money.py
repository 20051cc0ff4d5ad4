"""What money asks for: publications that the law wants, payments to approve or make, conditions to decide about."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import col

from coord.agreements.codes import AgreementState, ConditionState, TrancheState
from coord.agreements.disclosing import Of, disclosures_due
from coord.agreements.tables import Agreement, Tranche, TrancheCondition
from coord.kernel.sql import select
from coord.work import Unit, read
from coord.worklists.codes import WorkKind
from coord.worklists.rules import Entry
from coord.worklists.watch import Watch

SHOWN_BEFORE = timedelta(days=45)
"""A publication stands on the list from so many days before it is due."""
_MOST = 500
_ASKED = (TrancheState.CONDITIONS_MET, TrancheState.APPROVED)


@read("work.list")
async def disclosures(unit: Unit, watch: Watch) -> Sequence[Entry]:
    """What the law wants published soon, or wanted published already."""
    if not unit.actor.may("agreement.manage"):
        return []
    program = watch.program
    of = Of(program.id, program.name, program.starts_on, program.ends_on)
    return [
        Entry(
            WorkKind.DISCLOSURE, due.key, due.due_on, subject=due.agreement_id,
            told={"words": f"disclosure_kind.{due.kind}"},
        )
        for due in await disclosures_due(unit, of, watch.today)
        if due.due_on <= watch.today + SHOWN_BEFORE
    ]  # fmt: skip


@read("work.list")
async def payments(unit: Unit, watch: Watch) -> Sequence[Entry]:
    """Tranches that wait for approval by somebody else than who asked, and approved ones that wait to be paid."""
    if not unit.actor.may("agreement.manage"):
        return []
    statement = (
        select(Tranche.id, Tranche.number, Tranche.state, Tranche.due_on, Agreement.id, Agreement.reference)
        .join(Agreement, col(Agreement.id) == col(Tranche.agreement_id))
        .where(
            col(Agreement.program_id) == watch.program.id,
            col(Agreement.state) == AgreementState.ACTIVE,
            col(Tranche.state).in_(_ASKED),
            (col(Tranche.state) == TrancheState.APPROVED) | (col(Tranche.requested_by_id) != unit.actor.user_id),
        )
        .order_by(col(Tranche.due_on))
        .limit(_MOST)
    )
    return [
        Entry(
            WorkKind.TRANCHE, f"{tranche}/{state.value}", due, subject=agreement,
            told={"reference": reference, "number": number, "words": f"tranche_state.{state.value}"},
        )
        for tranche, number, state, due, agreement, reference in await unit.rows(statement)
    ]  # fmt: skip


@read("work.list")
async def conditions_to_decide(unit: Unit, watch: Watch) -> Sequence[Entry]:
    """What a grantee handed in and somebody else is to decide about."""
    if not unit.actor.may("agreement.approve"):
        return []
    statement = (
        select(
            TrancheCondition.id,
            TrancheCondition.due_on,
            Tranche.number,
            Tranche.due_on,
            Agreement.id,
            Agreement.reference,
        )
        .join(Tranche, col(Tranche.id) == col(TrancheCondition.tranche_id))
        .join(Agreement, col(Agreement.id) == col(Tranche.agreement_id))
        .where(
            col(Agreement.program_id) == watch.program.id,
            col(TrancheCondition.state) == ConditionState.SUBMITTED,
            col(TrancheCondition.submitted_by_id) != unit.actor.user_id,
        )
        .limit(_MOST)
    )
    return [
        Entry(
            WorkKind.CONDITION, str(condition), due or tranche_due, subject=agreement,
            told={"reference": reference, "number": number},
        )
        for condition, due, number, tranche_due, agreement, reference in await unit.rows(statement)
    ]  # fmt: skip
