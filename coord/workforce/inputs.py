"""What is said about a worker."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.kernel.inputs import Input, Line


class AddWorker(Input):
    """A new worker of an employer; ``user_id`` when the worker signs in here."""

    code: Annotated[Line, Field(min_length=1, max_length=48)]
    display_name: Annotated[Line, Field(min_length=1, max_length=100)]
    employer_id: UUID
    user_id: UUID | None = None
