"""One turn of a dispatcher: tell the next level of one alert and move its clock on, in one transaction.

The clock (``next_at``) is in the database and the notices are rows of the same transaction, so nothing here needs a
queue. Several dispatchers take turns: a locked row is somebody else's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import or_
from sqlmodel import col

from coord import audit
from coord.access import Role, system
from coord.cases.codes import OVER
from coord.cases.tables import CaseFile
from coord.clients.tables import Client
from coord.identity.reads import HOME_ZONE
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell
from coord.notices.telling import holders
from coord.outcomes.alerts import SUBJECT
from coord.outcomes.chain import CHAIN, VERSION, due_at
from coord.outcomes.codes import AlertTrigger, AlertUrgency, Level
from coord.outcomes.opening import Opening, open_alert
from coord.outcomes.tables import AlertDelivery, AlertStep, AlertTask, DispatcherBeat, SafetyAlert
from coord.placements.tables import Placement
from coord.work import Unit, action, read
from coord.work.inserting import insert_new
from coord.workforce.tables import Worker

DISPATCHER = system("alert dispatcher", "tells the next level of every alert that nobody has taken on", "job.run")
AT_ONCE = 50


@read("job.run")
async def due_alerts(unit: Unit) -> Sequence[UUID]:
    """The alerts whose next level should hear of them now, those that have waited longest first."""
    statement = (
        select(SafetyAlert.id)
        .where(*_is_due(unit))
        .order_by(col(SafetyAlert.next_at), col(SafetyAlert.id))
        .limit(AT_ONCE)
    )
    found: Sequence[UUID] = await unit.scalars(statement)
    return found


@read("job.run")
async def overdue_tasks(unit: Unit) -> Sequence[UUID]:
    """What had to follow an alert, was not done in time, and has not been said yet."""
    statement = select(AlertTask.id).where(*_is_overdue(unit)).order_by(col(AlertTask.due_at)).limit(AT_ONCE)
    found: Sequence[UUID] = await unit.scalars(statement)
    return found


def _is_due(unit: Unit) -> Sequence[Any]:
    return col(SafetyAlert.next_at) <= unit.started_at, col(SafetyAlert.taken_at).is_(None)


def _is_overdue(unit: Unit) -> Sequence[Any]:
    task = AlertTask
    return col(task.due_at) <= unit.started_at, col(task.done_at).is_(None), col(task.overdue_at).is_(None)


@action("job.run")
async def beat(unit: Unit, name: str) -> None:
    """A dispatcher is alive."""
    statement = select(DispatcherBeat).where(col(DispatcherBeat.name) == name)
    row: DispatcherBeat | None = await unit.scalar(statement)
    if row is None:
        await insert_new(unit, [DispatcherBeat(name=name, beat_at=unit.started_at)])
    else:
        row.beat_at = unit.started_at


@action("job.run")
async def escalate(unit: Unit, alert_id: UUID, *, hurry: float = 1) -> bool:
    """Tell the next level of an alert; False when it is not due any more or another dispatcher holds it.

    A level without anybody is noted and passed over at once. ``hurry`` divides the chain's times (drills, tests).
    """
    due = select(SafetyAlert).where(col(SafetyAlert.id) == alert_id, *_is_due(unit)).with_for_update(skip_locked=True)
    alert: SafetyAlert | None = await unit.scalar(due)
    if alert is None:
        return False
    people = await _people(unit, alert, CHAIN[alert.level])
    before = audit.facts(alert)
    _reached(unit, alert, people)
    alert.level += 1
    alert.next_at = _next(unit, alert, hurry, nobody=not people)
    if alert.next_at is None:
        alert.exhausted_at = unit.started_at
    audit.record(unit, "alert.escalate", alert, before=before)
    return True


def _reached(unit: Unit, alert: SafetyAlert, people: Sequence[UUID]) -> None:
    """The step, who was told, and their notices."""
    about: dict[str, Any] = {"alert_id": alert.id, "hospital_id": alert.hospital_id, "level": alert.level}
    unit.add(AlertStep(**about, due_at=alert.next_at or unit.started_at, reached_at=unit.started_at, told=len(people)))
    unit.add(*(AlertDelivery(**about, user_id=user, told_at=unit.started_at) for user in people))
    tell(unit, people, NoticeKind.SAFETY_ALERT, SUBJECT, alert.id, organization=alert.hospital_id)


def _next(unit: Unit, alert: SafetyAlert, hurry: float, *, nobody: bool) -> datetime | None:
    """When the level after this one is due; at once after a level without anybody; None after the last."""
    if alert.level == len(CHAIN):
        return None
    at = due_at(alert.opened_at, alert.urgency, alert.level, within=alert.within, hurry=hurry)
    return unit.started_at if nobody else max(at, unit.started_at)


async def _people(unit: Unit, alert: SafetyAlert, level: Level) -> Sequence[UUID]:
    """Who is told at a level: active people who hold its role today."""
    if level is Level.WORKER:
        held = await holders(unit, alert.hospital_id, Role.SOCIAL_WORKER)
        own = await _own_workers(unit, alert)
        return [user for user in held if user in own] or held
    if level is Level.SUPERVISOR:
        found = [await holders(unit, agency, Role.SUPERVISOR) for agency in await _agencies(unit, alert)]
        return list(dict.fromkeys(user for group in found for user in group))
    if level is Level.COORDINATOR:
        return await holders(unit, alert.hospital_id, Role.HOSPITAL_COORDINATOR)
    return await holders(unit, alert.foundation_id, Role.PROGRAM_OFFICER)


async def _own_workers(unit: Unit, alert: SafetyAlert) -> set[UUID]:
    """The person who opened the alert and whoever has the client's open case."""
    cases = (
        select(Worker.user_id)
        .join(CaseFile, col(CaseFile.worker_id) == col(Worker.id))
        .where(col(CaseFile.client_id) == alert.client_id, col(CaseFile.status).not_in(OVER))
    )
    return {user for user in (*await unit.scalars(cases), alert.opened_by_id) if user is not None}


async def _agencies(unit: Unit, alert: SafetyAlert) -> Sequence[UUID]:
    """The employers of those who have a post at the hospital now."""
    day = local_date(unit.started_at, HOME_ZONE)
    statement = (
        select(Placement.employer_id)
        .where(
            col(Placement.hospital_id) == alert.hospital_id,
            or_(col(Placement.ends_on).is_(None), col(Placement.ends_on) >= day),
        )
        .distinct()
    )
    found: Sequence[UUID] = await unit.scalars(statement)
    return found


@action("job.run")
async def remind(unit: Unit, task_id: UUID) -> bool:
    """Open an alert for something that had to follow one and was not done in time; False when that is settled."""
    statement = select(AlertTask).where(col(AlertTask.id) == task_id, *_is_overdue(unit))
    task: AlertTask | None = await unit.scalar(statement.with_for_update(skip_locked=True))
    if task is None:
        return False
    task.overdue_at = unit.started_at
    alert = await unit.find(SafetyAlert, task.alert_id)
    client = await unit.find(Client, alert.client_id)
    given = Opening(uuid5(task.id, VERSION), client, AlertTrigger.FOLLOW_UP_OVERDUE, AlertUrgency.SAME_DAY)
    await open_alert(unit, given)
    return True
