"""Which numbers are wanted."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from coord.kernel.inputs import Day, Input, Line, refuse
from coord.measures.dimensions import Dimension

MAX_DIMENSIONS = 4


class MeasureQuery(Input):
    """Numbers of a program between two days (both included), grouped, for some hospitals or all."""

    program: Annotated[Line, Field(min_length=1, max_length=32)]
    from_day: Day
    to_day: Day
    group_by: Annotated[tuple[Dimension, ...], Field(max_length=MAX_DIMENSIONS)] = ()
    hospitals: Annotated[tuple[UUID, ...], Field(max_length=500)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_day < self.from_day:
            raise refuse("ENDS_BEFORE_START")
        if len(set(self.group_by)) != len(self.group_by):
            raise refuse("NAMED_TWICE")
        return self


Cell = dict[Dimension, str]
"""One cell of a table: the key of each dimension that it is grouped by."""
