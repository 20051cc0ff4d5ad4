"""Budget lines and what of them is for which post or hospital."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord import audit
from coord.agreements.codes import BudgetRevision
from coord.agreements.inputs import AddBudgetLine, Allocate
from coord.agreements.locking import locked, version_of, with_agreement
from coord.agreements.machine import BEFORE_SIGNATURE, RUNNING
from coord.agreements.tables import Agreement, Allocation, BudgetLine, LedgerEntry
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.money import minor_units
from coord.kernel.sql import select
from coord.kernel.workdays import same_month_day_after
from coord.placements.tables import Placement
from coord.programs import take_part
from coord.work import Unit, action

_YEAR = 12


@action("agreement.manage")
async def add_budget_line(unit: Unit, given: AddBudgetLine) -> UUID:
    """Budget money for a purpose; with ``replaces`` in place of an earlier line, which stays on record.

    Raises ``Invalid`` for days outside the agreement or beyond a year, ``Conflict`` where a revised line would hold
    less than is allocated or spent, and when the line to be replaced has been replaced already.
    """
    agreement = await locked(unit, given.agreement)
    _check_open(agreement)
    await _check_days(unit, agreement, given)
    amount = minor_units("amount", given.amount, agreement.currency)
    if given.hospital is not None and not await take_part(unit, [given.hospital], agreement.program_id):
        raise Invalid(Problem("hospital", "NO_SUCH_ORGANIZATION"))
    earlier = None if given.replaces is None else await _replaced(unit, agreement, given, amount)
    row = BudgetLine(
        agreement_id=agreement.id, category=given.category, hospital_id=given.hospital, status=given.status,
        revision=BudgetRevision.ORIGINAL if earlier is None else BudgetRevision.REVISED,
        period_start=given.period_start, period_end=given.period_end, amount=amount,
        replaces_id=given.replaces, reason=given.reason, recorded_by_id=unit.actor.user_id,
        recorded_at=unit.started_at,
    )  # fmt: skip
    unit.add(row)
    await unit.session.flush()
    if earlier is not None:
        await _carry_over(unit, earlier, row)
    audit.record(unit, "budget.add_line", row, reason=given.reason)
    return row.id


def _check_open(agreement: Agreement) -> None:
    if agreement.state not in RUNNING | BEFORE_SIGNATURE:
        raise Conflict(Problem("agreement", "AGREEMENT_NOT_IN_STATE", {"state": f"agreement_state.{agreement.state}"}))


async def _check_days(unit: Unit, agreement: Agreement, given: AddBudgetLine) -> None:
    if given.period_end <= given.period_start:
        raise Invalid(Problem("period_end", "ENDS_BEFORE_START"))
    if given.period_end >= same_month_day_after(given.period_start, _YEAR):
        raise Invalid(Problem("period_end", "LONGER_THAN_A_YEAR"))
    version = await version_of(unit, agreement)
    if given.period_start < version.starts_on or given.period_end > version.ends_on:
        raise Invalid(Problem("period_start", "OUTSIDE_AGREEMENT"))


async def _replaced(unit: Unit, agreement: Agreement, given: AddBudgetLine, amount: int) -> BudgetLine:
    if given.reason is None:
        raise Invalid(Problem("reason", "REQUIRED"))
    line = None if given.replaces is None else await unit.session.get(BudgetLine, given.replaces)
    if line is None or line.agreement_id != agreement.id:
        raise Invalid(Problem("replaces", "NO_SUCH_LINE"))
    if await is_replaced(unit, line.id):
        raise Conflict(Problem("replaces", "LINE_REPLACED"))
    if amount < max(await allocated(unit, line.id), await spent_on(unit, line.id)):
        raise Conflict(Problem("amount", "LINE_TOO_SMALL"))
    return line


async def _carry_over(unit: Unit, earlier: BudgetLine, row: BudgetLine) -> None:
    """What was allocated of the earlier line is allocated of the new one."""
    held = await unit.scalars(select(Allocation).where(col(Allocation.budget_line_id) == earlier.id))
    for one in held:
        unit.add(
            Allocation(
                budget_line_id=row.id, agreement_id=row.agreement_id, placement_id=one.placement_id,
                hospital_id=one.hospital_id, amount=one.amount, recorded_by_id=unit.actor.user_id,
                recorded_at=unit.started_at,
            )
        )  # fmt: skip


async def is_replaced(unit: Unit, line_id: UUID) -> bool:
    """Whether a revised line stands in place of this one."""
    return bool(await unit.count(select(BudgetLine.id).where(col(BudgetLine.replaces_id) == line_id)))


async def allocated(unit: Unit, line_id: UUID) -> int:
    """How much of a line is for somebody."""
    statement = select(func.coalesce(func.sum(Allocation.amount), 0))
    return int(await unit.scalar(statement.where(col(Allocation.budget_line_id) == line_id)))


async def chain_of(unit: Unit, line_id: UUID) -> list[UUID]:
    """A line and those that it replaced: what was spent on any of them counts against the last."""
    found, here = [line_id], line_id
    while True:
        earlier = await unit.scalar(select(BudgetLine.replaces_id).where(col(BudgetLine.id) == here))
        if earlier is None:
            return found
        found.append(earlier)
        here = earlier


async def spent_on(unit: Unit, line_id: UUID) -> int:
    """How much was spent on a line and those that it replaced."""
    statement = select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(
        col(LedgerEntry.budget_line_id).in_(await chain_of(unit, line_id))
    )
    return int(await unit.scalar(statement))


@action("agreement.manage")
async def allocate(unit: Unit, given: Allocate) -> UUID:
    """Give a part of a line to one post or one hospital (M2).

    Raises ``Invalid`` unless exactly one place of the program is named, ``Conflict`` above the line's amount and for a
    line that was replaced.
    """
    line, agreement = await with_agreement(unit, BudgetLine, given.line)
    _check_open(agreement)
    if (given.placement is None) == (given.hospital is None):
        raise Invalid(Problem("hospital", "ONE_PLACE"))
    await _check_place(unit, agreement, given)
    amount = minor_units("amount", given.amount, agreement.currency)
    if await is_replaced(unit, line.id):
        raise Conflict(Problem("line", "LINE_REPLACED"))
    if await allocated(unit, line.id) + amount > line.amount:
        raise Conflict(Problem("amount", "ABOVE_LINE"))
    row = Allocation(
        budget_line_id=line.id, agreement_id=agreement.id, placement_id=given.placement, hospital_id=given.hospital,
        amount=amount, recorded_by_id=unit.actor.user_id, recorded_at=unit.started_at,
    )  # fmt: skip
    unit.add(row)
    audit.record(unit, "budget.allocate", row)
    return row.id


async def _check_place(unit: Unit, agreement: Agreement, given: Allocate) -> None:
    if given.hospital is not None:
        if not await take_part(unit, [given.hospital], agreement.program_id):
            raise Invalid(Problem("hospital", "NO_SUCH_ORGANIZATION"))
        return
    post = None if given.placement is None else await unit.session.get(Placement, given.placement)
    if post is None or post.program_id != agreement.program_id:
        raise Invalid(Problem("placement", "NO_SUCH_POST"))
