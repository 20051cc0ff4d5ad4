"""Stories as the care team writes them, and as everybody may read them: the second has no way back to the person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from coord.clients.stories.codes import StoryState
from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field


class Story(Row, table=True):
    """A story of one client, by one consent. Its words go when it ends."""

    __table_args__ = (CheckConstraint("decided_by_id IS NULL OR decided_by_id <> written_by_id", name="two_people"),)

    client_id: UUID = Field(foreign_key="client.id", index=True)
    program_id: UUID = Field(foreign_key="program.id")
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    consent_id: UUID = Field(foreign_key="consent.id", index=True)
    state: StoryState = enum_field(StoryState, "state", default=StoryState.WAITING)
    title: str = Field(max_length=120)
    text: str = Field(max_length=2000)
    written_at: datetime = Field(default_factory=now)
    written_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    reason: str | None = Field(default=None, max_length=400)
    """Why it was sent back."""
    decided_at: datetime | None = None
    decided_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    ended_at: datetime | None = None


class ToldStory(Row, table=True):
    """An approved story as the foundation and, once published, everybody reads it. Its id is the story's.

    ``digest`` is what a release signs; ``salt`` is chance, so that nobody tries words against a digest whose words are gone.
    """

    __tablename__ = "told_story"

    id: UUID = Field(primary_key=True, foreign_key="story.id")
    program_id: UUID = Field(foreign_key="program.id", index=True)
    title: str = Field(max_length=120)
    text: str = Field(max_length=2000)
    salt: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    last_day: date
    """The last day on which the consent holds, where the program is."""
    told_at: datetime = Field(default_factory=now)
    published_at: datetime | None = None
    ended_at: datetime | None = None
