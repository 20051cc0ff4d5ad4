"""What is said about a post."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Blank, Day, Input, Line
from coord.placements.tables import PlacementModel


class Place(Input):
    """A post for a time; without a worker it is a vacancy."""

    program_id: UUID
    hospital_id: UUID
    employer_id: UUID
    worker_id: UUID | None = None
    department: Annotated[Annotated[Line, Field(max_length=80)] | None, Blank] = None
    model: PlacementModel = PlacementModel.EMBEDDED
    starts_on: Day
    ends_on: Annotated[Day | None, Blank] = None
