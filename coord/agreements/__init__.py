"""Agreements and their money: gifts, versions, budgets, tranches with conditions, the ledger, legal disclosures."""

from coord.agreements import access as _access
from coord.agreements.book import agreement_book
from coord.agreements.booking import book_entry, reverse_entry
from coord.agreements.budgeting import add_budget_line, allocate
from coord.agreements.conditions import add_condition, move_condition
from coord.agreements.disclosing import record_disclosure
from coord.agreements.drafting import add_agreement, amend, approve_amendment, move_agreement, record_gift
from coord.agreements.paying import add_tranche, move_tranche

__all__ = [
    "add_agreement",
    "add_budget_line",
    "add_condition",
    "add_tranche",
    "agreement_book",
    "allocate",
    "amend",
    "approve_amendment",
    "book_entry",
    "move_agreement",
    "move_condition",
    "move_tranche",
    "record_disclosure",
    "record_gift",
    "reverse_entry",
]
_ = _access
