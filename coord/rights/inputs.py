"""What is said to correct somebody's facts, and to hold their copy back."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.clients.codes import Gender
from coord.clients.inputs import BirthYear, PersonName, ShortLine
from coord.clients.record import RecordFacts
from coord.kernel.inputs import Blank, Input, Line, Whole

MOST_DAYS = 30
"""How long a copy can be held back at most, from the day on which somebody asks for it."""
_Reason = Annotated[Line, Field(min_length=1, max_length=400)]


class CorrectClient(RecordFacts):
    """A person's facts as they should read; what differs from the file is corrected.

    What is not mentioned stays as it is. A number of a document is replaced and never emptied, and nothing that every
    file must say is taken away again.
    """

    idempotency_key: UUID
    client: UUID
    name: PersonName
    phone: ShortLine = None
    gender: Annotated[Gender | None, Blank] = None
    birth_year: BirthYear = None
    district: ShortLine = None
    reason: _Reason


class HoldExport(Input):
    """Why the copy may harm the person, and for how many days it is held back."""

    client: UUID
    reason: _Reason
    days: Annotated[Whole, Field(ge=1, le=MOST_DAYS)]


class RestrictClient(Input):
    """Why nothing is done with somebody's data any more but keeping it."""

    client: UUID
    reason: _Reason


class LiftRestriction(Input):
    """Why a restricted client is shown again."""

    client: UUID
    reason: _Reason
