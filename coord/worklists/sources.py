"""Where entries of the work list come from: each source is one function in ``SOURCES``.

Another area adds its own by one more function: what waits is told in plain values, so nothing else changes.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.cases.tables import CaseFile
from coord.clients.discharges import FOLLOWED_FOR, discharges_since
from coord.contacts.codes import ContactStatus
from coord.contacts.group_reads import groups, rolls_of
from coord.contacts.group_rules import ABSENCES_NOTICED, absences_in_a_row
from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.sql import select
from coord.periods.codes import MonthState
from coord.periods.inputs import MonthOf
from coord.periods.places import month_place
from coord.periods.reads import months_of_hospital
from coord.periods.rules import due_days
from coord.placements import WorkPost
from coord.programs.setting_values import settings_on
from coord.programs.tables import Setting
from coord.work import Unit, read
from coord.worklists.codes import WorkKind
from coord.worklists.rules import Entry, Met, due_now, newest_of_each

_MOST = 500
_UNDONE = {ContactStatus.RETURNED: WorkKind.RETURNED_RECORD, ContactStatus.DRAFT: WorkKind.UNFINISHED_RECORD}


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose list it is: a post, and today there."""

    post: WorkPost
    today: date


Source = Callable[[Unit, Desk], Awaitable[Sequence[Entry]]]


@read("work.list")
async def follow_ups(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """Contacts after discharge that are open and not made, one a client."""
    found = await discharges_since(unit, desk.post.hospital_id, unit.started_at - FOLLOWED_FOR)
    latest = newest_of_each(found)
    meetings = await _meetings(unit, latest.keys(), desk.today - FOLLOWED_FOR)
    entries = []
    for client, one in latest.items():
        due = due_now(one.discharged_at, meetings.get(client, ()), desk.today, desk.post.time_zone)
        if due is not None:
            entries.append(
                Entry(WorkKind.FOLLOW_UP, f"{one.id}/{due.name}", due.due_on, client, told={"step": due.name})
            )
    return entries


async def _meetings(unit: Unit, clients: Collection[UUID], since: date) -> dict[UUID, list[Met]]:
    statement = (
        select(Presence.client_id, Presence.occurred_on, ServiceContact.started_at)
        .join(ServiceContact, col(ServiceContact.id) == col(Presence.contact_id))
        .where(col(Presence.client_id).in_(clients), col(Presence.occurred_on) >= since)
    )
    met: dict[UUID, list[Met]] = {}
    for client, day, moment in await unit.rows(statement) if clients else ():
        met.setdefault(client, []).append(Met(day, moment))
    return met


@read("work.list")
async def undone_records(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """The worker's records that came back or were never finished."""
    statement = (
        select(ServiceContact.id, ServiceContact.status, ServiceContact.occurred_on, ServiceContact.client_id)
        .where(
            col(ServiceContact.worker_id) == desk.post.worker_id,
            col(ServiceContact.hospital_id) == desk.post.hospital_id,
            col(ServiceContact.status).in_(list(_UNDONE)),
        )
        .order_by(col(ServiceContact.occurred_on))
        .limit(_MOST)
    )
    return [
        Entry(_UNDONE[status], f"{contact}/{status.value}", day, client, contact)
        for contact, status, day, client in await unit.rows(statement)
    ]


@read("work.list")
async def group_work(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """Sessions whose planned day has come, and members who stayed away several times in a row."""
    meeting = [card for card in await groups(unit, hospital=desk.post.hospital_id) if not card.has_ended]
    rolls = await rolls_of(unit, [card.id for card in meeting])
    entries = []
    for card in meeting:
        number = card.sessions + 1
        if card.next_on is not None and card.next_on <= desk.today:
            told: dict[str, str | int] = {"group": card.name, "n": number}
            entries.append(Entry(WorkKind.GROUP_SESSION, f"{card.id}/{number}", card.next_on, None, card.id, told))
        for member, missed in absences_in_a_row(rolls.get(card.id, ()), card.members).items():
            if missed >= ABSENCES_NOTICED and card.last_on is not None:
                told = {"group": card.name, "n": missed}
                key = f"{card.id}/{member}/{card.sessions}"
                entries.append(Entry(WorkKind.ABSENT_AGAIN, key, card.last_on, member, card.id, told))
    return entries


@read("work.list")
async def silent_clients(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """Clients with an open case of the worker who were not met for as long as the program allows."""
    allowed = timedelta(days=(await settings_on(unit, desk.post.program_id, desk.today))[Setting.QUIET_DAYS])
    last = (
        select(func.max(Presence.occurred_on))
        .where(col(Presence.client_id) == col(CaseFile.client_id))
        .correlate(CaseFile)
        .scalar_subquery()
    )
    statement = (
        select(CaseFile.id, CaseFile.client_id, func.coalesce(last, CaseFile.opened_on).label("last_on"))
        .where(
            col(CaseFile.worker_id) == desk.post.worker_id,
            col(CaseFile.hospital_id) == desk.post.hospital_id,
            col(CaseFile.opened_on).is_not(None),
            col(CaseFile.closed_on).is_(None),
            func.coalesce(last, CaseFile.opened_on) < desk.today - allowed,
        )
        .limit(_MOST)
    )
    return [
        Entry(
            WorkKind.NO_CONTACT, f"{case}/{last_on}", last_on + allowed, client, told={"n": (desk.today - last_on).days}
        )
        for case, client, last_on in await unit.rows(statement)
    ]


@read("work.list")
async def months_to_close(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """The last two months at the post that are not handed in."""
    given = {"program": desk.post.program_code, "hospital": desk.post.hospital_id}
    first = desk.today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    months = [f"{day:%Y-%m}" for day in ((before - timedelta(days=1)), before) if day >= desk.post.starts_on]
    if not months:
        return []
    place = await month_place(unit, MonthOf.parse({**given, "month": months[-1]}))
    states = await months_of_hospital(unit, place, months)
    settings = await settings_on(unit, desk.post.program_id, desk.today)
    return [
        Entry(WorkKind.CLOSE_MONTH, f"{desk.post.hospital_id}/{month}/{state.value}", due_days(month, settings).submit_by,
              told={"month": month})
        for month, state in states.items()
        if state in {MonthState.OPEN, MonthState.RETURNED}
    ]  # fmt: skip


SOURCES: Sequence[Source] = (follow_ups, undone_records, group_work, silent_clients, months_to_close)
"""Every source of the work list."""
