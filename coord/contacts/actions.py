"""Logging one service and taking it back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord import audit
from coord.clients import clients_in_reach
from coord.clients.actions import post_at
from coord.contacts.adjusting import adjust, locked_month, refuse_locked, take_out
from coord.contacts.codes import AdjustmentKind, ContactStatus, Source
from coord.contacts.inputs import LogContact
from coord.contacts.process.writing import keep_process
from coord.contacts.rules import Surroundings, check_contact, wrong_correction
from coord.contacts.sealing import seal_notes
from coord.contacts.tables import ServiceContact, ServiceGroup
from coord.contacts.writing import Post, contact_row, rows_beside
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.placements import WorkPost, are_colleagues
from coord.programs import take_part
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed

WITHDRAW_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Logged:
    """The contact that a key made, and whether this call only repeated the answer."""

    contact_id: UUID
    replayed: bool


@action("contact.log")
async def log_contact(unit: Unit, given: LogContact, *, source: Source = Source.PAGE) -> Logged:
    """Log one service of the actor.

    The same idempotency key with the same content gives the first answer again. Raises ``Conflict``
    for other content, ``Invalid`` with every problem of the input.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return Logged(first, replayed=True)
    post = await post_at(unit, given.program, given.hospital, on=given.occurred_on)
    locked = await locked_month(unit, post.program_id, post.hospital_id, given.occurred_on)
    problems = check_contact(given, surroundings(unit, post)) + await out_of_reach(unit, given, post)
    problems += wrong_correction(given, locked)
    if problems:
        raise Invalid(*problems)
    number = await _next_session(unit, given.group)
    contact = contact_row(given, place_of(post), unit, source, number)
    contact.status = signed(given)
    if (first := await remember(unit, given.idempotency_key, given, contact.id)) is not None:
        return Logged(first, replayed=True)
    await seal_notes(unit, [(contact, given.note)])
    unit.add(contact)
    await unit.session.flush()
    unit.add(*rows_beside(contact, given))
    await keep_process(unit, contact, given, is_new=True)
    audit.record(unit, "contact.log", contact)
    if locked is not None:
        await adjust(unit, contact, AdjustmentKind.ADDED, given)
    unit.later("contacts.flag_quality", contact=contact.id)
    return Logged(contact.id, replayed=False)


def signed(given: LogContact) -> ContactStatus:
    """Whether a record is handed in with this, or waits to be finished; a correction of a locked month never waits."""
    waits = given.unsigned and given.correction_reason is None
    return ContactStatus.DRAFT if waits else ContactStatus.SUBMITTED


def place_of(post: WorkPost) -> Post:
    """Where and for whom a post's contacts are."""
    agency = None if post.employer_id == post.hospital_id else post.employer_id
    return Post(post.program_id, post.hospital_id, agency, post.worker_id)


def surroundings(unit: Unit, post: WorkPost) -> Surroundings:
    """What a contact of a post is checked against."""
    return Surroundings(
        time_zone=post.time_zone,
        now=unit.started_at,
        program_starts_on=post.program_starts_on,
        program_ends_on=post.program_ends_on,
        post_starts_on=post.starts_on,
        post_ends_on=post.ends_on,
    )


async def out_of_reach(unit: Unit, given: LogContact, post: WorkPost) -> list[Problem]:
    """Ids that name no row of this hospital: the same answer for foreign and for invented ones."""
    named = {given.client} if given.client else set()
    known = await clients_in_reach(unit, named | {*given.attendees, *given.absentees}, post.hospital_id)
    problems = [
        Problem(field, "NO_SUCH_CLIENT")
        for field, ids in (("client", named), ("attendees", given.attendees), ("absentees", given.absentees))
        if not known.issuperset(ids)
    ]
    if given.group:
        problems += await _wrong_group(unit, given.group, post.hospital_id, given.occurred_on)
    if given.co_workers and not await are_colleagues(unit, given.co_workers, post):
        problems.append(Problem("co_workers", "NO_SUCH_WORKER"))
    if given.hosts and not await take_part(unit, given.hosts, post.program_id):
        problems.append(Problem("hosts", "NO_SUCH_ORGANIZATION"))
    return problems


async def _wrong_group(unit: Unit, group_id: UUID, hospital_id: UUID, day: date) -> Iterable[Problem]:
    group = await unit.session.get(ServiceGroup, group_id)
    if group is None or group.hospital_id != hospital_id:
        return [Problem("group", "NO_SUCH_GROUP")]
    return [Problem("group", "GROUP_CLOSED")] if group.closed_on is not None and day > group.closed_on else []


async def _next_session(unit: Unit, group_id: UUID | None) -> int | None:
    if group_id is None:
        return None
    statement = select(func.max(ServiceContact.session_number)).where(col(ServiceContact.group_id) == group_id)
    return int(await unit.scalar(statement) or 0) + 1


@action("contact.withdraw")
async def withdraw_contact(unit: Unit, contact_id: UUID) -> None:
    """Take back a contact that the actor logged in the last seven days: it counts nowhere any more.

    Raises ``NotFound`` for contacts of others, ``Conflict`` when it is too late or already verified.
    """
    contact = await unit.find(ServiceContact, contact_id)
    if contact.recorded_by_id != unit.actor.user_id:
        raise NotFound
    too_late = unit.started_at - contact.recorded_at > WITHDRAW_WITHIN
    if too_late or contact.status not in {ContactStatus.DRAFT, ContactStatus.SUBMITTED, ContactStatus.RETURNED}:
        raise Conflict(Problem("contact", "TOO_LATE_TO_WITHDRAW"))
    await refuse_locked(unit, contact)
    await take_out(unit, contact)
