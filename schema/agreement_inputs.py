"""What changes of agreements take, with global ids; amounts as people write them, such as "12500.50"."""

import strawberry

from coord.agreements.codes import (
    AgreementMove,
    BudgetCategory,
    BudgetStatus,
    Comparison,
    ConditionKind,
    ConditionMove,
    EntryKind,
    TrancheKind,
    TrancheMove,
)
from schema import agreement_codes as _codes
from schema.paging import GIVEN
from schema.scalars import UUID, Date

_ = _codes
_KEY = "Made by the caller. The same key and content again gives the first answer again. 由调用方生成；同键同内容返回首次结果。"


@strawberry.input(description="A draft between two parties of a program. 协议草稿。")
class AddAgreementInput:
    """What ``AddAgreement`` takes."""

    idempotency_key: UUID = strawberry.field(description=_KEY)
    program: str
    reference: str
    title: str
    purpose: str
    funder: strawberry.ID
    grantee: strawberry.ID
    committed: str
    starts_on: Date
    ends_on: Date
    currency: str | None = "CNY"
    gift: strawberry.ID | None = GIVEN
    related_party: bool | None = False


@strawberry.input(description="What is to be agreed anew. 协议变更内容。")
class AmendAgreementInput:
    """What ``Amend`` takes."""

    agreement: strawberry.ID
    title: str
    purpose: str
    committed: str
    starts_on: Date
    ends_on: Date
    reason: str | None = GIVEN


@strawberry.input(description="The version that waits. 待批准的版本。")
class ApproveAmendmentInput:
    """What ``ApproveAmendment`` takes."""

    agreement: strawberry.ID
    version: int
    signed_on: Date


@strawberry.input(description="One step of an agreement. 协议的一步操作。")
class MoveAgreementInput:
    """What ``MoveAgreement`` takes."""

    agreement: strawberry.ID
    move: AgreementMove
    signed_on: Date | None = strawberry.field(default=GIVEN, description="With SIGN. 签署时填写。")
    reason: str | None = GIVEN


@strawberry.input(description="Money for one purpose in at most a year. 预算科目。")
class AddBudgetLineInput:
    """What ``AddBudgetLine`` takes."""

    agreement: strawberry.ID
    category: BudgetCategory
    period_start: Date
    period_end: Date
    amount: str
    hospital: strawberry.ID | None = GIVEN
    status: BudgetStatus | None = BudgetStatus.COMMITTED
    replaces: strawberry.ID | None = GIVEN
    reason: str | None = GIVEN


@strawberry.input(description="A part of a line for one place. 预算分配。")
class AllocateBudgetInput:
    """What ``Allocate`` takes: a post or a hospital."""

    line: strawberry.ID
    amount: str
    placement: strawberry.ID | None = GIVEN
    hospital: strawberry.ID | None = GIVEN


@strawberry.input(description="A payment to come. 拨款批次。")
class AddTrancheInput:
    """What ``AddTranche`` takes."""

    agreement: strawberry.ID
    kind: TrancheKind
    amount: str
    due_on: Date


@strawberry.input(description="One step of a tranche. 拨款的一步操作。")
class MoveTrancheInput:
    """What ``MoveTranche`` takes."""

    tranche: strawberry.ID
    move: TrancheMove
    paid_on: Date | None = strawberry.field(default=GIVEN, description="With PAY; today if left out. 拨付日期。")
    reason: str | None = GIVEN


@strawberry.input(description="What a tranche waits for. 拨款条件。")
class AddTrancheConditionInput:
    """What ``AddCondition`` takes; the last five for an indicator."""

    tranche: strawberry.ID
    kind: ConditionKind
    text: str
    due_on: Date | None = GIVEN
    indicator: str | None = GIVEN
    comparison: Comparison | None = GIVEN
    threshold_numerator: int | None = GIVEN
    threshold_denominator: int | None = GIVEN
    period: str | None = GIVEN


@strawberry.input(description="One step of a condition. 条件的一步操作。")
class MoveTrancheConditionInput:
    """What ``MoveCondition`` takes."""

    condition: strawberry.ID
    move: ConditionMove
    evidence: str | None = strawberry.field(default=GIVEN, description="With SUBMIT: where it is. 材料所在。")
    reason: str | None = GIVEN


@strawberry.input(description="Money spent, given back or pledged. 账目。")
class BookLedgerEntryInput:
    """What ``BookEntry`` takes."""

    idempotency_key: UUID = strawberry.field(description=_KEY)
    agreement: strawberry.ID
    kind: EntryKind
    amount: str
    booked_on: Date
    line: strawberry.ID | None = GIVEN
    memo: str | None = GIVEN


@strawberry.input(description="A row that was a mistake. 需冲销的账目。")
class ReverseLedgerEntryInput:
    """What ``ReverseEntry`` takes."""

    entry: strawberry.ID
    reason: str
