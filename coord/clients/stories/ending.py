"""The end of stories: their words go at once, in the transaction that ends them; a digest stays and says nothing."""

from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord import audit
from coord.clients.stories.codes import StoryState
from coord.clients.stories.tables import Story, ToldStory
from coord.kernel.sql import select
from coord.work import Unit, action


@action("story.write")
async def end_stories(unit: Unit, *where: ColumnElement[bool]) -> int:
    """End the stories (``Story``) of a condition, wherever they are told; how many. For other actions, which check who it is about."""
    rows = select(Story).where(col(Story.state) != StoryState.ENDED, *where).with_for_update()
    found = list(await unit.scalars(rows.execution_options(populate_existing=True)))
    for story in found:
        before = audit.facts(story)
        story.state, story.ended_at, story.title, story.text, story.reason = (
            StoryState.ENDED,
            unit.started_at,
            "",
            "",
            None,
        )
        audit.record(unit, "story.end", story, before=before)
    await _end_told(unit, [story.id for story in found])
    return len(found)


async def _end_told(unit: Unit, ids: list[UUID]) -> None:
    if not ids:
        return
    for told in await unit.scalars(select(ToldStory).where(col(ToldStory.id).in_(ids))):
        before = audit.facts(told)
        told.ended_at, told.title, told.text, told.salt = unit.started_at, "", "", ""
        audit.record(unit, "story.end", told, before=before)
