"""The review of records: the seed of each sample, what was drawn, what reviewers decided."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.contacts.reviews.codes import ReturnKind, ReviewDecision
from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field


class ReviewSeed(Row, table=True):
    """From what the sample of one worker's month is drawn: the same for everybody, and drawn again alike."""

    __tablename__ = "review_seed"
    __table_args__ = (UniqueConstraint("worker_id", "hospital_id", "program_id", "month"),)

    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    month: str = Field(max_length=7)
    seed: str = Field(max_length=32)
    made_at: datetime = Field(default_factory=now)


class ReviewPick(Row, table=True):
    """A record that the sample of its worker's month holds."""

    __tablename__ = "review_pick"

    contact_id: UUID = Field(foreign_key="service_contact.id", unique=True)
    seed_id: UUID = Field(foreign_key="review_seed.id", index=True)


class RecordReview(Row, table=True):
    """What somebody decided about a record; those of one press of a button share their ``batch_id``."""

    __tablename__ = "record_review"

    contact_id: UUID = Field(foreign_key="service_contact.id", index=True)
    batch_id: UUID = Field(index=True)
    decision: ReviewDecision = enum_field(ReviewDecision, "decision")
    kind: ReturnKind | None = enum_field(ReturnKind, "kind", default=None)
    words: str | None = Field(default=None, max_length=400)
    at: datetime = Field(default_factory=now)
    by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    by_name: str = Field(max_length=80)
    undone_at: datetime | None = None
