"""The review of records through the API: the queue, and what a reviewer decides."""

from typing import Annotated, Any

import strawberry

from coord.contacts import CONTACTS
from coord.contacts.quality import AcceptFlag, accept_flag
from coord.contacts.reviews import (
    QUEUE,
    ApproveContacts,
    ReturnContact,
    ReturnKind,
    ReviewFilter,
    WhyReviewed,
    approve_contacts,
    return_contact,
    review_queue,
    undo_review,
)
from coord.contacts.reviews.inputs import UndoReview
from schema.contacts import ServiceContact
from schema.errors import Rejected
from schema.inputs import raw, text
from schema.looking import Info
from schema.paging import GIVEN, After, First, counted, given
from schema.rows import Part
from schema.scalars import UUID
from schema.shapes import CONTACT

strawberry.enum(ReturnKind, description="Why a record goes back. 退回原因。")
strawberry.enum(WhyReviewed, description="Why a record is in the queue. 进入审核的原因。")


@strawberry.input(description="Every field narrows. 各条件取交集。")
class ReviewQueueFilter:
    """Which records."""

    program: str | None = GIVEN
    hospital: strawberry.ID | None = GIVEN
    worker: strawberry.ID | None = GIVEN
    month: str | None = strawberry.field(default=GIVEN, description="2026-11. 月份。")
    why: WhyReviewed | None = GIVEN
    search: str | None = strawberry.field(default=GIVEN, description="A client's code, a worker. 编号或社工。")


async def queue(
    info: Info,
    narrowed_by: Annotated[ReviewQueueFilter | None, strawberry.argument(name="filter")] = GIVEN,
    first: First = 20,
    after: After = GIVEN,
) -> Any:
    """Records to look at, the oldest first."""
    request = QUEUE.request(first, given(after))
    asked = raw(narrowed_by, {"hospital": "Organization", "worker": "Worker"}) if given(narrowed_by) else {}
    for name in ("program", "search"):
        text(name, asked.get(name))
    wanted = info.wanted(CONTACT, "edges", "node")
    return await counted(
        info, CONTACT, await review_queue(info.context.unit, wanted, request, ReviewFilter.parse(asked))
    )


@strawberry.input(description="Records that are right as they are. 通过的记录。")
class ApproveServiceContactsInput:
    """What ``ApproveContacts`` takes."""

    service_contacts: list[strawberry.ID] = strawberry.field(description="At most 200. 最多 200 条。")
    justification: str | None = strawberry.field(
        default=GIVEN, description="Needed when one is flagged. 其中有提示时必填。"
    )


@strawberry.input(description="A record that goes back to whoever wrote it. 退回的记录。")
class ReturnServiceContactInput:
    """What ``ReturnContact`` takes."""

    service_contact: strawberry.ID
    kind: ReturnKind | None = ReturnKind.OTHER
    reason: str | None = strawberry.field(default=GIVEN, description="Needed with OTHER. 原因为“其他”时必填。")


@strawberry.input(description="A flag that may stand. 接受质量提示。")
class AcceptQualityFlagInput:
    """What ``AcceptFlag`` takes."""

    flag: UUID
    justification: str


@strawberry.input(description="A decision to take back. 要撤销的审核。")
class UndoReviewInput:
    """The id that the decision gave."""

    batch: UUID


@strawberry.type(description="What was decided, and the id to take that back with for 12 seconds. 审核结果及撤销编号。")
class Reviewed:
    """The answer to a decision."""

    batch: UUID
    service_contacts: list[ServiceContact]


@strawberry.type(description="How many records stand open again. 撤销后恢复待审的条数。")
class ReviewUndone:
    """The answer to an undo."""

    number: int


@strawberry.type(description="The flag is accepted. 提示已接受。")
class QualityFlagAccepted:
    """The answer to an accepted flag."""

    flag: UUID


ReviewResult = Annotated[Reviewed | Rejected, strawberry.union("ReviewResult")]
UndoReviewResult = Annotated[ReviewUndone | Rejected, strawberry.union("UndoReviewResult")]
AcceptQualityFlagResult = Annotated[QualityFlagAccepted | Rejected, strawberry.union("AcceptQualityFlagResult")]


async def _reviewed(info: Info, batch: Any, ids: list[Any]) -> Reviewed:
    rows = await CONTACTS.by_ids(info.context.unit, info.wanted(CONTACT, "serviceContacts"), ids)
    shown: list[Any] = [Part(rows[one], "", CONTACT) for one in ids]
    return Reviewed(batch=batch, service_contacts=shown)


async def approve(
    info: Info, given_input: Annotated[ApproveServiceContactsInput, strawberry.argument(name="input")]
) -> ReviewResult:
    """Approve records, all or none."""
    said = raw(given_input, {"service_contacts": "ServiceContact"}, {"service_contacts": "contacts"})
    wanted = ApproveContacts.parse(said)
    batch = await approve_contacts(info.context.unit, wanted)
    return await _reviewed(info, batch, list(dict.fromkeys(wanted.contacts)))


async def give_back(
    info: Info, given_input: Annotated[ReturnServiceContactInput, strawberry.argument(name="input")]
) -> ReviewResult:
    """Return a record."""
    said = raw(given_input, {"service_contact": "ServiceContact"}, {"service_contact": "contact"})
    wanted = ReturnContact.parse(said)
    return await _reviewed(info, await return_contact(info.context.unit, wanted), [wanted.contact])


async def undo(
    info: Info, given_input: Annotated[UndoReviewInput, strawberry.argument(name="input")]
) -> UndoReviewResult:
    """Take a decision back."""
    given = UndoReview.parse({"batch": given_input.batch})
    return ReviewUndone(number=await undo_review(info.context.unit, given.batch))


async def accept(
    info: Info, given_input: Annotated[AcceptQualityFlagInput, strawberry.argument(name="input")]
) -> AcceptQualityFlagResult:
    """Let a flag stand."""
    await accept_flag(info.context.unit, AcceptFlag.parse(raw(given_input, {})))
    return QualityFlagAccepted(flag=given_input.flag)
