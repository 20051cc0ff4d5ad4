"""What a reviewer says."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from coord.contacts.quality_inputs import Reason
from coord.contacts.reviews.codes import ReturnKind, WhyReviewed
from coord.kernel.inputs import Blank, Input, Line, Printable

MOST_AT_ONCE = 200
MAX_WORDS = 400
_Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class ApproveContacts(Input):
    """Records that are right as they are; ``justification`` is needed as soon as one of them is flagged."""

    contacts: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]
    justification: Annotated[Reason | None, Blank] = None


class ReturnContact(Input):
    """A record that needs another look by whoever wrote it; another reason than the listed ones needs words."""

    contact: UUID
    kind: ReturnKind = ReturnKind.OTHER
    reason: Annotated[Annotated[str, Printable, Field(max_length=MAX_WORDS)] | None, Blank] = None


class ReviewFilter(Input):
    """Which waiting records to list; every field narrows. ``search``: a client's code, a worker's name or code."""

    program: Annotated[str | None, Blank] = None
    hospital: Annotated[UUID | None, Blank] = None
    worker: Annotated[UUID | None, Blank] = None
    month: Annotated[_Month | None, Blank] = None
    why: Annotated[WhyReviewed | None, Blank] = None
    search: Annotated[Annotated[Line, Field(max_length=80)] | None, Blank] = None


class UndoReview(Input):
    """Take a decision back, by the id that it gave."""

    batch: UUID
