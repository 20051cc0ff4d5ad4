"""Deciding about records: approve several at once, return one with its reason, take that back for a moment."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, update

from coord import audit
from coord.contacts.access import own_contacts
from coord.contacts.codes import ContactStatus, FlagState
from coord.contacts.reviews.codes import ReviewDecision
from coord.contacts.reviews.inputs import ApproveContacts, ReturnContact
from coord.contacts.reviews.rules import UNDO_WITHIN, return_problem, wrong_status
from coord.contacts.reviews.tables import RecordReview
from coord.contacts.tables import QualityFlag, ServiceContact
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.notices import NoticeKind, recall, tell
from coord.programs.month_locks import locked_months, month_of_day
from coord.work import Unit, action


async def _taken(unit: Unit, ids: Collection[UUID]) -> Sequence[ServiceContact]:
    """The records, held until the unit ends: of two who decide at once the second sees what the first decided.

    Raises ``NotFound`` when one is not in the actor's reach; a joint host sees an event and decides nothing about it.
    """
    statement = (
        select(ServiceContact)
        .where(col(ServiceContact.id).in_(ids), own_contacts(unit.actor))
        .order_by(col(ServiceContact.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found: Sequence[ServiceContact] = await unit.scalars(statement)
    if len(found) < len(set(ids)):
        raise NotFound
    return found


async def _refuse(unit: Unit, contacts: Sequence[ServiceContact], returning: bool) -> None:
    """Raises ``Conflict`` for one's own record, one that was decided about, and one of a locked month."""
    for contact in contacts:
        if contact.recorded_by_id is not None and contact.recorded_by_id == unit.actor.user_id:
            raise Conflict(Problem("contact", "NOT_ONES_OWN_RECORD"))
        is_approved = returning and contact.status is ContactStatus.VERIFIED
        await _refuse_locked(unit, contact)
        if not is_approved and (wrong := wrong_status(contact.status)):
            raise Conflict(Problem("contact", wrong))


async def _refuse_locked(unit: Unit, contact: ServiceContact) -> None:
    month = month_of_day(contact.occurred_on)
    if await locked_months(unit, contact.program_id, contact.hospital_id, [month], for_writing=True):
        raise Conflict(Problem("contact", "MONTH_LOCKED", {"month": month}))


@action("contact.review")
async def approve_contacts(unit: Unit, given: ApproveContacts) -> UUID:
    """Approve records, all or none; their open flags are accepted with the justification. Gives the batch's id.

    Raises ``Invalid`` when one is flagged and nothing is said about it, ``NotFound`` for a foreign one, ``Conflict``
    for one's own, for one that was decided about before and for one of a locked month.
    """
    contacts = await _taken(unit, given.contacts)
    await _refuse(unit, contacts, returning=False)
    flags = await _open_flags(unit, given.contacts)
    if flags and given.justification is None:
        raise Invalid(Problem("justification", "JUSTIFICATION_NEEDED", {"n": len({f.contact_id for f in flags})}))
    for flag in flags:
        before = audit.facts(flag)
        flag.state, flag.justification = FlagState.ACCEPTED, given.justification
        flag.reviewed_by_id, flag.reviewed_at = unit.actor.user_id, unit.started_at
        audit.record(unit, "contact.accept_flag", flag, before=before)
    batch = uuid7()
    for contact in contacts:
        before = audit.facts(contact)
        contact.status = ContactStatus.VERIFIED
        unit.add(_decided(unit, batch, contact, ReviewDecision.APPROVED, words=given.justification))
        audit.record(unit, "contact.approve", contact, before=before)
    return batch


@action("contact.return")
async def return_contact(unit: Unit, given: ReturnContact) -> UUID:
    """Give a record back with the reason; whoever wrote it is told. Gives the id to take that back with.

    Raises ``Invalid`` without a reason, ``Conflict`` as ``approve_contacts`` does.
    """
    if problem := return_problem(given.kind, given.reason):
        raise Invalid(problem)
    contacts = await _taken(unit, [given.contact])
    await _refuse(unit, contacts, returning=True)
    (contact,), batch = contacts, uuid7()
    before = audit.facts(contact)
    contact.status, contact.return_reason = ContactStatus.RETURNED, given.reason
    unit.add(_decided(unit, batch, contact, ReviewDecision.RETURNED, kind=given.kind, words=given.reason))
    audit.record(unit, "contact.return", contact, before=before)
    if contact.recorded_by_id is not None:
        tell(unit, [contact.recorded_by_id], NoticeKind.RECORD_RETURNED, "contact", contact.id,
             organization=contact.hospital_id)  # fmt: skip
    return batch


def _decided(unit: Unit, batch: UUID, contact: ServiceContact, decision: ReviewDecision, **said: Any) -> RecordReview:
    return RecordReview(
        contact_id=contact.id, batch_id=batch, decision=decision, at=unit.started_at, by_id=unit.actor.user_id,
        by_name=unit.actor.name, **said,
    )  # fmt: skip


async def _open_flags(unit: Unit, contacts: Collection[UUID]) -> Sequence[QualityFlag]:
    statement = (
        select(QualityFlag)
        .where(col(QualityFlag.contact_id).in_(contacts), col(QualityFlag.state) == FlagState.OPEN)
        .order_by(col(QualityFlag.id))
    )
    found: Sequence[QualityFlag] = await unit.scalars(statement)
    return found


_AFTER: Mapping[ReviewDecision, ContactStatus] = {
    ReviewDecision.APPROVED: ContactStatus.VERIFIED,
    ReviewDecision.RETURNED: ContactStatus.RETURNED,
}


@action("contact.review")
async def undo_review(unit: Unit, batch: UUID) -> int:
    """Take back what the actor decided within the last twelve seconds; how many records that were.

    Raises ``Conflict`` when it is too late or a record has moved on, ``NotFound`` for what others decided.
    """
    statement = select(RecordReview).where(
        col(RecordReview.batch_id) == batch,
        col(RecordReview.by_id) == unit.actor.user_id,
        col(RecordReview.undone_at).is_(None),
    )
    reviews: Sequence[RecordReview] = await unit.scalars(statement)
    if not reviews:
        raise NotFound
    if any(unit.started_at - review.at > UNDO_WITHIN for review in reviews):
        raise Conflict(Problem("undo", "REVIEW_STANDS"))
    contacts = {contact.id: contact for contact in await _taken(unit, [review.contact_id for review in reviews])}
    for review in reviews:
        contact, before = contacts[review.contact_id], audit.facts(contacts[review.contact_id])
        await _refuse_locked(unit, contact)
        if contact.status is not _AFTER[review.decision]:
            raise Conflict(Problem("undo", "REVIEW_STANDS"))
        contact.status, contact.return_reason, review.undone_at = ContactStatus.SUBMITTED, None, unit.started_at
        audit.record(unit, "contact.undo_review", contact, before=before)
        if review.decision is ReviewDecision.RETURNED:
            recall(unit, NoticeKind.RECORD_RETURNED, "contact", contact.id)
    await _reopen_flags(unit, reviews)
    return len(reviews)


async def _reopen_flags(unit: Unit, reviews: Sequence[RecordReview]) -> None:
    """Flags that were accepted with the decision stand open again."""
    accepted = update(QualityFlag).where(
        col(QualityFlag.contact_id).in_([review.contact_id for review in reviews]),
        col(QualityFlag.reviewed_at) == reviews[0].at,
        col(QualityFlag.reviewed_by_id) == unit.actor.user_id,
    )
    reopened = accepted.values(state=FlagState.OPEN, justification=None, reviewed_by_id=None, reviewed_at=None)
    await unit.session.run(reopened.execution_options(synchronize_session=False))
