"""What a process record says beyond the contact; everything may be left out, so that a quick entry stays quick."""

from typing import Annotated

from pydantic import Field

from coord.contacts.process.codes import ContactMethod, RiskChange
from coord.kernel.inputs import Blank, Day, Input, Prose, Whole

MAX_WORDS = 4000
_Words = Annotated[Annotated[str, Prose, Field(max_length=MAX_WORDS)] | None, Blank]
_Minutes = Annotated[Annotated[Whole, Field(ge=0, le=1440)] | None, Blank]


class ProcessFacts(Input):
    """How it was done and what comes next. The summary itself is the contact's note.

    ``travel_minutes`` and ``record_minutes`` stand beside the length of the service; ``volunteers``,
    ``budget_used`` (whole units of the program's money) and ``satisfaction`` (1 to 5, the mean of those who said something, rounded) belong to sessions and events.
    """

    method: Annotated[ContactMethod | None, Blank] = None
    focus: _Words = None
    analysis: _Words = None
    risk_change: Annotated[RiskChange | None, Blank] = None
    next_step: _Words = None
    next_on: Annotated[Day | None, Blank] = None
    travel_minutes: _Minutes = None
    record_minutes: _Minutes = None
    volunteers: Annotated[Annotated[Whole, Field(ge=0, le=1000)] | None, Blank] = None
    budget_used: Annotated[Annotated[Whole, Field(ge=0, le=1_000_000)] | None, Blank] = None
    satisfaction: Annotated[Annotated[Whole, Field(ge=1, le=5)] | None, Blank] = None


WORDS = ("focus", "analysis", "next_step")
"""What people wrote in free words: sealed."""
PROCESS_FIELDS = tuple(ProcessFacts.model_fields)
