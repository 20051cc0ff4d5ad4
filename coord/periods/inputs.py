"""What is said about a month."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Blank, Input, Line, Month, Printable

_Text = Annotated[Annotated[str, Printable, Field(max_length=2000)] | None, Blank]


class ProgramMonth(Input):
    """One month of a program, all hospitals together."""

    program: Annotated[Line, Field(min_length=1, max_length=32)]
    month: Month


class MonthOf(ProgramMonth):
    """One month of a hospital in a program."""

    hospital: UUID


class MonthWords(MonthOf):
    """What the figures of a month do not say: an account, one story without names, the plan for the next month."""

    words: _Text = None
    story: _Text = None
    plan: _Text = None


class MonthDecision(MonthOf):
    """A decision about a month; giving it back needs a reason."""

    note: Annotated[Annotated[str, Printable, Field(max_length=400)] | None, Blank] = None
