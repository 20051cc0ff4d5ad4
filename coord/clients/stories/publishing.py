"""Marking stories as published: from then on everybody in the program may read them, until they end."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.clients.stories.tables import ToldStory
from coord.kernel.sql import select
from coord.work import Unit, action


@action("release.move")
async def publish_stories(unit: Unit, ids: Collection[UUID]) -> None:
    """Mark those that have not ended. For the action that publishes a release, which checks who asks."""
    if not ids:
        return
    waiting = select(ToldStory).where(
        col(ToldStory.id).in_(ids), col(ToldStory.ended_at).is_(None), col(ToldStory.published_at).is_(None)
    )
    for told in await unit.scalars(waiting.with_for_update()):
        before = audit.facts(told)
        told.published_at = unit.started_at
        audit.record(unit, "story.publish", told, before=before)
