"""The queue: what is flagged and what was drawn, until somebody has decided; and what was decided."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.clients.tables import Client
from coord.contacts.access import own_contacts
from coord.contacts.codes import ContactStatus, FlagState
from coord.contacts.reads import CONTACTS
from coord.contacts.reviews.codes import WhyReviewed
from coord.contacts.reviews.inputs import ReviewFilter
from coord.contacts.reviews.tables import RecordReview, ReviewPick
from coord.contacts.tables import QualityFlag, ServiceContact
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.programs.month_locks import next_month
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.work.listing import Listing
from coord.workforce.tables import Worker

QUEUE = Listing("contact.review", ServiceContact, CONTACTS.columns, CONTACTS.order, CONTACTS.joins)
"""Records by day, the oldest first."""
_MOST_DECISIONS = 50


def asks_for_a_look(why: WhyReviewed | None = None) -> Any:
    """Records with an open flag, drawn records, or both kinds.

    Looked up for each record that waits, by its id: a list of everything that was ever drawn grows without end.
    """
    contact = col(ServiceContact.id)
    flagged = select(QualityFlag.id).where(
        col(QualityFlag.contact_id) == contact, col(QualityFlag.state) == FlagState.OPEN
    )
    drawn = select(ReviewPick.id).where(col(ReviewPick.contact_id) == contact)
    reasons = {
        WhyReviewed.FLAGGED: flagged.correlate(ServiceContact).exists(),
        WhyReviewed.SAMPLED: drawn.correlate(ServiceContact).exists(),
    }
    return or_(*reasons.values()) if why is None else reasons[why]


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _found(text: str) -> Any:
    like = _like(text)
    coded = select(Client.id).where(col(Client.code).ilike(like, escape="\\"))
    named = or_(col(Worker.display_name).ilike(like, escape="\\"), col(Worker.code).ilike(like, escape="\\"))
    return or_(
        col(ServiceContact.client_id).in_(coded), col(ServiceContact.worker_id).in_(select(Worker.id).where(named))
    )


def _conditions(unit: Unit, given: ReviewFilter) -> list[Any]:
    own = col(ServiceContact.recorded_by_id)
    where: list[Any] = [
        col(ServiceContact.status) == ContactStatus.SUBMITTED,
        own_contacts(unit.actor),
        or_(own.is_(None), own != unit.actor.user_id),
        asks_for_a_look(given.why),
    ]
    if given.program is not None:
        where.append(col(ServiceContact.program_id).in_(select(Program.id).where(Program.code == given.program)))
    for column, value in ((ServiceContact.hospital_id, given.hospital), (ServiceContact.worker_id, given.worker)):
        if value is not None:
            where.append(col(column) == value)
    if given.month is not None:
        first, after = date.fromisoformat(f"{given.month}-01"), date.fromisoformat(f"{next_month(given.month)}-01")
        where += [col(ServiceContact.occurred_on) >= first, col(ServiceContact.occurred_on) < after]
    if given.search is not None:
        where.append(_found(given.search))
    return where


@read("contact.review")
async def review_queue(
    unit: Unit, wanted: Iterable[str], request: PageRequest, given: ReviewFilter
) -> Page[RowMapping]:
    """Records to look at, the oldest first, by cursor."""
    return await QUEUE.page(unit, wanted, _conditions(unit, given), request)


@read("contact.review")
async def queue_on_page(
    unit: Unit, wanted: Iterable[str], given: ReviewFilter, *, page: int, size: int
) -> Sequence[RowMapping]:
    """The same by page number (1 is the first)."""
    return await QUEUE.numbered(unit, wanted, _conditions(unit, given), page=page, size=size)


@read("contact.review")
async def count_queue(unit: Unit, given: ReviewFilter) -> int:
    """How many records wait."""
    return await QUEUE.total(unit, _conditions(unit, given))


@read("contact.review")
async def drawn_among(unit: Unit, contacts: Collection[UUID]) -> frozenset[UUID]:
    """Which of these records the samples hold."""
    statement = select(ReviewPick.contact_id).where(col(ReviewPick.contact_id).in_(contacts))
    return frozenset(await unit.scalars(statement)) if contacts else frozenset()


@read("contact.list")
async def decisions_on(unit: Unit, contact: UUID) -> Sequence[RecordReview]:
    """What was decided about a record and stands, the newest first."""
    statement = (
        select(RecordReview)
        .where(col(RecordReview.contact_id) == contact, col(RecordReview.undone_at).is_(None))
        .order_by(col(RecordReview.at).desc(), col(RecordReview.id))
        .limit(_MOST_DECISIONS)
    )
    found: Sequence[RecordReview] = await unit.scalars(statement)
    return found
