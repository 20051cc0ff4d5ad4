"""What people say about gifts, agreements and their money. Amounts are typed as people write them."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from coord.agreements.codes import (
    AgreementMove,
    AgreementState,
    BudgetCategory,
    BudgetStatus,
    Comparison,
    ConditionKind,
    ConditionMove,
    DisclosureKind,
    EntryKind,
    GiftKind,
    TrancheKind,
    TrancheMove,
)
from coord.kernel.inputs import Blank, Day, Input, Line, Prose, Whole, refuse
from coord.kernel.money import DIGITS
from coord.results.inputs import Code, Quarter

MOST_REASON, MOST_TEXT = 400, 1000
Program = Annotated[Line, Field(min_length=1, max_length=32)]
Amount = Annotated[Line, Field(min_length=1, max_length=24)]
Title = Annotated[Line, Prose, Field(min_length=1, max_length=200)]
Text = Annotated[str, Prose, Field(min_length=1, max_length=MOST_TEXT)]
Reason = Annotated[Annotated[str, Prose, Field(max_length=MOST_REASON)] | None, Blank]


def _currency(value: str) -> str:
    if value not in DIGITS:
        raise refuse("NOT_A_CHOICE")
    return value


Currency = Annotated[Line, AfterValidator(_currency)]


class RecordGift(Input):
    """What a sponsor gave: money, or goods and hours with their worth."""

    idempotency_key: UUID
    program: Program
    sponsor: UUID
    kind: GiftKind
    title: Title
    purpose: Annotated[str, Prose, Field(min_length=1, max_length=500)]
    goods: Annotated[Annotated[str, Prose, Field(max_length=500)] | None, Blank] = None
    amount: Amount
    currency: Currency = "CNY"
    received_on: Day
    related_party: bool = False


class AddAgreement(Input):
    """A draft of an agreement between two parties of a program."""

    idempotency_key: UUID
    program: Program
    reference: Annotated[Line, Field(min_length=1, max_length=40)]
    title: Title
    purpose: Text
    funder: UUID
    grantee: UUID
    gift: Annotated[UUID | None, Blank] = None
    committed: Amount
    currency: Currency = "CNY"
    starts_on: Day
    ends_on: Day
    related_party: bool = False


class Amend(Input):
    """What is to be agreed anew; in a draft the first version is written again, later a further one with a reason."""

    agreement: UUID
    title: Title
    purpose: Text
    committed: Amount
    starts_on: Day
    ends_on: Day
    reason: Reason = None


class ApproveAmendment(Input):
    """Approve the version that waits."""

    agreement: UUID
    version: Annotated[Whole, Field(ge=2)]
    signed_on: Day


class MoveAgreement(Input):
    """Move an agreement on; ``signed_on`` with SIGN."""

    agreement: UUID
    move: AgreementMove
    signed_on: Annotated[Day | None, Blank] = None
    reason: Reason = None


class AddBudgetLine(Input):
    """Money for one purpose in at most a year; with ``replaces`` a revised line, then with a reason."""

    agreement: UUID
    category: BudgetCategory
    hospital: Annotated[UUID | None, Blank] = None
    status: BudgetStatus = BudgetStatus.COMMITTED
    period_start: Day
    period_end: Day
    amount: Amount
    replaces: Annotated[UUID | None, Blank] = None
    reason: Reason = None


class Allocate(Input):
    """A part of a budget line for one post or one hospital."""

    line: UUID
    placement: Annotated[UUID | None, Blank] = None
    hospital: Annotated[UUID | None, Blank] = None
    amount: Amount


class AddTranche(Input):
    """A payment to come."""

    agreement: UUID
    kind: TrancheKind
    amount: Amount
    due_on: Day


class MoveTranche(Input):
    """Move a tranche on; ``paid_on`` with PAY, else today."""

    tranche: UUID
    move: TrancheMove
    paid_on: Annotated[Day | None, Blank] = None
    reason: Reason = None


class AddCondition(Input):
    """What a tranche waits for; an indicator's value with its quarter and threshold (46 of 100)."""

    tranche: UUID
    kind: ConditionKind
    text: Annotated[str, Prose, Field(min_length=1, max_length=500)]
    due_on: Annotated[Day | None, Blank] = None
    indicator: Annotated[Code | None, Blank] = None
    comparison: Annotated[Comparison | None, Blank] = None
    threshold_numerator: Annotated[Annotated[Whole, Field(ge=0, le=10**12)] | None, Blank] = None
    threshold_denominator: Annotated[Annotated[Whole, Field(ge=1, le=10**12)] | None, Blank] = None
    period: Annotated[Quarter | None, Blank] = None


class MoveCondition(Input):
    """Hand in, accept, reject, waive or reopen a condition; ``evidence`` says where the report or document is."""

    condition: UUID
    move: ConditionMove
    evidence: Annotated[Annotated[str, Prose, Field(max_length=MOST_TEXT)] | None, Blank] = None
    reason: Reason = None


class BookEntry(Input):
    """Money spent by the grantee, or given back. Pledges and payments are booked by what causes them."""

    idempotency_key: UUID
    agreement: UUID
    kind: EntryKind
    amount: Amount
    booked_on: Day
    line: Annotated[UUID | None, Blank] = None
    memo: Reason = None


class ReverseEntry(Input):
    """Take a row of the ledger back by a further one."""

    entry: UUID
    reason: Annotated[str, Prose, Field(min_length=1, max_length=MOST_REASON)]


class RecordDisclosure(Input):
    """That something was published, where and when."""

    program: Program
    kind: DisclosureKind
    agreement: Annotated[UUID | None, Blank] = None
    gift: Annotated[UUID | None, Blank] = None
    published_on: Day
    link: Annotated[Line, Field(min_length=8, max_length=300, pattern=r"^https?://[^\s]+$")]


class AgreementFilter(Input):
    """Which agreements; every field narrows."""

    program: Annotated[Program | None, Blank] = None
    state: tuple[AgreementState, ...] = ()
