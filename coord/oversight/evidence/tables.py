"""Samples with their seed, and what was found behind each drawn record."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.kernel.table import Row, enum_field
from coord.oversight.evidence.codes import EvidenceFound


class EvidenceSample(Row, table=True):
    """The sample of one hospital's month: from the seed and the same records anybody draws the same. Never changed."""

    __tablename__ = "evidence_sample"
    __table_args__ = (UniqueConstraint("hospital_id", "program_id", "month"),)

    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    month: str = Field(max_length=7)
    seed: str = Field(max_length=32)
    frame_size: int
    """How many records the month held."""
    frame_print: str = Field(max_length=64)
    """A hash over their ids."""
    drawn_at: datetime
    drawn_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    drawn_by_name: str = Field(max_length=80)


class EvidenceCheck(Row, table=True):
    """One drawn record; ``found`` is empty until somebody looked the evidence up."""

    __tablename__ = "evidence_check"
    __table_args__ = (UniqueConstraint("sample_id", "contact_id"),)

    sample_id: UUID = Field(foreign_key="evidence_sample.id")
    contact_id: UUID = Field(foreign_key="service_contact.id", index=True)
    found: EvidenceFound | None = enum_field(EvidenceFound, "found", default=None)
    note: str | None = Field(default=None, max_length=400)
    checked_at: datetime | None = None
    checked_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    checked_by_name: str | None = Field(default=None, max_length=80)
