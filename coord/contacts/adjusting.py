"""Corrections of locked months: booked in an open month, with a reason and a note beside the figures (CR-11)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import col, delete

from coord import audit
from coord.contacts.attachments.tables import ContactAttachment
from coord.contacts.codes import AdjustmentKind
from coord.contacts.inputs import LogContact, TakeBack
from coord.contacts.tables import Adjustment, Presence, ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, NotFound, Problem
from coord.kernel.sql import select
from coord.programs.month_locks import locked_months, month_of_day, open_month_from
from coord.programs.tables import Program
from coord.work import Unit, action, read

_MOST_ADJUSTMENTS = 500


@read("contact.list")
async def locked_month(unit: Unit, program_id: UUID, hospital_id: UUID, day: date) -> str | None:
    """The month of a day if it is locked; one that is open stays so until the unit ends."""
    month = month_of_day(day)
    return month if await locked_months(unit, program_id, hospital_id, [month], for_writing=True) else None


@read("contact.list")
async def refuse_locked(unit: Unit, contact: ServiceContact) -> None:
    """Raise ``Conflict`` where the month of a contact is locked."""
    month = await locked_month(unit, contact.program_id, contact.hospital_id, contact.occurred_on)
    if month is not None:
        raise Conflict(Problem("contact", "MONTH_LOCKED", {"month": month}))


@action("contact.withdraw")
async def take_out(unit: Unit, contact: ServiceContact) -> None:
    """Let a contact count nowhere any more; its files go with it, for they would be shown to nobody."""
    before = audit.facts(contact)
    for model in (ContactAttachment, Presence):
        await unit.session.run(delete(model).where(col(model.contact_id) == contact.id))
    contact.withdrawn_at = unit.started_at
    audit.record(unit, "contact.withdraw", contact, before=before)


@action("contact.adjust")
async def adjust(unit: Unit, contact: ServiceContact, kind: AdjustmentKind, said: LogContact | TakeBack) -> Adjustment:
    """Book what was just done to a contact of a locked month in the first month that is open."""
    if said.correction_reason is None or said.correction_note is None:
        raise AssertionError("a correction was let through without its reason or note")
    program = await unit.find(Program, contact.program_id)
    today = local_date(unit.started_at, program.time_zone)
    row = Adjustment(
        program_id=contact.program_id,
        hospital_id=contact.hospital_id,
        contact_id=contact.id,
        refers_to=month_of_day(contact.occurred_on),
        booked_in=await open_month_from(unit, contact.program_id, contact.hospital_id, today),
        kind=kind,
        reason=said.correction_reason,
        note=said.correction_note,
        made_at=unit.started_at,
        made_by_id=unit.actor.user_id,
    )
    unit.add(row)
    audit.record(unit, "contact.adjust", row)
    return row


@action("contact.adjust")
async def take_back(unit: Unit, given: TakeBack) -> Adjustment:
    """Take a contact of the actor out of a locked month.

    Raises ``NotFound`` for contacts of others, ``Conflict`` while its month is open: then it is withdrawn.
    """
    contact = await unit.find(ServiceContact, given.contact)
    if contact.recorded_by_id != unit.actor.user_id:
        raise NotFound
    if await locked_month(unit, contact.program_id, contact.hospital_id, contact.occurred_on) is None:
        raise Conflict(Problem("contact", "MONTH_NOT_LOCKED"))
    await take_out(unit, contact)
    return await adjust(unit, contact, AdjustmentKind.TAKEN_BACK, given)


_SHOWN = ("id", "contact_id", "hospital_id", "refers_to", "booked_in", "kind", "reason", "note", "made_at")


@read("month.list")
async def adjustments(
    unit: Unit, program_id: UUID, *, refers_to: str | None = None, booked_in: str | None = None,
    hospital: UUID | None = None,
) -> Sequence[RowMapping]:  # fmt: skip
    """Corrections of locked months, the newest first."""
    wanted = {Adjustment.refers_to: refers_to, Adjustment.booked_in: booked_in, Adjustment.hospital_id: hospital}
    statement = (
        select(*(getattr(Adjustment, name) for name in _SHOWN))
        .where(
            col(Adjustment.program_id) == program_id,
            *(col(column) == value for column, value in wanted.items() if value is not None),
        )
        .order_by(col(Adjustment.made_at).desc(), col(Adjustment.id))
        .limit(_MOST_ADJUSTMENTS)
    )
    return (await unit.session.run(statement)).mappings().all()


@read("contact.list")
async def adjustments_of(unit: Unit, contacts: Collection[UUID]) -> Mapping[UUID, RowMapping]:
    """The correction by which each of these contacts came into a locked month."""
    statement = select(*(getattr(Adjustment, name) for name in _SHOWN)).where(
        col(Adjustment.contact_id).in_(contacts), col(Adjustment.kind) == AdjustmentKind.ADDED
    )
    rows = (await unit.session.run(statement)).mappings().all() if contacts else ()
    return {row["contact_id"]: row for row in rows}
