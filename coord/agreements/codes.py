"""Codes of gifts, agreements, budgets, tranches, conditions and the ledger."""

from enum import StrEnum


class GiftKind(StrEnum):
    """What a sponsor gives."""

    GRANT = "GRANT"
    RESTRICTED_DONATION = "RESTRICTED_DONATION"
    IN_KIND = "IN_KIND"


class AgreementState(StrEnum):
    """How far an agreement is."""

    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    SIGNED = "SIGNED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"
    TERMINATED = "TERMINATED"


class AgreementMove(StrEnum):
    """What can be done with an agreement."""

    SUBMIT = "SUBMIT"
    RETURN = "RETURN"
    SIGN = "SIGN"
    ACTIVATE = "ACTIVATE"
    SUSPEND = "SUSPEND"
    RESUME = "RESUME"
    CLOSE = "CLOSE"
    TERMINATE = "TERMINATE"


class BudgetCategory(StrEnum):
    """What money is for."""

    POST = "POST"
    SUPERVISION = "SUPERVISION"
    TRAINING = "TRAINING"
    ACTIVITIES = "ACTIVITIES"
    EVALUATION = "EVALUATION"
    PUBLICITY = "PUBLICITY"
    ADMINISTRATION = "ADMINISTRATION"


class BudgetRevision(StrEnum):
    """Whether a line is as first agreed (IATI budget type 1, 2)."""

    ORIGINAL = "ORIGINAL"
    REVISED = "REVISED"


class BudgetStatus(StrEnum):
    """How binding a line is (IATI budget status 1, 2)."""

    INDICATIVE = "INDICATIVE"
    COMMITTED = "COMMITTED"


class TrancheKind(StrEnum):
    """Which payment it is."""

    INITIAL = "INITIAL"
    INTERIM = "INTERIM"
    AMENDMENT = "AMENDMENT"
    FINAL = "FINAL"


class TrancheState(StrEnum):
    """How far a tranche is."""

    SCHEDULED = "SCHEDULED"
    CONDITIONS_MET = "CONDITIONS_MET"
    APPROVED = "APPROVED"
    PAID = "PAID"
    WITHHELD = "WITHHELD"
    CANCELED = "CANCELED"


class TrancheMove(StrEnum):
    """What can be done with a tranche. REQUEST: ask for payment, its conditions being met."""

    REQUEST = "REQUEST"
    APPROVE = "APPROVE"
    PAY = "PAY"
    WITHHOLD = "WITHHOLD"
    RESUME = "RESUME"
    CANCEL = "CANCEL"


class ConditionKind(StrEnum):
    """What a payment waits for."""

    REPORT = "REPORT"
    INDICATOR = "INDICATOR"
    DOCUMENT = "DOCUMENT"


class ConditionState(StrEnum):
    """How far a condition is."""

    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    WAIVED = "WAIVED"


class ConditionMove(StrEnum):
    """What can be done with a condition."""

    SUBMIT = "SUBMIT"
    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    WAIVE = "WAIVE"
    REOPEN = "REOPEN"


class Comparison(StrEnum):
    """How an indicator is held against a threshold."""

    AT_LEAST = "AT_LEAST"
    AT_MOST = "AT_MOST"


class EntryKind(StrEnum):
    """What a row of the ledger is (IATI transactions of the payer: 12, 2, 3, 4; a refund is a negative 3)."""

    PLEDGE = "PLEDGE"
    COMMITMENT = "COMMITMENT"
    DISBURSEMENT = "DISBURSEMENT"
    EXPENDITURE = "EXPENDITURE"
    REFUND = "REFUND"


class DisclosureKind(StrEnum):
    """What the law wants published."""

    PROGRESS = "PROGRESS"
    FINAL = "FINAL"
    RELATED_PARTY = "RELATED_PARTY"
