"""The results framework: components, result nodes, definitions of indicators, baselines, targets, actuals.

Definitions, baselines, targets and actuals are added and never changed: a change is a further version with a reason.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, UniqueConstraint

from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field
from coord.results.codes import Aggregation, Direction, IndicatorUnit, ResultLevel, SourceKind


class ProgramComponent(Row, table=True):
    """A part of a program, such as embedded social workers or supporter empowerment."""

    __tablename__ = "program_component"
    __table_args__ = (UniqueConstraint("program_id", "code"),)

    program_id: UUID = Field(foreign_key="program.id")
    code: str = Field(max_length=32)
    name: str = Field(max_length=120)
    position: int = 0


class ResultNode(Row, table=True):
    """One result of the chain from outputs to impact, with what it assumes and what may go wrong."""

    __tablename__ = "result_node"
    __table_args__ = (UniqueConstraint("program_id", "code"),)

    program_id: UUID = Field(foreign_key="program.id")
    component_id: UUID | None = Field(default=None, foreign_key="program_component.id", index=True)
    parent_id: UUID | None = Field(default=None, foreign_key="result_node.id", index=True)
    level: ResultLevel = enum_field(ResultLevel, "level")
    code: str = Field(max_length=32)
    title: str = Field(max_length=200)
    assumptions: str | None = Field(default=None, max_length=1000)
    risks: str | None = Field(default=None, max_length=1000)
    position: int = 0


class IndicatorDefinition(Row, table=True):
    """One version of an indicator. ``source`` names a measure, a ratio or an outcome rate of ``coord.measures``."""

    __tablename__ = "indicator_definition"
    __table_args__ = (
        UniqueConstraint("program_id", "code", "version"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("(source IS NULL) = (source_kind = 'NONE')", name="source"),
        CheckConstraint("(version = 1) = (reason IS NULL)", name="reason"),
    )

    program_id: UUID = Field(foreign_key="program.id")
    node_id: UUID = Field(foreign_key="result_node.id", index=True)
    code: str = Field(max_length=32)
    version: int = 1
    title: str = Field(max_length=200)
    unit: IndicatorUnit = enum_field(IndicatorUnit, "unit")
    direction: Direction = enum_field(Direction, "direction")
    aggregation: Aggregation = enum_field(Aggregation, "aggregation")
    source_kind: SourceKind = enum_field(SourceKind, "source_kind")
    source: str | None = Field(default=None, max_length=64)
    citation: str = Field(max_length=400)
    decimals: int = 1
    reason: str | None = Field(default=None, max_length=400)
    defined_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    defined_at: datetime = Field(default_factory=now)


class IndicatorBaseline(Row, table=True):
    """Where an indicator started; the latest one of a definition holds, the earlier ones stay."""

    __tablename__ = "indicator_baseline"
    __table_args__ = (CheckConstraint("denominator > 0", name="denominator"),)

    definition_id: UUID = Field(foreign_key="indicator_definition.id", index=True)
    program_id: UUID = Field(foreign_key="program.id", index=True)
    numerator: int = Field(sa_type=BigInteger)
    denominator: int = Field(default=1, sa_type=BigInteger)
    measured_on: date
    reason: str = Field(max_length=400)
    set_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    set_at: datetime = Field(default_factory=now)


class IndicatorTarget(Row, table=True):
    """What an indicator is to reach in a period, for the program or one hospital; the latest one holds."""

    __tablename__ = "indicator_target"
    __table_args__ = (
        CheckConstraint("denominator > 0", name="denominator"),
        Index("ix_indicator_target_of", "definition_id", "period", "hospital_id"),
    )

    definition_id: UUID = Field(foreign_key="indicator_definition.id")
    program_id: UUID = Field(foreign_key="program.id", index=True)
    period: str = Field(max_length=8)
    hospital_id: UUID | None = Field(default=None, foreign_key="organization.id", index=True)
    numerator: int = Field(sa_type=BigInteger)
    denominator: int = Field(default=1, sa_type=BigInteger)
    reason: str = Field(max_length=400)
    set_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    set_at: datetime = Field(default_factory=now)


class IndicatorActual(Row, table=True):
    """What was measured at a hospital in a quarter whose months are locked, by one version of the definition."""

    __tablename__ = "indicator_actual"
    __table_args__ = (
        UniqueConstraint("definition_id", "period", "hospital_id"),
        CheckConstraint("denominator >= 0", name="denominator"),
    )

    definition_id: UUID = Field(foreign_key="indicator_definition.id")
    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    period: str = Field(max_length=8)
    numerator: int = Field(sa_type=BigInteger)
    denominator: int = Field(default=1, sa_type=BigInteger)
    rules_version: str = Field(max_length=16)
    taken_at: datetime = Field(default_factory=now)
    taken_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
