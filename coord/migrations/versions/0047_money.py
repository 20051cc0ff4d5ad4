"""Budget lines, allocations, tranches, conditions, the ledger, and what the database itself refuses of them."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from coord.migrations.guards import guard, unguard
from coord.migrations.money_guards import GUARDS

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_text = sqlmodel.sql.sqltypes.AutoString


def _choice(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _budget_line() -> None:
    op.create_table('budget_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('agreement_id', sa.Uuid(), nullable=False),
    sa.Column('category', _choice('category', 'POST', 'SUPERVISION', 'TRAINING', 'ACTIVITIES', 'EVALUATION', 'PUBLICITY', 'ADMINISTRATION'), nullable=False),
    sa.Column('hospital_id', sa.Uuid(), nullable=True),
    sa.Column('revision', _choice('revision', 'ORIGINAL', 'REVISED'), nullable=False),
    sa.Column('status', _choice('status', 'INDICATIVE', 'COMMITTED'), nullable=False),
    sa.Column('period_start', sa.Date(), nullable=False),
    sa.Column('period_end', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('replaces_id', sa.Uuid(), nullable=True),
    sa.Column('reason', _text(length=400), nullable=True),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', _moment(), nullable=False),
    sa.CheckConstraint("(revision = 'REVISED') = (replaces_id IS NOT NULL)", name=op.f('ck_budget_line_replaces')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_budget_line_amount')),
    sa.CheckConstraint('period_start < period_end', name=op.f('ck_budget_line_days')),
    _refers("budget_line", "agreement_id", "agreement"),
    _refers("budget_line", "hospital_id", "organization"),
    _refers("budget_line", "recorded_by_id", "app_user"),
    _refers("budget_line", "replaces_id", "budget_line"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_line')),
    sa.UniqueConstraint('replaces_id', name=op.f('uq_budget_line_replaces_id'))
    )
    op.create_index(op.f('ix_budget_line_agreement_id'), 'budget_line', ['agreement_id'])
    op.create_index(op.f('ix_budget_line_hospital_id'), 'budget_line', ['hospital_id'])


def _budget_allocation() -> None:
    op.create_table('budget_allocation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('budget_line_id', sa.Uuid(), nullable=False),
    sa.Column('agreement_id', sa.Uuid(), nullable=False),
    sa.Column('placement_id', sa.Uuid(), nullable=True),
    sa.Column('hospital_id', sa.Uuid(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', _moment(), nullable=False),
    sa.CheckConstraint('(placement_id IS NULL) <> (hospital_id IS NULL)', name=op.f('ck_budget_allocation_one_place')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_budget_allocation_amount')),
    _refers("budget_allocation", "agreement_id", "agreement"),
    _refers("budget_allocation", "budget_line_id", "budget_line"),
    _refers("budget_allocation", "hospital_id", "organization"),
    _refers("budget_allocation", "placement_id", "placement"),
    _refers("budget_allocation", "recorded_by_id", "app_user"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_allocation'))
    )
    op.create_index(op.f('ix_budget_allocation_agreement_id'), 'budget_allocation', ['agreement_id'])
    op.create_index(op.f('ix_budget_allocation_budget_line_id'), 'budget_allocation', ['budget_line_id'])
    op.create_index(op.f('ix_budget_allocation_hospital_id'), 'budget_allocation', ['hospital_id'])
    op.create_index(op.f('ix_budget_allocation_placement_id'), 'budget_allocation', ['placement_id'])


def _tranche() -> None:
    op.create_table('tranche',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('agreement_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', _choice('kind', 'INITIAL', 'INTERIM', 'AMENDMENT', 'FINAL'), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', _choice('state', 'SCHEDULED', 'CONDITIONS_MET', 'APPROVED', 'PAID', 'WITHHELD', 'CANCELED'), nullable=False),
    sa.Column('requested_by_id', sa.Uuid(), nullable=True),
    sa.Column('requested_at', _moment(), nullable=True),
    sa.Column('approved_by_id', sa.Uuid(), nullable=True),
    sa.Column('approved_at', _moment(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('reason', _text(length=400), nullable=True),
    sa.CheckConstraint("(state = 'PAID') = (paid_on IS NOT NULL)", name=op.f('ck_tranche_paid_on')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_tranche_amount')),
    sa.CheckConstraint('approved_by_id IS NULL OR approved_by_id <> requested_by_id', name=op.f('ck_tranche_two_people')),
    sa.CheckConstraint('number >= 1', name=op.f('ck_tranche_number')),
    _refers("tranche", "agreement_id", "agreement"),
    _refers("tranche", "approved_by_id", "app_user"),
    _refers("tranche", "requested_by_id", "app_user"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tranche')),
    sa.UniqueConstraint('agreement_id', 'number', name=op.f('uq_tranche_agreement_id_number'))
    )


def _tranche_condition() -> None:
    op.create_table('tranche_condition',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('tranche_id', sa.Uuid(), nullable=False),
    sa.Column('agreement_id', sa.Uuid(), nullable=False),
    sa.Column('kind', _choice('kind', 'REPORT', 'INDICATOR', 'DOCUMENT'), nullable=False),
    sa.Column('text', _text(length=500), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('indicator', _text(length=32), nullable=True),
    sa.Column('comparison', _choice('comparison', 'AT_LEAST', 'AT_MOST'), nullable=True),
    sa.Column('threshold_numerator', sa.BigInteger(), nullable=True),
    sa.Column('threshold_denominator', sa.BigInteger(), nullable=True),
    sa.Column('period', _text(length=8), nullable=True),
    sa.Column('state', _choice('state', 'OPEN', 'SUBMITTED', 'ACCEPTED', 'REJECTED', 'WAIVED'), nullable=False),
    sa.Column('evidence', _text(length=1000), nullable=True),
    sa.Column('submitted_by_id', sa.Uuid(), nullable=True),
    sa.Column('submitted_at', _moment(), nullable=True),
    sa.Column('decided_by_id', sa.Uuid(), nullable=True),
    sa.Column('decided_at', _moment(), nullable=True),
    sa.Column('reason', _text(length=400), nullable=True),
    sa.CheckConstraint("(kind = 'INDICATOR') = (indicator IS NOT NULL AND comparison IS NOT NULL AND period IS NOT NULL AND threshold_numerator IS NOT NULL AND threshold_denominator IS NOT NULL)", name=op.f('ck_tranche_condition_indicator')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> submitted_by_id', name=op.f('ck_tranche_condition_two_people')),
    sa.CheckConstraint('threshold_denominator > 0', name=op.f('ck_tranche_condition_threshold')),
    _refers("tranche_condition", "agreement_id", "agreement"),
    _refers("tranche_condition", "decided_by_id", "app_user"),
    _refers("tranche_condition", "submitted_by_id", "app_user"),
    _refers("tranche_condition", "tranche_id", "tranche"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tranche_condition'))
    )
    op.create_index(op.f('ix_tranche_condition_agreement_id'), 'tranche_condition', ['agreement_id'])
    op.create_index(op.f('ix_tranche_condition_tranche_id'), 'tranche_condition', ['tranche_id'])


def _ledger_entry() -> None:
    op.create_table('ledger_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('agreement_id', sa.Uuid(), nullable=False),
    sa.Column('kind', _choice('kind', 'PLEDGE', 'COMMITMENT', 'DISBURSEMENT', 'EXPENDITURE', 'REFUND'), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', _text(length=3), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('tranche_id', sa.Uuid(), nullable=True),
    sa.Column('budget_line_id', sa.Uuid(), nullable=True),
    sa.Column('reverses_id', sa.Uuid(), nullable=True),
    sa.Column('memo', _text(length=400), nullable=True),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', _moment(), nullable=False),
    sa.CheckConstraint("(amount > 0 AND reverses_id IS NULL) OR (amount < 0 AND (reverses_id IS NOT NULL OR kind = 'COMMITMENT'))", name=op.f('ck_ledger_entry_amount')),
    sa.CheckConstraint("kind <> 'DISBURSEMENT' OR tranche_id IS NOT NULL", name=op.f('ck_ledger_entry_tranche')),
    sa.CheckConstraint("kind <> 'EXPENDITURE' OR budget_line_id IS NOT NULL", name=op.f('ck_ledger_entry_budget_line')),
    _refers("ledger_entry", "agreement_id", "agreement"),
    _refers("ledger_entry", "budget_line_id", "budget_line"),
    _refers("ledger_entry", "recorded_by_id", "app_user"),
    _refers("ledger_entry", "reverses_id", "ledger_entry"),
    _refers("ledger_entry", "tranche_id", "tranche"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entry')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_ledger_entry_reverses_id'))
    )
    op.create_index('ix_ledger_entry_agreement', 'ledger_entry', ['agreement_id', 'id'])
    op.create_index(op.f('ix_ledger_entry_budget_line_id'), 'ledger_entry', ['budget_line_id'])
    op.create_index(op.f('ix_ledger_entry_tranche_id'), 'ledger_entry', ['tranche_id'])


def upgrade() -> None:
    _budget_line()
    _budget_allocation()
    _tranche()
    _tranche_condition()
    _ledger_entry()
    guard(*GUARDS)


def downgrade() -> None:
    unguard(*GUARDS)
    for table in ('ledger_entry', 'tranche_condition', 'tranche', 'budget_allocation', 'budget_line'):
        op.drop_table(table)
