"""Drawing a sample, and what was found."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Blank, Input, Printable
from coord.oversight.evidence.codes import EvidenceFound
from coord.periods import MonthOf

MAX_NOTE = 400


class DrawSample(MonthOf):
    """The hospital and the month that a sample is drawn of."""


class CheckEvidence(Input):
    """What was found behind one drawn record; what is missing or different is told in words."""

    check: UUID
    found: EvidenceFound
    note: Annotated[Annotated[str, Printable, Field(max_length=MAX_NOTE)] | None, Blank] = None
