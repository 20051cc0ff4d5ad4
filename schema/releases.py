"""Releases through the API for the foundation: ordered, followed, reviewed, published, restated."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from coord.programs import program_by_code
from coord.releases import MoveRelease, OrderRelease, ReleaseMove, ReleaseState, move_release, order_release, releases
from coord.releases.inputs import ChooseStories, RestateRelease, WriteNotes
from coord.releases.moving import write_notes
from coord.releases.orders import OrderStage, orders_of
from coord.releases.reads import ReleaseCard, release_card
from coord.releases.restating import order_restatement
from coord.releases.storytelling import choose_stories, tellable_stories
from schema.errors import Rejected
from schema.ids import global_id
from schema.inputs import raw, row_id, text
from schema.looking import Info
from schema.paging import GIVEN
from schema.scalars import Date, DateTime

for _enum, _name, _meaning in (
    (ReleaseMove, "ReleaseMove", "A step of a release. 发布版的操作。"),
    (ReleaseState, "ReleaseState", "Where a release stands. 发布版状态。"),
    (OrderStage, "ReleaseOrderStage", "How far an order is. 生成进度。"),
):
    strawberry.enum(_enum, name=_name, description=_meaning)
_RELEASE = "Release"


@strawberry.type(description="A release on its way, or published. 发布版。")
class Release:
    """A release in the foundation's list."""

    id: strawberry.ID
    period: str
    state: ReleaseState
    built_at: DateTime
    reviewed_at: DateTime | None
    published_at: DateTime | None
    record_count: int | None
    moves: list[ReleaseMove] = strawberry.field(description="What the viewer can do now. 当前可执行的操作。")


@strawberry.type(description="An order that has come to no release yet. 尚未完成的生成请求。")
class ReleaseOrder:
    """How far it is."""

    period: str
    stage: OrderStage
    ordered_at: DateTime
    reason: str | None = strawberry.field(description="The code of what went wrong. 失败原因代码。")


@strawberry.type(description="A story that a release may tell. 可随发布版公布的故事。")
class TellableStory:
    """An approved story, without the person."""

    id: strawberry.ID
    title: str
    text: str
    last_day: Date = strawberry.field(description="The last day of the consent. 同意的最后一天。")


def _shown(card: ReleaseCard) -> Release:
    told: dict[str, Any] = {
        name: getattr(card, name)
        for name in ("period", "state", "built_at", "reviewed_at", "published_at", "record_count")
    }
    return Release(id=strawberry.ID(global_id(_RELEASE, card.id)), moves=list(card.moves), **told)


async def listed(info: Info, program: str) -> list[Release]:
    """The releases of a program, the newest quarter first."""
    return [_shown(card) for card in await releases(info.context.unit, text("program", program) or "")]


async def orders(info: Info, program: str) -> list[ReleaseOrder]:
    """Orders on their way and those that were given up, the newest quarter first."""
    unit = info.context.unit
    facts = await program_by_code(unit, text("program", program) or "")
    told: list[Any] = list(await orders_of(unit, facts.id))
    return [
        ReleaseOrder(period=one.quarter, stage=one.stage, ordered_at=one.ordered_at, reason=one.reason) for one in told
    ]


async def tellable(info: Info, release: strawberry.ID) -> list[TellableStory]:
    """What may be chosen for a release now."""
    found: list[Any] = list(await tellable_stories(info.context.unit, _key(release)))
    return [
        TellableStory(
            id=strawberry.ID(global_id("Story", one.id)), title=one.title, text=one.text, last_day=one.last_day
        )
        for one in found
    ]


def _key(release: strawberry.ID) -> UUID:
    found = row_id("release", _RELEASE, release)
    if found is None:
        raise AssertionError("the schema lets no null through")
    return found


@strawberry.input(description="A quarter to be built. 要生成的季度。")
class OrderReleaseInput:
    """What ``OrderRelease`` takes."""

    program: str
    period: str


@strawberry.input(description="A step of a release. 发布版的操作。")
class MoveReleaseInput:
    """What ``MoveRelease`` takes."""

    release: strawberry.ID
    move: ReleaseMove


@strawberry.input(description="Words beside the figures, before the review. 复核前写入的报告文字。")
class WriteReleaseNotesInput:
    """What ``WriteNotes`` takes."""

    release: strawberry.ID
    summary: str | None = GIVEN
    challenges: str | None = GIVEN
    outlook: str | None = GIVEN


@strawberry.input(description="The stories beside the figures, before the review. 复核前选定的故事。")
class ChooseReleaseStoriesInput:
    """What ``ChooseStories`` takes."""

    release: strawberry.ID
    stories: list[strawberry.ID]


@strawberry.input(description="A published quarter to be counted anew. 要重述的已发布季度。")
class RestateReleaseInput:
    """What ``RestateRelease`` takes."""

    release: strawberry.ID
    reason: str


@strawberry.type(description="The release after it. 操作后的发布版。")
class ReleaseKept:
    """The answer to a step."""

    release: Release


@strawberry.type(description="It is built by a job: ask releaseOrders. 已提交生成，可查询 releaseOrders。")
class ReleaseOrdered:
    """The answer to an order."""

    period: str


ReleaseResult = Annotated[ReleaseKept | Rejected, strawberry.union("ReleaseResult")]
ReleaseOrderResult = Annotated[ReleaseOrdered | Rejected, strawberry.union("ReleaseOrderResult")]
_OF_RELEASE = {"release": _RELEASE}


async def _kept(info: Info, release: UUID) -> ReleaseKept:
    return ReleaseKept(release=_shown(await release_card(info.context.unit, release)))


async def order(
    info: Info, given_input: Annotated[OrderReleaseInput, strawberry.argument(name="input")]
) -> ReleaseOrderResult:
    """Ask for a quarter."""
    given = OrderRelease.parse(raw(given_input, {}))
    await order_release(info.context.unit, given)
    return ReleaseOrdered(period=given.period)


async def move(
    info: Info, given_input: Annotated[MoveReleaseInput, strawberry.argument(name="input")]
) -> ReleaseResult:
    """Review or publish."""
    return await _kept(info, await move_release(info.context.unit, MoveRelease.parse(raw(given_input, _OF_RELEASE))))


async def write(
    info: Info, given_input: Annotated[WriteReleaseNotesInput, strawberry.argument(name="input")]
) -> ReleaseResult:
    """Write the words."""
    return await _kept(info, await write_notes(info.context.unit, WriteNotes.parse(raw(given_input, _OF_RELEASE))))


async def choose(
    info: Info, given_input: Annotated[ChooseReleaseStoriesInput, strawberry.argument(name="input")]
) -> ReleaseResult:
    """Choose the stories."""
    given = ChooseStories.parse(raw(given_input, {**_OF_RELEASE, "stories": "Story"}))
    return await _kept(info, await choose_stories(info.context.unit, given))


async def restate(
    info: Info, given_input: Annotated[RestateReleaseInput, strawberry.argument(name="input")]
) -> ReleaseOrderResult:
    """Have it counted anew, by a job."""
    given = RestateRelease.parse(raw(given_input, _OF_RELEASE))
    await order_restatement(info.context.unit, given)
    return ReleaseOrdered(period=(await release_card(info.context.unit, given.release)).period)
