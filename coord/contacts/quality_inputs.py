"""What a reviewer says about flags."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from coord.contacts.codes import FlagKind, FlagState
from coord.kernel.inputs import Blank, Input, Prose, refuse

MIN_JUSTIFICATION, MAX_JUSTIFICATION = 10, 400


def _long_enough(text: str) -> str:
    said = text.strip()
    if len(said) < MIN_JUSTIFICATION:
        raise refuse("TOO_SHORT", limit=MIN_JUSTIFICATION)
    return said


Reason = Annotated[str, Prose, Field(max_length=MAX_JUSTIFICATION), AfterValidator(_long_enough)]


class AcceptFlag(Input):
    """Why a flagged record is right as it is."""

    flag: UUID
    justification: Reason


class FlagFilter(Input):
    """Which flags to list; every field narrows."""

    program: Annotated[str | None, Blank] = None
    hospital: Annotated[UUID | None, Blank] = None
    worker: Annotated[UUID | None, Blank] = None
    kind: Annotated[FlagKind | None, Blank] = None
    state: FlagState | None = FlagState.OPEN
