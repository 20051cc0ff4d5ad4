"""A story is the care team's; what was approved is the foundation's as well, and what was published everybody's."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall, all_of, among, any_of, beside, one_of
from coord.clients.access import of_care_team
from coord.clients.restricted import hiding
from coord.clients.stories.tables import Story, ToldStory
from coord.programs.access import overseen
from coord.programs.tables import Participation


def own_stories(actor: Actor) -> ColumnElement[bool]:
    """Stories of the people whom one cares for."""
    return of_care_team(col(Story.hospital_id), actor)


def own_told(actor: Actor) -> ColumnElement[bool]:
    """Approved stories of the own people, and of the programs that one oversees."""
    story = beside(Story)
    own = among(ToldStory.id, story.c.id, of_care_team(story.c.hospital_id, actor))
    return any_of(overseen(col(ToldStory.program_id), actor), own)


def visible_told(actor: Actor) -> ColumnElement[bool]:
    """The same, and what is published in the programs that one takes part in."""
    joined = beside(Participation)
    of_program = among(ToldStory.program_id, joined.c.program_id, one_of(joined.c.organization_id, actor.at()))
    return any_of(own_told(actor), all_of(col(ToldStory.published_at).is_not(None), of_program))


protect(
    Story,
    hiding(own_stories, col(Story.client_id)),
    retention=Retention.CLINICAL,
    personal=("title", "text", "reason"),
)
# Withdrawing a consent and restricting a person end the rows themselves: no rule has to look at a person for it.
protect(
    ToldStory,
    visible_told,
    retention=Retention.REFERENCE,
    personal=("title", "text", "salt"),
    wall=Wall(writes=own_told),
)
