"""Gifts, agreements with their versions, and what was disclosed of them; a setting of a program."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_text = sqlmodel.sql.sqltypes.AutoString


def _choice(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


_SETTINGS = (
    "QUIET_DAYS", "SUBMIT_DAY", "REVIEW_DAY", "LOCK_DAY", "BACKDATE_DAYS", "CASELOAD", "SUPERVISION_MINUTES",
    "SUPERVISION_MINUTES_NEW", "READMISSION_DAYS", "ACKNOWLEDGE_DAYS", "DECIDE_DAYS", "ASSIGN_DAYS",
    "AFTER_DISCHARGE_HOURS", "FIRST_CONTACT_DAYS", "SCHEDULE_DAY_1", "SCHEDULE_DAY_2", "SCHEDULE_DAY_3",
    "SCHEDULE_DAY_4", "SCHEDULE_DAY_5", "SCHEDULE_DAY_6", "NEXT_CONTACT_DAYS", "RESPONSE_REVIEW_WEEKS",
    "RESPONSE_REVIEW_LAST_WEEKS", "FEEDBACK_DAYS", "FEEDBACK_AGAIN_DAYS", "REACH_ATTEMPTS", "REACH_DAYS",
    "LOST_DAYS", "ALERT_MINUTES", "IMMINENT_ALERT_MINUTES", "SILENT_DAYS", "URGENT_DECIDE_DAYS",
    "URGENT_ASSIGN_DAYS", "URGENT_FIRST_CONTACT_HOURS", "EMERGENCY_ACKNOWLEDGE_HOURS", "EMERGENCY_DECIDE_HOURS",
    "EMERGENCY_ASSIGN_HOURS", "EMERGENCY_FIRST_CONTACT_HOURS",
)  # fmt: skip
_NEW = "TRANCHE_SPENT_PERCENT"


def _allow_settings(*names: str) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    with op.batch_alter_table("program_setting") as batch:
        batch.drop_constraint(op.f("ck_program_setting_setting"), type_="check")
        batch.create_check_constraint(op.f("ck_program_setting_setting"), f"setting IN ({listed})")


def _sponsor_gift() -> None:
    op.create_table('sponsor_gift',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('sponsor_id', sa.Uuid(), nullable=False),
    sa.Column('kind', _choice('kind', 'GRANT', 'RESTRICTED_DONATION', 'IN_KIND'), nullable=False),
    sa.Column('title', _text(length=200), nullable=False),
    sa.Column('purpose', _text(length=500), nullable=False),
    sa.Column('goods', _text(length=500), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', _text(length=3), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('related_party', sa.Boolean(), nullable=False),
    sa.Column('fictional', sa.Boolean(), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', _moment(), nullable=False),
    sa.CheckConstraint("(kind = 'IN_KIND') = (goods IS NOT NULL)", name=op.f('ck_sponsor_gift_goods')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_sponsor_gift_amount')),
    _refers("sponsor_gift", "program_id", "program"),
    _refers("sponsor_gift", "recorded_by_id", "app_user"),
    _refers("sponsor_gift", "sponsor_id", "organization"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sponsor_gift'))
    )
    op.create_index(op.f('ix_sponsor_gift_program_id'), 'sponsor_gift', ['program_id'])
    op.create_index(op.f('ix_sponsor_gift_sponsor_id'), 'sponsor_gift', ['sponsor_id'])


def _agreement() -> None:
    op.create_table('agreement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('gift_id', sa.Uuid(), nullable=True),
    sa.Column('funder_id', sa.Uuid(), nullable=False),
    sa.Column('grantee_id', sa.Uuid(), nullable=False),
    sa.Column('reference', _text(length=40), nullable=False),
    sa.Column('currency', _text(length=3), nullable=False),
    sa.Column('state', _choice('state', 'DRAFT', 'IN_REVIEW', 'SIGNED', 'ACTIVE', 'SUSPENDED', 'CLOSED', 'TERMINATED'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('related_party', sa.Boolean(), nullable=False),
    sa.Column('fictional', sa.Boolean(), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', _moment(), nullable=False),
    sa.Column('submitted_by_id', sa.Uuid(), nullable=True),
    sa.Column('signed_by_id', sa.Uuid(), nullable=True),
    sa.Column('reason', _text(length=400), nullable=True),
    sa.CheckConstraint('funder_id <> grantee_id', name=op.f('ck_agreement_two_parties')),
    sa.CheckConstraint('signed_by_id IS NULL OR signed_by_id <> submitted_by_id', name=op.f('ck_agreement_two_people')),
    _refers("agreement", "created_by_id", "app_user"),
    _refers("agreement", "funder_id", "organization"),
    _refers("agreement", "gift_id", "sponsor_gift"),
    _refers("agreement", "grantee_id", "organization"),
    _refers("agreement", "program_id", "program"),
    _refers("agreement", "signed_by_id", "app_user"),
    _refers("agreement", "submitted_by_id", "app_user"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement')),
    sa.UniqueConstraint('program_id', 'reference', name=op.f('uq_agreement_program_id_reference'))
    )
    op.create_index(op.f('ix_agreement_funder_id'), 'agreement', ['funder_id'])
    op.create_index(op.f('ix_agreement_gift_id'), 'agreement', ['gift_id'])
    op.create_index(op.f('ix_agreement_grantee_id'), 'agreement', ['grantee_id'])


def _agreement_version() -> None:
    op.create_table('agreement_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('agreement_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', _text(length=200), nullable=False),
    sa.Column('purpose', _text(length=1000), nullable=False),
    sa.Column('committed', sa.BigInteger(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('reason', _text(length=400), nullable=True),
    sa.Column('proposed_by_id', sa.Uuid(), nullable=True),
    sa.Column('proposed_at', _moment(), nullable=False),
    sa.Column('approved_by_id', sa.Uuid(), nullable=True),
    sa.Column('approved_at', _moment(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.CheckConstraint('(version = 1) = (reason IS NULL)', name=op.f('ck_agreement_version_reason')),
    sa.CheckConstraint('approved_by_id IS NULL OR approved_by_id <> proposed_by_id', name=op.f('ck_agreement_version_two_people')),
    sa.CheckConstraint('committed > 0', name=op.f('ck_agreement_version_committed')),
    sa.CheckConstraint('starts_on < ends_on', name=op.f('ck_agreement_version_days')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_agreement_version_version')),
    _refers("agreement_version", "agreement_id", "agreement"),
    _refers("agreement_version", "approved_by_id", "app_user"),
    _refers("agreement_version", "proposed_by_id", "app_user"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_version')),
    sa.UniqueConstraint('agreement_id', 'version', name=op.f('uq_agreement_version_agreement_id_version'))
    )


def _disclosure() -> None:
    op.create_table('disclosure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('kind', _choice('kind', 'PROGRESS', 'FINAL', 'RELATED_PARTY'), nullable=False),
    sa.Column('agreement_id', sa.Uuid(), nullable=True),
    sa.Column('gift_id', sa.Uuid(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.Column('link', _text(length=300), nullable=False),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_at', _moment(), nullable=False),
    sa.CheckConstraint('agreement_id IS NULL OR gift_id IS NULL', name=op.f('ck_disclosure_subject')),
    _refers("disclosure", "agreement_id", "agreement"),
    _refers("disclosure", "gift_id", "sponsor_gift"),
    _refers("disclosure", "program_id", "program"),
    _refers("disclosure", "recorded_by_id", "app_user"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disclosure'))
    )
    op.create_index(op.f('ix_disclosure_agreement_id'), 'disclosure', ['agreement_id'])
    op.create_index(op.f('ix_disclosure_gift_id'), 'disclosure', ['gift_id'])
    op.create_index('ix_disclosure_of', 'disclosure', ['program_id', 'kind', 'due_on'])


def upgrade() -> None:
    _sponsor_gift()
    _agreement()
    _agreement_version()
    _disclosure()
    _allow_settings(*_SETTINGS, _NEW)


def downgrade() -> None:
    for table in ('disclosure', 'agreement_version', 'agreement', 'sponsor_gift'):
        op.drop_table(table)
    setting = sa.table("program_setting", sa.column("setting", sa.String()))
    op.execute(sa.delete(setting).where(setting.c.setting == _NEW))
    _allow_settings(*_SETTINGS)
