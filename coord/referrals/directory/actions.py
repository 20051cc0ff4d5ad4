"""Saying what an organization does, and saying again that it still holds."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from coord import audit
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.text import search_keys
from coord.organizations.tables import Organization
from coord.referrals.directory.access import may_describe, oversees
from coord.referrals.directory.codes import Capacity
from coord.referrals.directory.inputs import DescribeReceiver
from coord.referrals.directory.reads import RECEIVING
from coord.referrals.directory.rules import packed
from coord.referrals.directory.tables import Receiver
from coord.work import Unit, action

_LONGEST_SEARCH = 2000


async def _own(unit: Unit, organization_id: UUID) -> Organization:
    """An organization for which the actor may speak. Raises ``NotFound``, ``Invalid`` for one of the others."""
    place = await unit.find(Organization, organization_id)
    if place.kind not in RECEIVING:
        raise NotFound
    if not may_describe(unit.actor, place.id, place.foundation_id):
        raise Invalid(Problem("organization", "ANOTHERS_ENTRY"))
    return place


@action("receiver.edit")
async def describe_receiver(unit: Unit, given: DescribeReceiver) -> UUID:
    """Write an organization's entry, which confirms it as well; the same again changes nothing but its date.

    Raises ``NotFound`` for an organization that is not in the actor's directories, ``Invalid`` for one that others
    speak for, ``Conflict`` when somebody else has just begun the entry.
    """
    place = await _own(unit, given.organization)
    row = await unit.session.get(Receiver, place.id)
    before = None if row is None else audit.facts(row)
    if row is None:
        row = await _begun(unit, place, given.capacity)
    for name, value in given.model_dump(exclude={"organization", "services", "districts", "answers_by_link"}).items():
        setattr(row, name, value)
    if given.answers_by_link is not None and given.answers_by_link is not row.answers_by_link:
        if not oversees(unit.actor, place.foundation_id):
            raise Invalid(Problem("answers_by_link", "ONLY_THE_FOUNDATION"))
        row.answers_by_link = given.answers_by_link
    row.services = packed(one.value for one in given.services)
    row.districts = packed(given.districts)
    row.search_text = " ".join(key for one in given.districts for key in search_keys(one))[:_LONGEST_SEARCH]
    _confirm(unit, row)
    await unit.session.flush()
    audit.record(unit, "receiver.describe", row, before=before)
    return place.id


@action("receiver.edit")
async def confirm_receiver(unit: Unit, organization_id: UUID) -> UUID:
    """Say that an entry still holds. Raises ``NotFound`` without one, ``Invalid`` where others speak for it."""
    place = await _own(unit, organization_id)
    row = await unit.find(Receiver, place.id)
    before = audit.facts(row)
    _confirm(unit, row)
    audit.record(unit, "receiver.confirm", row, before=before)
    return place.id


async def _begun(unit: Unit, place: Organization, capacity: Capacity) -> Receiver:
    row = Receiver(id=place.id, foundation_id=place.foundation_id, capacity=capacity)
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("organization", "DESCRIBED_MEANWHILE")) from None
    return row


def _confirm(unit: Unit, row: Receiver) -> None:
    row.confirmed_at, row.confirmed_by_id = unit.started_at, unit.actor.user_id
