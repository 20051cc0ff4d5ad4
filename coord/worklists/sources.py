"""Where entries of the work list come from: each source is one function in ``SOURCES``.

Another area adds its own by one more function: what waits is told in plain values, so nothing else changes.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import col

from coord.cases.codes import CaseStatus, FollowUpStatus, PlanStatus
from coord.cases.tables import CaseFile, CaseFollowUp, CasePlan
from coord.clients.consents import consent_items
from coord.clients.consents.codes import ItemKind
from coord.clients.discharges import FOLLOWED_FOR, discharges_since
from coord.clients.record.lacking import incomplete_clients
from coord.contacts.codes import ContactStatus
from coord.contacts.group_reads import groups, rolls_of
from coord.contacts.group_rules import ABSENCES_NOTICED, absences_in_a_row
from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.outcomes.reads import scales_due
from coord.periods.codes import MonthState
from coord.periods.inputs import MonthOf
from coord.periods.places import month_place
from coord.periods.reads import months_of_hospital
from coord.periods.rules import due_days
from coord.programs.setting_values import settings_of, settings_on
from coord.programs.tables import Setting
from coord.work import Unit, read
from coord.worklists.codes import WorkKind
from coord.worklists.desk import Desk
from coord.worklists.remedies import own_remedies
from coord.worklists.rules import Entry, Met, due_now, newest_of_each, schedule
from coord.worklists.steps import next_steps

_MOST = 500
COMPLETE_WITHIN = timedelta(days=14)
"""After its registration a file that lacks something is to be completed within so many days (a rule of coord)."""
_UNDONE = {ContactStatus.RETURNED: WorkKind.RETURNED_RECORD, ContactStatus.DRAFT: WorkKind.UNFINISHED_RECORD}


Source = Callable[[Unit, Desk], Awaitable[Sequence[Entry]]]


@read("work.list")
async def follow_ups(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """Contacts after discharge that are open and not made, one a client."""
    found = await discharges_since(unit, desk.post.hospital_id, unit.started_at - FOLLOWED_FOR)
    latest = newest_of_each(found)
    meetings = await _meetings(unit, latest.keys(), desk.today - FOLLOWED_FOR)
    history, zone = await settings_of(unit, desk.post.program_id), desk.post.time_zone
    entries = []
    for client, one in latest.items():
        steps = schedule(one.discharged_at, zone, history.on(local_date(one.discharged_at, zone)))
        due = due_now(steps, meetings.get(client, ()), desk.today)
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


@read("work.list")
async def scales_to_take(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """Scales and reviews that are due at the hospital for the worker's own open cases, the most pressing of each."""
    entries: dict[UUID, Entry] = {}
    for due in await scales_due(unit, desk.post.hospital_id, worker=desk.post.worker_id):
        if due.client_id not in entries:
            key = f"{due.client_id}/{due.why.value}/{due.on}"
            entries[due.client_id] = Entry(WorkKind.SCALE_DUE, key, due.on, due.client_id, told={"why": due.why.value})
    return list(entries.values())[:_MOST]


@read("work.list")
async def returned_cases(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """The worker's cases and plans that the supervisor gave back."""
    back = or_(
        col(CaseFile.status) == CaseStatus.RETURNED,
        (col(CaseFile.closed_on).is_(None)) & (col(CasePlan.status) == PlanStatus.RETURNED),
    )
    statement = (
        select(CaseFile.id, CaseFile.client_id, CaseFile.submitted_at, CasePlan.decided_at, CaseFile.received_on)
        .outerjoin(CasePlan, col(CasePlan.id) == col(CaseFile.id))
        .where(col(CaseFile.worker_id) == desk.post.worker_id, col(CaseFile.hospital_id) == desk.post.hospital_id, back)
        .limit(_MOST)
    )
    entries = []
    for case, client, submitted, decided, received in await unit.rows(statement):
        since = decided or submitted
        day = received if since is None else local_date(since, desk.post.time_zone)
        entries.append(Entry(WorkKind.RETURNED_CASE, f"{case}/{day}", day, client, case))
    return entries


@read("work.list")
async def looks_after_closing(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """Looks at how people fare after their cases were closed, due by now."""
    statement = (
        select(CaseFollowUp.id, CaseFollowUp.due_on, CaseFile.client_id, CaseFile.id.label("case_id"))  # type: ignore[attr-defined]
        .join(CaseFile, col(CaseFile.id) == col(CaseFollowUp.case_id))
        .where(
            col(CaseFile.worker_id) == desk.post.worker_id,
            col(CaseFile.hospital_id) == desk.post.hospital_id,
            col(CaseFollowUp.status) == FollowUpStatus.DUE,
            col(CaseFollowUp.due_on) <= desk.today,
        )
        .order_by(col(CaseFollowUp.due_on))
        .limit(_MOST)
    )
    return [
        Entry(WorkKind.CASE_FOLLOW_UP, str(key), day, client, case)
        for key, day, client, case in await unit.rows(statement)
    ]


@read("work.list")
async def consents_to_renew(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """Consents that end within thirty days or have ended, and those of people who came of age."""
    return [
        Entry(
            WorkKind.CONSENT,
            f"{item.consent.id}/{item.kind.value}",
            item.consent.expires_on if item.kind is ItemKind.EXPIRING and item.consent.expires_on else item.since,
            item.consent.client_id,
            told={"item": item.kind.value},
        )
        for item in (await consent_items(unit, [desk.post.hospital_id]))[:_MOST]
    ]


@read("work.list")
async def files_to_complete(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """Files of the hospital that lack what every file must say, one entry for all: lists bring hundreds at once."""
    if not unit.actor.may("client.correct"):
        return []
    lacking = await incomplete_clients(unit, [desk.post.hospital_id])
    if not lacking:
        return []
    since = local_date(min(one.registered_at for one in lacking), desk.post.time_zone)
    key = f"{desk.post.hospital_id}/incomplete/{len(lacking)}"
    return [Entry(WorkKind.INCOMPLETE_CLIENT, key, since + COMPLETE_WITHIN, told={"n": len(lacking)})]


SOURCES: Sequence[Source] = (
    follow_ups, undone_records, group_work, silent_clients, consents_to_renew, months_to_close, scales_to_take, returned_cases,
    looks_after_closing, own_remedies, files_to_complete, next_steps,
)  # fmt: skip
"""Every source of the work list."""
