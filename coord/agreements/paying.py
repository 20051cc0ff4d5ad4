"""Tranches: scheduled, asked for, approved by somebody else, paid into the ledger; never past a condition."""

from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord import audit
from coord.agreements.codes import AgreementState, ConditionState, EntryKind, TrancheMove, TrancheState
from coord.agreements.drafting import check_not_ahead, today_of
from coord.agreements.inputs import AddTranche, MoveTranche
from coord.agreements.locking import locked, money_of, with_agreement
from coord.agreements.machine import TRANCHE_STEPS, step_of
from coord.agreements.rules import Earlier, Waiting, blocks_request, overpays, unmet
from coord.agreements.tables import Agreement, LedgerEntry, Tranche, TrancheCondition
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.money import minor_units
from coord.kernel.sql import select
from coord.programs.setting_values import settings_on
from coord.programs.tables import Setting
from coord.work import Unit, action


@action("agreement.manage")
async def add_tranche(unit: Unit, given: AddTranche) -> UUID:
    """Schedule a payment. Raises ``Conflict`` where the agreement has ended."""
    agreement = await locked(unit, given.agreement)
    if agreement.state in {AgreementState.CLOSED, AgreementState.TERMINATED}:
        raise Conflict(Problem("agreement", "AGREEMENT_NOT_IN_STATE", {"state": f"agreement_state.{agreement.state}"}))
    last = select(func.max(Tranche.number)).where(col(Tranche.agreement_id) == agreement.id)
    row = Tranche(
        agreement_id=agreement.id, number=int(await unit.scalar(last) or 0) + 1, kind=given.kind,
        amount=minor_units("amount", given.amount, agreement.currency), due_on=given.due_on,
    )  # fmt: skip
    unit.add(row)
    audit.record(unit, "tranche.add", row)
    return row.id


@action("agreement.manage")
async def move_tranche(unit: Unit, given: MoveTranche) -> UUID:
    """Move a tranche on by the table of steps; PAY books the payment.

    Raises ``NotFound`` for a foreign one, ``NotAllowed`` without the step's verb, ``Invalid`` without the reason that a
    step needs, ``Conflict`` for another state, an open condition, the same person, or more than is committed.
    """
    found, agreement = await with_agreement(unit, Tranche, given.tranche)
    tranche: Tranche = found
    step = step_of(TRANCHE_STEPS, tranche.state, given.move)
    if step is None:
        raise Conflict(Problem("tranche", "TRANCHE_NOT_IN_STATE", {"state": f"tranche_state.{tranche.state}"}))
    unit.actor.require(step.verb)
    if step.needs_reason and given.reason is None:
        raise Invalid(Problem("reason", "REQUIRED"))
    before = audit.facts(tranche)
    if given.move is TrancheMove.REQUEST:
        await _request(unit, agreement, tranche)
    elif given.move is TrancheMove.APPROVE:
        await _approve(unit, agreement, tranche)
    elif given.move is TrancheMove.PAY:
        await _pay(unit, agreement, tranche, given.paid_on)
    elif given.move is TrancheMove.RESUME:
        forget_request(tranche)
    tranche.state, tranche.reason = step.end, given.reason
    audit.record(unit, f"tranche.{given.move.value.lower()}", tranche, before=before, reason=given.reason)
    return tranche.id


def forget_request(tranche: Tranche) -> None:
    """Nobody has asked for it, nobody has approved it."""
    tranche.requested_by_id = tranche.requested_at = tranche.approved_by_id = tranche.approved_at = None


def _check_active(agreement: Agreement) -> None:
    if agreement.state is not AgreementState.ACTIVE:
        raise Conflict(Problem("agreement", "AGREEMENT_NOT_IN_STATE", {"state": f"agreement_state.{agreement.state}"}))


async def _conditions(unit: Unit, tranche: Tranche) -> list[TrancheCondition]:
    return list(await unit.scalars(select(TrancheCondition).where(col(TrancheCondition.tranche_id) == tranche.id)))


async def _check_met(unit: Unit, tranche: Tranche) -> None:
    still_open = unmet(Waiting(one.kind, one.state) for one in await _conditions(unit, tranche))
    if still_open:
        raise Conflict(Problem("tranche", "CONDITIONS_OPEN", {"number": still_open}))


async def _request(unit: Unit, agreement: Agreement, tranche: Tranche) -> None:
    _check_active(agreement)
    conditions = await _conditions(unit, tranche)
    waived = {one.decided_by_id for one in conditions if one.state is ConditionState.WAIVED}
    if unit.actor.user_id in waived:
        raise Conflict(Problem("tranche", "WAIVED_BY_YOU"))
    day = await today_of(unit, agreement.program_id)
    percent = (await settings_on(unit, agreement.program_id, day))[Setting.TRANCHE_SPENT_PERCENT]
    waiting = [Waiting(one.kind, one.state) for one in conditions]
    problem = next(blocks_request(waiting, await _earlier(unit, agreement, tranche), percent), None)
    if problem is not None:
        raise Conflict(problem)
    tranche.requested_by_id, tranche.requested_at = unit.actor.user_id, unit.started_at


async def _earlier(unit: Unit, agreement: Agreement, tranche: Tranche) -> Earlier | None:
    """The last tranche before that was not canceled, and the money around it."""
    statement = select(Tranche).where(
        col(Tranche.agreement_id) == agreement.id,
        col(Tranche.number) < tranche.number,
        col(Tranche.state) != TrancheState.CANCELED,
    )
    before: list[Tranche] = list(await unit.scalars(statement.order_by(col(Tranche.number))))
    if not before:
        return None
    money = await money_of(unit, agreement)
    last = before[-1]
    paid = last.amount if last.state is TrancheState.PAID else 0
    return Earlier(last.state, money.paid - paid, last.amount, money.spent)


async def _approve(unit: Unit, agreement: Agreement, tranche: Tranche) -> None:
    _check_active(agreement)
    if unit.actor.user_id == tranche.requested_by_id:
        raise Conflict(Problem("tranche", "ANOTHER_PERSON_MUST"))
    await _check_met(unit, tranche)
    tranche.approved_by_id, tranche.approved_at = unit.actor.user_id, unit.started_at


async def _pay(unit: Unit, agreement: Agreement, tranche: Tranche, paid_on: date | None) -> None:
    """Book the payment; the database looks at it once more by itself (M1, M3)."""
    _check_active(agreement)
    await _check_met(unit, tranche)
    if overpays(await money_of(unit, agreement), tranche.amount):
        raise Conflict(Problem("tranche", "ABOVE_COMMITTED"))
    day = paid_on or await today_of(unit, agreement.program_id)
    await check_not_ahead(unit, agreement.program_id, "paid_on", day)
    entry = LedgerEntry(
        agreement_id=agreement.id, kind=EntryKind.DISBURSEMENT, amount=tranche.amount, currency=agreement.currency,
        booked_on=day, tranche_id=tranche.id, recorded_by_id=unit.actor.user_id, recorded_at=unit.started_at,
    )  # fmt: skip
    unit.add(entry)
    # Before the tranche says that it is paid: the database believes it only when the ledger says so.
    await unit.session.flush()
    audit.record(unit, "ledger.book", entry)
    tranche.paid_on = day
