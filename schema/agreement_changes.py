"""Changing agreements through the API: each answers with the agreement as it stands then, or says what is wrong."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from coord.agreements import (
    add_agreement,
    add_budget_line,
    add_condition,
    add_tranche,
    allocate,
    amend,
    approve_amendment,
    book_entry,
    move_agreement,
    move_condition,
    move_tranche,
    reverse_entry,
)
from coord.agreements import inputs as given_as
from coord.agreements.reads import AGREEMENTS, agreement_of
from coord.kernel.inputs import Input
from schema import agreement_inputs as inputs
from schema.agreements import AGREEMENT, Agreement
from schema.errors import Rejected
from schema.inputs import raw
from schema.looking import Info
from schema.rows import Part


@strawberry.type(description="The agreement after the change. 变更后的协议。")
class AgreementChanged:
    """The answer to a change."""

    agreement: Agreement


AgreementResult = Annotated[AgreementChanged | Rejected, strawberry.union("AgreementResult")]
_IDS = {
    "agreement": "Agreement", "tranche": "Tranche", "condition": "TrancheCondition", "entry": "LedgerEntry",
    "line": "BudgetLine", "replaces": "BudgetLine", "placement": "Placement", "hospital": "Organization",
    "funder": "Organization", "grantee": "Organization", "gift": "SponsorGift",
}  # fmt: skip
Act = Callable[[Any, Any], Awaitable[Any]]


def _change(of: type, model: type[Input], act: Act, does: str) -> Any:
    """A mutation: the input parsed by its area, one action, the agreement read again."""

    async def change(
        info: Info,
        given_input: Annotated[of, strawberry.argument(name="input")],  # type: ignore[valid-type]
    ) -> AgreementResult:
        unit, parsed = info.context.unit, model.parse(raw(given_input, _IDS))
        made = await act(unit, parsed)
        key = await agreement_of(unit, getattr(parsed, "agreement", None) or made)
        row: Any = Part(await AGREEMENTS.one(unit, info.wanted(AGREEMENT, "agreement"), key), "", AGREEMENT)
        return AgreementChanged(agreement=row)

    return strawberry.field(resolver=change, description=does)


ADD = _change(inputs.AddAgreementInput, given_as.AddAgreement, add_agreement, "Draft an agreement. 起草协议。")
AMEND = _change(
    inputs.AmendAgreementInput,
    given_as.Amend,
    amend,
    "Write a draft again, or propose an amendment. 修改草稿或提出变更。",
)
APPROVE_AMENDMENT = _change(
    inputs.ApproveAmendmentInput, given_as.ApproveAmendment, approve_amendment,
    "By another person than who proposed it. 由另一人批准变更。",
)  # fmt: skip
MOVE = _change(
    inputs.MoveAgreementInput, given_as.MoveAgreement, move_agreement, "Submit, sign, activate, close … 协议状态操作。"
)
ADD_LINE = _change(
    inputs.AddBudgetLineInput, given_as.AddBudgetLine, add_budget_line, "A line, or a revised one. 添加或调整预算科目。"
)
ALLOCATE = _change(
    inputs.AllocateBudgetInput, given_as.Allocate, allocate, "For one post or one hospital. 分配到岗位或医院。"
)
ADD_TRANCHE = _change(inputs.AddTrancheInput, given_as.AddTranche, add_tranche, "Schedule a payment. 添加拨款批次。")
MOVE_TRANCHE = _change(
    inputs.MoveTrancheInput, given_as.MoveTranche, move_tranche,
    "Request, approve, pay … Never past a condition, never above what is committed. 拨款操作。",
)  # fmt: skip
ADD_CONDITION = _change(
    inputs.AddTrancheConditionInput, given_as.AddCondition, add_condition, "What a tranche waits for. 添加拨款条件。"
)
MOVE_CONDITION = _change(
    inputs.MoveTrancheConditionInput, given_as.MoveCondition, move_condition, "Hand in, accept, waive … 拨款条件操作。"
)
BOOK = _change(
    inputs.BookLedgerEntryInput, given_as.BookEntry, book_entry, "Spent, given back, or pledged. 登记支出、退回或意向。"
)
REVERSE = _change(
    inputs.ReverseLedgerEntryInput, given_as.ReverseEntry, reverse_entry, "By a further row. 以新增账目冲销。"
)
