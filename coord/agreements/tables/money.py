"""The money of an agreement: budget lines, allocations, tranches, their conditions, and the ledger.

Amounts are whole minor units of the agreement's one currency. The database itself refuses, by triggers of the
migration: more paid than committed, a payment past an open condition, a changed or deleted row of the ledger, an
allocation above its line, a line outside its agreement or longer than a year.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, UniqueConstraint

from coord.agreements.codes import (
    BudgetCategory,
    BudgetRevision,
    BudgetStatus,
    Comparison,
    ConditionKind,
    ConditionState,
    EntryKind,
    TrancheKind,
    TrancheState,
)
from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field


class BudgetLine(Row, table=True):
    """Money for one purpose in at most a year. It is never changed: a revised line replaces it."""

    __tablename__ = "budget_line"
    __table_args__ = (
        UniqueConstraint("replaces_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("period_start < period_end", name="days"),
        CheckConstraint("(revision = 'REVISED') = (replaces_id IS NOT NULL)", name="replaces"),
    )

    agreement_id: UUID = Field(foreign_key="agreement.id", index=True)
    category: BudgetCategory = enum_field(BudgetCategory, "category")
    hospital_id: UUID | None = Field(default=None, foreign_key="organization.id", index=True)
    revision: BudgetRevision = enum_field(BudgetRevision, "revision", default=BudgetRevision.ORIGINAL)
    status: BudgetStatus = enum_field(BudgetStatus, "status", default=BudgetStatus.COMMITTED)
    period_start: date
    period_end: date
    amount: int = Field(sa_type=BigInteger)
    replaces_id: UUID | None = Field(default=None, foreign_key="budget_line.id")
    reason: str | None = Field(default=None, max_length=400)
    recorded_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    recorded_at: datetime = Field(default_factory=now)


class Allocation(Row, table=True):
    """A part of a budget line for one post or one hospital."""

    __tablename__ = "budget_allocation"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(placement_id IS NULL) <> (hospital_id IS NULL)", name="one_place"),
    )

    budget_line_id: UUID = Field(foreign_key="budget_line.id", index=True)
    agreement_id: UUID = Field(foreign_key="agreement.id", index=True)
    placement_id: UUID | None = Field(default=None, foreign_key="placement.id", index=True)
    hospital_id: UUID | None = Field(default=None, foreign_key="organization.id", index=True)
    amount: int = Field(sa_type=BigInteger)
    recorded_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    recorded_at: datetime = Field(default_factory=now)


class Tranche(Row, table=True):
    """A payment to come: who asked for it, who approved it, when it was paid."""

    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> requested_by_id", name="two_people"),
        CheckConstraint("(state = 'PAID') = (paid_on IS NOT NULL)", name="paid_on"),
    )

    agreement_id: UUID = Field(foreign_key="agreement.id")
    number: int
    kind: TrancheKind = enum_field(TrancheKind, "kind")
    amount: int = Field(sa_type=BigInteger)
    due_on: date
    state: TrancheState = enum_field(TrancheState, "state", default=TrancheState.SCHEDULED)
    requested_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    requested_at: datetime | None = None
    approved_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    approved_at: datetime | None = None
    paid_on: date | None = None
    reason: str | None = Field(default=None, max_length=400)


class TrancheCondition(Row, table=True):
    """What has to be there before a tranche is paid: a report, an indicator's value, a document."""

    __tablename__ = "tranche_condition"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> submitted_by_id", name="two_people"),
        CheckConstraint("threshold_denominator > 0", name="threshold"),
        CheckConstraint(
            "(kind = 'INDICATOR') = (indicator IS NOT NULL AND comparison IS NOT NULL AND period IS NOT NULL"
            " AND threshold_numerator IS NOT NULL AND threshold_denominator IS NOT NULL)",
            name="indicator",
        ),
    )

    tranche_id: UUID = Field(foreign_key="tranche.id", index=True)
    agreement_id: UUID = Field(foreign_key="agreement.id", index=True)
    kind: ConditionKind = enum_field(ConditionKind, "kind")
    text: str = Field(max_length=500)
    due_on: date | None = None
    indicator: str | None = Field(default=None, max_length=32)
    comparison: Comparison | None = enum_field(Comparison, "comparison", default=None)
    threshold_numerator: int | None = Field(default=None, sa_type=BigInteger)
    threshold_denominator: int | None = Field(default=None, sa_type=BigInteger)
    period: str | None = Field(default=None, max_length=8)
    state: ConditionState = enum_field(ConditionState, "state", default=ConditionState.OPEN)
    evidence: str | None = Field(default=None, max_length=1000)
    submitted_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    submitted_at: datetime | None = None
    decided_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    decided_at: datetime | None = None
    reason: str | None = Field(default=None, max_length=400)


class LedgerEntry(Row, table=True):
    """A row of the ledger. It is never changed: a mistake is reversed by a further row with the negative amount."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("reverses_id"),
        CheckConstraint(
            "(amount > 0 AND reverses_id IS NULL) OR (amount < 0 AND (reverses_id IS NOT NULL OR kind = 'COMMITMENT'))",
            name="amount",
        ),
        CheckConstraint("kind <> 'DISBURSEMENT' OR tranche_id IS NOT NULL", name="tranche"),
        CheckConstraint("kind <> 'EXPENDITURE' OR budget_line_id IS NOT NULL", name="budget_line"),
        Index("ix_ledger_entry_agreement", "agreement_id", "id"),
    )

    agreement_id: UUID = Field(foreign_key="agreement.id")
    kind: EntryKind = enum_field(EntryKind, "kind")
    amount: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    booked_on: date
    tranche_id: UUID | None = Field(default=None, foreign_key="tranche.id", index=True)
    budget_line_id: UUID | None = Field(default=None, foreign_key="budget_line.id", index=True)
    reverses_id: UUID | None = Field(default=None, foreign_key="ledger_entry.id")
    memo: str | None = Field(default=None, max_length=400)
    recorded_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    recorded_at: datetime = Field(default_factory=now)
