"""What the database refuses of the money of agreements, whoever asks and however (invariants M1 to M7)."""

from collections.abc import Sequence

from coord.migrations.guards import Guard

_PAID = "CASE kind WHEN 'DISBURSEMENT' THEN amount WHEN 'REFUND' THEN -amount ELSE 0 END"
_EFFECT = "(CASE NEW.kind WHEN 'DISBURSEMENT' THEN NEW.amount WHEN 'REFUND' THEN -NEW.amount ELSE 0 END)"
_AFTER = f"(SELECT coalesce(sum({_PAID}), 0) FROM ledger_entry WHERE agreement_id = NEW.agreement_id) + {_EFFECT}"
_COMMITTED = (
    "(SELECT v.committed FROM agreement_version v JOIN agreement a ON a.id = v.agreement_id AND a.version = v.version "
    "WHERE a.id = NEW.agreement_id)"
)
_OPEN = "EXISTS (SELECT 1 FROM tranche_condition WHERE tranche_id = {tranche} AND state NOT IN ('ACCEPTED', 'WAIVED'))"
_PAYS = "NEW.kind = 'DISBURSEMENT' AND NEW.amount > 0"
_SAME = "agreement_id = NEW.agreement_id"
_AGREEMENT = "NEW.agreement_id"


def _stays(table: str, what: str) -> Sequence[Guard]:
    message = f"{what} is added, never changed"
    return [Guard(table, event, message, "1 = 1") for event in ("UPDATE", "DELETE")]


_LEDGER: Sequence[Guard] = (
    *_stays("ledger_entry", "a row of the ledger"),
    Guard("ledger_entry", "INSERT", "another currency than the agreement",
          f"NEW.currency <> (SELECT currency FROM agreement WHERE id = {_AGREEMENT})", _AGREEMENT),
    Guard("ledger_entry", "INSERT", "paid above committed", f"{_EFFECT} > 0 AND {_AFTER} > {_COMMITTED}", _AGREEMENT),
    Guard("ledger_entry", "INSERT", "more given back than paid", f"{_EFFECT} < 0 AND {_AFTER} < 0", _AGREEMENT),
    Guard("ledger_entry", "INSERT", "no approved tranche of an active agreement",
          f"{_PAYS} AND NOT EXISTS (SELECT 1 FROM tranche t JOIN agreement a ON a.id = t.agreement_id "
          f"WHERE t.id = NEW.tranche_id AND a.id = {_AGREEMENT} AND t.state = 'APPROVED' AND a.state = 'ACTIVE')",
          _AGREEMENT),
    Guard("ledger_entry", "INSERT", "a condition of the tranche is open",
          f"{_PAYS} AND {_OPEN.format(tranche='NEW.tranche_id')}", _AGREEMENT),
    Guard("ledger_entry", "INSERT", "a tranche is paid once",
          f"{_PAYS} AND (SELECT coalesce(sum(amount), 0) FROM ledger_entry WHERE tranche_id = NEW.tranche_id) "
          "+ NEW.amount > (SELECT amount FROM tranche WHERE id = NEW.tranche_id)", _AGREEMENT),
    Guard("ledger_entry", "INSERT", "a reversal takes one whole row back",
          "NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.id = NEW.reverses_id "
          f"AND r.{_SAME} AND r.kind = NEW.kind AND r.amount = -NEW.amount AND r.reverses_id IS NULL)", _AGREEMENT),
    Guard("ledger_entry", "INSERT", "a budget line of another agreement",
          "NEW.budget_line_id IS NOT NULL AND NOT EXISTS "
          f"(SELECT 1 FROM budget_line WHERE id = NEW.budget_line_id AND {_SAME})", _AGREEMENT),
    Guard("ledger_entry", "INSERT", "spent above the budget line",
          "NEW.kind = 'EXPENDITURE' AND NEW.amount > 0 AND (SELECT coalesce(sum(amount), 0) FROM ledger_entry "
          "WHERE budget_line_id = NEW.budget_line_id) + NEW.amount "
          "> (SELECT amount FROM budget_line WHERE id = NEW.budget_line_id)", _AGREEMENT),
)  # fmt: skip
_TRANCHES: Sequence[Guard] = (
    Guard("tranche", "DELETE", "a tranche is canceled, never deleted", "1 = 1"),
    Guard("tranche", "INSERT", "a tranche begins scheduled", "NEW.state <> 'SCHEDULED'"),
    Guard("tranche", "UPDATE", "a tranche stays what it was",
          "NEW.agreement_id <> OLD.agreement_id OR NEW.amount <> OLD.amount OR NEW.number <> OLD.number"),
    Guard("tranche", "UPDATE", "a condition of the tranche is open",
          "NEW.state IN ('CONDITIONS_MET', 'APPROVED', 'PAID') AND NEW.state <> OLD.state "
          f"AND {_OPEN.format(tranche='NEW.id')}", _AGREEMENT),
    Guard("tranche", "UPDATE", "a tranche is approved by somebody",
          "NEW.state IN ('APPROVED', 'PAID') AND (NEW.approved_by_id IS NULL OR NEW.requested_by_id IS NULL)"),
    Guard("tranche", "UPDATE", "a tranche is paid by the ledger",
          "(NEW.state = 'PAID') <> (OLD.state = 'PAID') AND (NEW.state = 'PAID') <> "
          "((SELECT coalesce(sum(amount), 0) FROM ledger_entry WHERE tranche_id = NEW.id AND kind = 'DISBURSEMENT') "
          "= NEW.amount)", _AGREEMENT),
    Guard("tranche_condition", "DELETE", "a condition is waived, never deleted", "1 = 1"),
    Guard("tranche_condition", "INSERT", "the tranche has been asked for",
          "(SELECT state FROM tranche WHERE id = NEW.tranche_id) <> 'SCHEDULED'", _AGREEMENT),
    Guard("tranche_condition", "UPDATE", "the tranche is approved",
          "NEW.state NOT IN ('ACCEPTED', 'WAIVED') AND "
          "(SELECT state FROM tranche WHERE id = NEW.tranche_id) IN ('APPROVED', 'PAID')", _AGREEMENT),
    Guard("tranche_condition", "UPDATE", "a condition stays what it was",
          "NEW.tranche_id <> OLD.tranche_id OR NEW.kind <> OLD.kind OR NEW.text <> OLD.text"),
)  # fmt: skip
_BUDGETS: Sequence[Guard] = (
    *_stays("budget_line", "a budget line"),
    *_stays("budget_allocation", "an allocation"),
    Guard("budget_line", "INSERT", "a budget line of more than a year",
          "NEW.period_end >= date(NEW.period_start, '+1 year')",
          postgresql="NEW.period_end >= NEW.period_start + interval '1 year'"),
    Guard("budget_line", "INSERT", "a budget line outside its agreement",
          "EXISTS (SELECT 1 FROM agreement_version v JOIN agreement a ON a.id = v.agreement_id AND a.version = v.version "
          f"WHERE a.id = {_AGREEMENT} AND (NEW.period_start < v.starts_on OR NEW.period_end > v.ends_on))", _AGREEMENT),
    Guard("budget_allocation", "INSERT", "allocated above the budget line",
          "(SELECT coalesce(sum(amount), 0) FROM budget_allocation WHERE budget_line_id = NEW.budget_line_id) + NEW.amount "
          "> (SELECT amount FROM budget_line WHERE id = NEW.budget_line_id)", _AGREEMENT),
)  # fmt: skip
_VERSIONS: Sequence[Guard] = (
    Guard("agreement", "DELETE", "an agreement is ended, never deleted", "1 = 1"),
    Guard("agreement_version", "DELETE", "a version stays on record", "1 = 1"),
    Guard("agreement_version", "UPDATE", "an approved version never changes", "OLD.approved_at IS NOT NULL"),
    Guard("agreement", "UPDATE", "a version that nobody approved",
          "NEW.version <> OLD.version AND NOT EXISTS (SELECT 1 FROM agreement_version "
          "WHERE agreement_id = NEW.id AND version = NEW.version AND approved_at IS NOT NULL)", "NEW.id"),
    Guard("agreement", "UPDATE", "committed below paid",
          "NEW.version <> OLD.version AND (SELECT committed FROM agreement_version WHERE agreement_id = NEW.id "
          f"AND version = NEW.version) < (SELECT coalesce(sum({_PAID}), 0) FROM ledger_entry "
          "WHERE agreement_id = NEW.id)", "NEW.id"),
    Guard("agreement", "UPDATE", "the parties and the currency stay",
          "NEW.program_id <> OLD.program_id OR NEW.funder_id <> OLD.funder_id OR NEW.grantee_id <> OLD.grantee_id "
          "OR NEW.currency <> OLD.currency"),
)  # fmt: skip
GUARDS: Sequence[Guard] = (*_LEDGER, *_TRANCHES, *_BUDGETS, *_VERSIONS)
