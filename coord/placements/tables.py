"""Posts at hospitals and who fills them."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from coord.kernel.table import Row, enum_field


class PlacementModel(StrEnum):
    """Three ways to place a worker: own department, agency inside the hospital, both."""

    ENDOGENOUS = "ENDOGENOUS"
    EMBEDDED = "EMBEDDED"
    SYMBIOTIC = "SYMBIOTIC"


class Placement(Row, table=True):
    """A post at a hospital for a time; without a worker it is a vacancy.

    ``trained_on`` is the last day of the pre-service training of whoever fills it (Q15).
    """

    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    employer_id: UUID = Field(foreign_key="organization.id", index=True)
    worker_id: UUID | None = Field(default=None, foreign_key="worker.id", index=True)
    department: str | None = Field(default=None, max_length=80)
    model: PlacementModel = enum_field(PlacementModel, "model", default=PlacementModel.EMBEDDED)
    starts_on: date
    ends_on: date | None = None
    trained_on: date | None = None
