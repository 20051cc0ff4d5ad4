"""The codes of agreements as enums of the API; whoever uses one in a type imports this first."""

import strawberry

from coord.agreements.codes import (
    AgreementMove,
    AgreementState,
    BudgetCategory,
    BudgetRevision,
    BudgetStatus,
    Comparison,
    ConditionKind,
    ConditionMove,
    ConditionState,
    EntryKind,
    TrancheKind,
    TrancheMove,
    TrancheState,
)

for _enum, _meaning in (
    (AgreementMove, "What can be done with an agreement. 协议操作。"),
    (AgreementState, "How far an agreement is. 协议状态。"),
    (BudgetCategory, "What money is for. 预算类别。"),
    (BudgetRevision, "As first agreed, or revised. 原预算或调整后。"),
    (BudgetStatus, "How binding a line is. 预算的确定程度。"),
    (Comparison, "How a figure is held against a threshold. 比较方式。"),
    (ConditionKind, "What a payment waits for. 条件类型。"),
    (ConditionMove, "What can be done with a condition. 条件操作。"),
    (ConditionState, "How far a condition is. 条件状态。"),
    (EntryKind, "What a row of the ledger is. 账目类型。"),
    (TrancheKind, "Which payment it is. 拨款类型。"),
    (TrancheMove, "What can be done with a tranche. 拨款操作。"),
    (TrancheState, "How far a tranche is. 拨款状态。"),
):
    strawberry.enum(_enum, description=_meaning)
