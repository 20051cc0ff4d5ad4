"""What is asked of releases."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from coord.kernel.errors import Invalid
from coord.kernel.inputs import Input, Line, Prose, refuse
from coord.measures import Dimension
from coord.programs.quarters import quarters_of
from coord.releases.codes import ReleaseMove

LATEST = "LATEST"
"""In place of a period: the newest quarter that is published."""


def _period(value: str) -> str:
    try:
        quarters_of(value)
    except Invalid:
        raise refuse("NOT_A_PERIOD") from None
    return value


def _quarter(value: str) -> str:
    if list(quarters_of(_period(value))) != [value]:
        raise refuse("NOT_A_QUARTER")
    return value


_Words = Annotated[str, Prose, Field(max_length=2000)]
_Code = Annotated[Line, Field(min_length=1, max_length=32)]
_Period = Annotated[
    Line, Field(max_length=8), AfterValidator(lambda value: value if value == LATEST else _period(value))
]
MOST_HOSPITALS = 500


class ImpactQuery(Input):
    """The published figures of a program for a quarter (``2026Q3``), a year (``2026``) or the ``LATEST`` quarter.

    Grouped, for all hospitals or for some.
    """

    program: _Code
    period: _Period
    group_by: Annotated[tuple[Dimension, ...], Field(max_length=4)] = ()
    hospitals: Annotated[tuple[UUID, ...], Field(max_length=MOST_HOSPITALS)] | None = None
    foundation: _Code | None = None
    """Whose program it is, by the foundation's code: for those who see two programs of one code."""
    release: UUID | None = None
    """One release by its id: also one that another has taken the place of."""

    @property
    def quarters(self) -> Sequence[str]:
        """The quarters that the answer is summed from."""
        return quarters_of(self.period)

    def of(self, period: str) -> "ImpactQuery":
        """The same question about a period that has a name of its own."""
        return self.model_copy(update={"period": period})


class OrderRelease(Input):
    """Let the release of a quarter be built."""

    program: _Code
    period: Annotated[Line, Field(max_length=8), AfterValidator(_quarter)]


class RestateRelease(Input):
    """Let a published quarter be counted anew, once; the reason is published as its correction note."""

    release: UUID
    reason: Annotated[str, Prose, Field(min_length=10, max_length=2000)]


class WriteNotes(Input):
    """The words that are published beside a release's figures; empty ones are left out."""

    release: UUID
    summary: _Words = ""
    challenges: _Words = ""
    outlook: _Words = ""


MOST_STORIES = 6


class ChooseStories(Input):
    """The stories that are published with a release: all that shall be, none for none."""

    release: UUID
    stories: Annotated[tuple[UUID, ...], Field(max_length=MOST_STORIES)] = ()


class MoveRelease(Input):
    """Move a release on."""

    release: UUID
    move: ReleaseMove
