"""Stories of people through the API: written by the care team, decided by a second person, ended at any time."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

from coord.clients.stories.codes import StoryMove, StoryState
from coord.clients.stories.inputs import MoveStory, WriteStory
from coord.clients.stories.moving import move_story
from coord.clients.stories.reads import StoryShown, stories_of_client, stories_waiting
from coord.clients.stories.writing import write_story
from schema.errors import Rejected
from schema.ids import global_id
from schema.inputs import raw, row_id
from schema.looking import Info
from schema.paging import GIVEN
from schema.scalars import DateTime

for _enum, _meaning in (
    (StoryMove, "A step of a story. 故事的操作。"),
    (StoryState, "Where a story stands. 故事状态。"),
):
    strawberry.enum(_enum, description=_meaning)
_STORY = "Story"


@strawberry.type(description="A story as the care team reads it; its words go when it ends. 服务团队所见的故事。")
class ClientStory:
    """A story of one client."""

    id: strawberry.ID
    client_code: str
    state: StoryState
    title: str
    text: str
    written_at: DateTime
    reason: str | None = strawberry.field(description="Why it was sent back. 退回原因。")
    ended_at: DateTime | None
    moves: list[StoryMove] = strawberry.field(description="What the viewer can do now. 当前可执行的操作。")


def _shown(one: StoryShown) -> ClientStory:
    told: dict[str, Any] = {
        name: getattr(one, name)
        for name in ("client_code", "state", "title", "text", "written_at", "reason", "ended_at")
    }
    return ClientStory(id=strawberry.ID(global_id(_STORY, one.id)), moves=list(one.moves), **told)


async def waiting(info: Info) -> list[ClientStory]:
    """What waits for a second person, and what is told."""
    return [_shown(one) for one in await stories_waiting(info.context.unit)]


async def of_client(info: Info, client: strawberry.ID) -> list[ClientStory]:
    """The stories of one person, the newest first."""
    return [_shown(one) for one in await _of(info, row_id("client", "Client", client))]


async def _of(info: Info, client: UUID | None) -> Sequence[StoryShown]:
    if client is None:
        raise AssertionError("the schema lets no null through")
    return await stories_of_client(info.context.unit, client)


@strawberry.input(description="A story that names nobody; with story, one that was sent back. 不含身份的故事。")
class WriteStoryInput:
    """What ``WriteStory`` takes."""

    client: strawberry.ID
    story: strawberry.ID | None = GIVEN
    title: str
    text: str


@strawberry.input(description="A step of a story. 故事的操作。")
class MoveStoryInput:
    """What ``MoveStory`` takes."""

    story: strawberry.ID
    move: StoryMove
    reason: str | None = strawberry.field(default=GIVEN, description="Needed to send it back. 退回时必填。")


@strawberry.type(description="The story after it. 操作后的故事。")
class StoryKept:
    """The answer to both."""

    story: ClientStory


StoryResult = Annotated[StoryKept | Rejected, strawberry.union("StoryResult")]


async def _kept(info: Info, client: UUID | None, story: UUID) -> StoryKept:
    return StoryKept(story=next(_shown(one) for one in await _of(info, client) if one.id == story))


async def write(info: Info, given_input: Annotated[WriteStoryInput, strawberry.argument(name="input")]) -> StoryResult:
    """Write one, or one anew that was sent back."""
    given = WriteStory.parse(raw(given_input, {"client": "Client", "story": _STORY}))
    return await _kept(info, given.client, await write_story(info.context.unit, given))


async def move(info: Info, given_input: Annotated[MoveStoryInput, strawberry.argument(name="input")]) -> StoryResult:
    """Approve it, send it back, or end it wherever it is told."""
    given = MoveStory.parse(raw(given_input, {"story": _STORY}))
    return await _kept(info, await move_story(info.context.unit, given), given.story)
