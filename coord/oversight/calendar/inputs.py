"""Whom to remind."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Input, Line

MOST_REMINDED = 500


class RemindLate(Input):
    """Hospitals of a program with a late month."""

    program: Annotated[Line, Field(min_length=1, max_length=32)]
    hospitals: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_REMINDED)]
