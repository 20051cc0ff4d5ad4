"""The end of stories: their words go at once, in the transaction that ends them; a digest stays and says nothing."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from coord import audit
from coord.access import system
from coord.clients.consents.tables import Consent
from coord.clients.stories.codes import StoryState
from coord.clients.stories.tables import Story, ToldStory
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.work import Unit, action

KEEPER = system("end of stories", "empties stories whose consent ran out", "job.run", "story.write")


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


@action("job.run")
async def end_stories_that_ran_out(unit: Unit) -> int:
    """End every story whose consent ran out, by the day where its program is; how many.

    From the first moment of the day after, no reading gives its words (``told_by_id``); here they leave the rows too.
    """
    ended = 0
    for program, zone in await unit.rows(select(Program.id, Program.time_zone)):
        today = local_date(unit.started_at, zone)
        told = select(ToldStory.id).where(col(ToldStory.last_day) < today)
        over = select(Consent.id).where(col(Consent.expires_on) < today)
        ran_out = or_(col(Story.id).in_(told), col(Story.consent_id).in_(over))
        ended += await end_stories(unit, col(Story.program_id) == program, ran_out)
    return ended


async def _end_told(unit: Unit, ids: list[UUID]) -> None:
    if not ids:
        return
    for told in await unit.scalars(select(ToldStory).where(col(ToldStory.id).in_(ids))):
        before = audit.facts(told)
        told.ended_at, told.title, told.text, told.salt = unit.started_at, "", "", ""
        audit.record(unit, "story.end", told, before=before)
