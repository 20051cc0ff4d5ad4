"""What an administrator says about a program and who joins it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Blank, Day, Input, Line
from coord.programs.tables import Part


class AddProgram(Input):
    """A new program of a foundation."""

    code: Annotated[Line, Field(min_length=1, max_length=32)]
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    foundation_id: UUID
    time_zone: Literal["Asia/Shanghai", "Asia/Seoul"] = "Asia/Shanghai"
    starts_on: Day
    ends_on: Annotated[Day | None, Blank] = None
    fictional: bool = False


class JoinProgram(Input):
    """An organization joins a program."""

    program_id: UUID
    organization_id: UUID
    part: Part
    starts_on: Day
    ends_on: Annotated[Day | None, Blank] = None
