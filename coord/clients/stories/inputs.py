"""Writing a story, and moving it on."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.clients.stories.codes import StoryMove
from coord.kernel.inputs import Blank, Input, Line, Printable, Prose

MAX_TITLE, MAX_TEXT, MAX_REASON = 120, 2000, 400


class WriteStory(Input):
    """A story of a client that names nobody; ``story`` writes one anew that was sent back."""

    client: UUID
    story: Annotated[UUID | None, Blank] = None
    title: Annotated[Line, Field(min_length=1, max_length=MAX_TITLE)]
    text: Annotated[str, Prose, Field(min_length=20, max_length=MAX_TEXT)]


class MoveStory(Input):
    """A step; why it is sent back is told in words."""

    story: UUID
    move: StoryMove
    reason: Annotated[Annotated[str, Printable, Field(max_length=MAX_REASON)] | None, Blank] = None
