"""The roots of questions and changes about agreements, their money, and results."""

import strawberry

from coord.agreements.reads import AGREEMENTS, ENTRIES
from schema import agreement_changes
from schema import agreements as agreements_door
from schema import results as results_door
from schema.nodes import Source

MONEY_SOURCES = (Source(AGREEMENTS, agreements_door.AGREEMENT), Source(ENTRIES, agreements_door.ENTRY))


@strawberry.type
class MoneyQuery:
    """What can be asked."""

    agreements: agreements_door.AgreementConnection = agreements_door.AGREEMENTS_FIELD
    results: list[results_door.Result] = results_door.RESULTS


@strawberry.type
class MoneyMutation:
    """What can be changed."""

    add_agreement = agreement_changes.ADD
    amend_agreement = agreement_changes.AMEND
    approve_amendment = agreement_changes.APPROVE_AMENDMENT
    move_agreement = agreement_changes.MOVE
    add_budget_line = agreement_changes.ADD_LINE
    allocate_budget = agreement_changes.ALLOCATE
    add_tranche = agreement_changes.ADD_TRANCHE
    move_tranche = agreement_changes.MOVE_TRANCHE
    add_tranche_condition = agreement_changes.ADD_CONDITION
    move_tranche_condition = agreement_changes.MOVE_CONDITION
    book_ledger_entry = agreement_changes.BOOK
    reverse_ledger_entry = agreement_changes.REVERSE
    define_indicator = results_door.DEFINE
    set_baseline = results_door.BASELINE
    set_target = results_door.TARGET
    take_actuals = results_door.TAKE
