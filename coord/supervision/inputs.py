"""What a supervisor says about a session."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Blank, Day, Input, Line, Month, Printable, Whole
from coord.supervision.codes import SupervisionKind, SupervisionTopic

MOST_WORKERS = 40
"""The largest group of the Shenzhen rule: one supervisor, two trainees, forty workers."""
MOST_MINUTES = 480
MAX_AGREED = 2000
_Code = Annotated[Line, Field(min_length=1, max_length=32)]


class RecordSupervision(Input):
    """One session. ``worried_about``: workers of it about whom the supervisor worries; seen by nobody else."""

    idempotency_key: UUID
    program: _Code
    kind: SupervisionKind
    held_on: Day
    minutes: Annotated[Whole, Field(ge=5, le=MOST_MINUTES)]
    workers: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_WORKERS)]
    topics: Annotated[tuple[SupervisionTopic, ...], Field(min_length=1, max_length=len(SupervisionTopic))]
    agreed: Annotated[Annotated[str, Printable, Field(max_length=MAX_AGREED)] | None, Blank] = None
    worried_about: Annotated[tuple[UUID, ...], Field(max_length=MOST_WORKERS)] = ()


class SupervisionFilter(Input):
    """Which sessions; every field narrows."""

    program: Annotated[_Code | None, Blank] = None
    worker: Annotated[UUID | None, Blank] = None
    month: Annotated[Month | None, Blank] = None
