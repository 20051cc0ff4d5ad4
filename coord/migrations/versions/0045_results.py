"""The results framework: components, nodes, definitions of indicators, baselines, targets, actuals."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from coord.migrations.guards import Guard, guard, unguard

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_moment = sqlmodel.sql.sqltypes.UTCDateTime
_text = sqlmodel.sql.sqltypes.AutoString


def _choice(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


_APPENDED = tuple(
    Guard(table, event, "a definition or figure is added, never changed", "1 = 1")
    for table in ("indicator_definition", "indicator_baseline", "indicator_target", "indicator_actual")
    for event in ("UPDATE", "DELETE")
)


def _program_component() -> None:
    op.create_table('program_component',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('code', _text(length=32), nullable=False),
    sa.Column('name', _text(length=120), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    _refers("program_component", "program_id", "program"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_program_component')),
    sa.UniqueConstraint('program_id', 'code', name=op.f('uq_program_component_program_id_code'))
    )


def _result_node() -> None:
    op.create_table('result_node',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('component_id', sa.Uuid(), nullable=True),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('level', _choice('level', 'OUTPUT', 'OUTCOME', 'IMPACT'), nullable=False),
    sa.Column('code', _text(length=32), nullable=False),
    sa.Column('title', _text(length=200), nullable=False),
    sa.Column('assumptions', _text(length=1000), nullable=True),
    sa.Column('risks', _text(length=1000), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    _refers("result_node", "component_id", "program_component"),
    _refers("result_node", "parent_id", "result_node"),
    _refers("result_node", "program_id", "program"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_result_node')),
    sa.UniqueConstraint('program_id', 'code', name=op.f('uq_result_node_program_id_code'))
    )
    op.create_index(op.f('ix_result_node_component_id'), 'result_node', ['component_id'])
    op.create_index(op.f('ix_result_node_parent_id'), 'result_node', ['parent_id'])


def _indicator_definition() -> None:
    op.create_table('indicator_definition',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('node_id', sa.Uuid(), nullable=False),
    sa.Column('code', _text(length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', _text(length=200), nullable=False),
    sa.Column('unit', _choice('unit', 'COUNT', 'PERCENT', 'MEAN', 'DAYS'), nullable=False),
    sa.Column('direction', _choice('direction', 'UP', 'DOWN'), nullable=False),
    sa.Column('aggregation', _choice('aggregation', 'SUM', 'RATIO_OF_SUMS'), nullable=False),
    sa.Column('source_kind', _choice('source_kind', 'MEASURE', 'RATIO', 'OUTCOME', 'NONE'), nullable=False),
    sa.Column('source', _text(length=64), nullable=True),
    sa.Column('citation', _text(length=400), nullable=False),
    sa.Column('decimals', sa.Integer(), nullable=False),
    sa.Column('reason', _text(length=400), nullable=True),
    sa.Column('defined_by_id', sa.Uuid(), nullable=True),
    sa.Column('defined_at', _moment(), nullable=False),
    sa.CheckConstraint("(source IS NULL) = (source_kind = 'NONE')", name=op.f('ck_indicator_definition_source')),
    sa.CheckConstraint('(version = 1) = (reason IS NULL)', name=op.f('ck_indicator_definition_reason')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_indicator_definition_version')),
    _refers("indicator_definition", "defined_by_id", "app_user"),
    _refers("indicator_definition", "node_id", "result_node"),
    _refers("indicator_definition", "program_id", "program"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator_definition')),
    sa.UniqueConstraint('program_id', 'code', 'version', name=op.f('uq_indicator_definition_program_id_code_version'))
    )
    op.create_index(op.f('ix_indicator_definition_node_id'), 'indicator_definition', ['node_id'])


def _indicator_baseline() -> None:
    op.create_table('indicator_baseline',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('definition_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('numerator', sa.BigInteger(), nullable=False),
    sa.Column('denominator', sa.BigInteger(), nullable=False),
    sa.Column('measured_on', sa.Date(), nullable=False),
    sa.Column('reason', _text(length=400), nullable=False),
    sa.Column('set_by_id', sa.Uuid(), nullable=True),
    sa.Column('set_at', _moment(), nullable=False),
    sa.CheckConstraint('denominator > 0', name=op.f('ck_indicator_baseline_denominator')),
    _refers("indicator_baseline", "definition_id", "indicator_definition"),
    _refers("indicator_baseline", "program_id", "program"),
    _refers("indicator_baseline", "set_by_id", "app_user"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator_baseline'))
    )
    op.create_index(op.f('ix_indicator_baseline_definition_id'), 'indicator_baseline', ['definition_id'])
    op.create_index(op.f('ix_indicator_baseline_program_id'), 'indicator_baseline', ['program_id'])


def _indicator_target() -> None:
    op.create_table('indicator_target',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('definition_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('period', _text(length=8), nullable=False),
    sa.Column('hospital_id', sa.Uuid(), nullable=True),
    sa.Column('numerator', sa.BigInteger(), nullable=False),
    sa.Column('denominator', sa.BigInteger(), nullable=False),
    sa.Column('reason', _text(length=400), nullable=False),
    sa.Column('set_by_id', sa.Uuid(), nullable=True),
    sa.Column('set_at', _moment(), nullable=False),
    sa.CheckConstraint('denominator > 0', name=op.f('ck_indicator_target_denominator')),
    _refers("indicator_target", "definition_id", "indicator_definition"),
    _refers("indicator_target", "hospital_id", "organization"),
    _refers("indicator_target", "program_id", "program"),
    _refers("indicator_target", "set_by_id", "app_user"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator_target'))
    )
    op.create_index(op.f('ix_indicator_target_hospital_id'), 'indicator_target', ['hospital_id'])
    op.create_index('ix_indicator_target_of', 'indicator_target', ['definition_id', 'period', 'hospital_id'])
    op.create_index(op.f('ix_indicator_target_program_id'), 'indicator_target', ['program_id'])


def _indicator_actual() -> None:
    op.create_table('indicator_actual',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('definition_id', sa.Uuid(), nullable=False),
    sa.Column('program_id', sa.Uuid(), nullable=False),
    sa.Column('hospital_id', sa.Uuid(), nullable=False),
    sa.Column('period', _text(length=8), nullable=False),
    sa.Column('numerator', sa.BigInteger(), nullable=False),
    sa.Column('denominator', sa.BigInteger(), nullable=False),
    sa.Column('rules_version', _text(length=16), nullable=False),
    sa.Column('taken_at', _moment(), nullable=False),
    sa.Column('taken_by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('denominator >= 0', name=op.f('ck_indicator_actual_denominator')),
    _refers("indicator_actual", "definition_id", "indicator_definition"),
    _refers("indicator_actual", "hospital_id", "organization"),
    _refers("indicator_actual", "program_id", "program"),
    _refers("indicator_actual", "taken_by_id", "app_user"),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator_actual')),
    sa.UniqueConstraint('definition_id', 'period', 'hospital_id', name=op.f('uq_indicator_actual_definition_id_period_hospital_id'))
    )
    op.create_index(op.f('ix_indicator_actual_hospital_id'), 'indicator_actual', ['hospital_id'])
    op.create_index(op.f('ix_indicator_actual_program_id'), 'indicator_actual', ['program_id'])


def upgrade() -> None:
    _program_component()
    _result_node()
    _indicator_definition()
    _indicator_baseline()
    _indicator_target()
    _indicator_actual()
    guard(*_APPENDED)


def downgrade() -> None:
    unguard(*_APPENDED)
    for table in ('indicator_actual', 'indicator_target', 'indicator_baseline', 'indicator_definition', 'result_node', 'program_component'):
        op.drop_table(table)
