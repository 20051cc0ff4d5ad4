"""What is said of an assessment: the three questions of PIPL 56, the risk that is left, until when it holds."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from coord.kernel.inputs import Day, Input, Line, Prose, refuse
from coord.rights.assessments.codes import AssessedActivity, AssessedRisk

_Said = Annotated[str, Prose, Field(min_length=1, max_length=2000)]


class AddAssessment(Input):
    """An assessment as it was made. Nothing in it is about a person."""

    activity: AssessedActivity
    title: Annotated[Line, Field(min_length=1, max_length=120)]
    necessity: _Said
    """Whether purpose and means are lawful, just and needed."""
    effects: _Said
    """What it does to people, and what can go wrong."""
    measures: _Said
    """What protects them, and whether that fits the risk."""
    risk: AssessedRisk
    assessed_on: Day
    valid_until: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_until <= self.assessed_on:
            raise refuse("ENDS_BEFORE_START")
        return self
