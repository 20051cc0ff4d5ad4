"""What is said of a breach, and whose looks are asked for."""

from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from coord.kernel.inputs import Input, Instant, Line, refuse


class Told(StrEnum):
    """Who was told of a breach."""

    AUTHORITY = "AUTHORITY"
    PERSONS = "PERSONS"


class WhoSaw(Input):
    """The clients of a hospital, all of them or those with some codes, between two moments."""

    hospital: UUID
    began_at: Instant
    ended_at: Instant
    codes: Annotated[str, Field(max_length=4000)] = ""
    """Codes of clients, apart by spaces or commas; none: all clients of the hospital."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ended_at < self.began_at:
            raise refuse("ENDS_BEFORE_START")
        return self

    @property
    def wanted(self) -> list[str]:
        """The codes one by one."""
        return self.codes.replace(",", " ").replace("，", " ").split()


class RecordBreach(Input):
    """A breach at a hospital: when, since when it is known, and what happened to which system."""

    hospital: UUID
    began_at: Instant
    ended_at: Instant
    discovered_at: Instant
    what: Annotated[Line, Field(min_length=1, max_length=500)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ended_at < self.began_at:
            raise refuse("ENDS_BEFORE_START")
        return self
