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
    worker_id: Annotated[UUID | None, Blank] = None
    department: Annotated[Annotated[Line, Field(max_length=80)] | None, Blank] = None
    model: PlacementModel = PlacementModel.EMBEDDED
    starts_on: Day
    ends_on: Annotated[Day | None, Blank] = None
    trained_on: Annotated[Day | None, Blank] = None


class Fill(Input):
    """A person takes a vacant post; ``code`` for somebody who is no worker of the post's employer yet."""

    user_id: UUID
    code: Annotated[Annotated[Line, Field(max_length=48)] | None, Blank] = None
    starts_on: Day
    trained_on: Annotated[Day | None, Blank] = None


class RecordTraining(Input):
    """The last day of the pre-service training of whoever fills a post; none where there was no training."""

    trained_on: Annotated[Day | None, Blank] = None


class EndPost(Input):
    """The last day of a post as it is filled; afterwards it is vacant, or there is no such post any more."""

    last_day: Day
    stays_vacant: bool = False
