"""Stories of a client, those that wait for a second person, and those that may be told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col

from coord.clients.stories.codes import StoryMove, StoryState
from coord.clients.stories.rules import moves_from
from coord.clients.stories.tables import Story, ToldStory
from coord.clients.tables import Client
from coord.kernel.sql import select
from coord.work import Unit, read

_MOST = 200


@dataclass(frozen=True, slots=True)
class StoryShown:
    """A story as the care team reads it, with what the actor can do with it now."""

    id: UUID
    client_id: UUID
    client_code: str
    state: StoryState
    title: str
    text: str
    written_at: datetime
    reason: str | None
    ended_at: datetime | None
    moves: Sequence[StoryMove]


@dataclass(frozen=True, slots=True)
class ToldShown:
    """An approved story as whoever publishes it reads it; ``is_gone``: it ended, only its digest is left."""

    id: UUID
    title: str
    text: str
    salt: str
    digest: str
    last_day: date
    is_gone: bool


async def _shown(unit: Unit, *where: object) -> Sequence[StoryShown]:
    statement = (
        select(Story, Client.code)
        .join(Client, col(Client.id) == col(Story.client_id))
        .where(*where)
        .order_by(col(Story.written_at).desc(), col(Story.id))
        .limit(_MOST)
    )
    actor = unit.actor
    return [
        StoryShown(
            one.id, one.client_id, code, one.state, one.title, one.text, one.written_at, one.reason, one.ended_at,
            moves_from(one.state, actor.permissions, actor.user_id, one.written_by_id),
        )
        for one, code in await unit.rows(statement)
    ]  # fmt: skip


@read("story.list")
async def stories_of_client(unit: Unit, client_id: UUID) -> Sequence[StoryShown]:
    """The stories of a client, the newest first. Raises ``NotFound`` for clients of others."""
    await unit.find(Client, client_id)
    return await _shown(unit, col(Story.client_id) == client_id)


@read("story.review")
async def stories_waiting(unit: Unit) -> Sequence[StoryShown]:
    """Stories that wait for somebody to decide about, and those that are told; without those that ended."""
    return await _shown(unit, col(Story.state) != StoryState.ENDED)


@read("release.list")
async def told_stories(unit: Unit, program_id: UUID, today: date) -> Sequence[ToldShown]:
    """Approved stories of a program whose consent holds on a day, the newest first."""
    statement = (
        select(ToldStory)
        .where(
            col(ToldStory.program_id) == program_id, col(ToldStory.ended_at).is_(None), col(ToldStory.last_day) >= today
        )
        .order_by(col(ToldStory.told_at).desc(), col(ToldStory.id))
        .limit(_MOST)
    )
    return [_told(one, today) for one in await unit.scalars(statement)]


@read("release.read")
async def told_by_id(unit: Unit, ids: Collection[UUID], today: date) -> Mapping[UUID, ToldShown]:
    """Stories that releases name, as they may be told on a day: from the moment of its end a story has no words."""
    rows = await unit.scalars(select(ToldStory).where(col(ToldStory.id).in_(ids)))
    return {one.id: _told(one, today) for one in rows}


def _told(one: ToldStory, today: date) -> ToldShown:
    if one.ended_at is not None or one.last_day < today or not one.text:
        return ToldShown(one.id, "", "", "", one.digest, one.last_day, is_gone=True)
    return ToldShown(one.id, one.title, one.text, one.salt, one.digest, one.last_day, is_gone=False)
