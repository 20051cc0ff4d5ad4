"""The tables of agreements: the parties and what they agreed, and the money."""

from coord.agreements.tables.money import Allocation, BudgetLine, LedgerEntry, Tranche, TrancheCondition
from coord.agreements.tables.parties import Agreement, AgreementVersion, Disclosure, Gift

__all__ = [
    "Agreement",
    "AgreementVersion",
    "Allocation",
    "BudgetLine",
    "Disclosure",
    "Gift",
    "LedgerEntry",
    "Tranche",
    "TrancheCondition",
]
