"""What people do with an alert: raise one, raise its urgency, take it on, close it, do what follows."""

from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.clients.tables import Client
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell
from coord.outcomes.chain import TASKS, due_at
from coord.outcomes.codes import AlertOutcome, AlertText, AlertTrigger, AlertUrgency, ScaleCode, ScoreStatus
from coord.outcomes.inputs import CloseAlert, RaiseAlert, RaiseUrgency, TakeAlert
from coord.outcomes.opening import Opening, open_alert, write_words
from coord.outcomes.tables import AlertDelivery, AlertTask, SafetyAlert, ScaleScore
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed

SUBJECT = "safety_alert"


async def _locked(unit: Unit, alert: UUID) -> SafetyAlert:
    """The alert, held until the unit ends: the dispatcher locks the same row."""
    statement = select(SafetyAlert).where(col(SafetyAlert.id) == alert).with_for_update()
    found: SafetyAlert | None = await unit.scalar(statement)
    if found is None:
        raise NotFound
    return found


@action("alert.raise")
async def raise_alert(unit: Unit, given: RaiseAlert) -> UUID:
    """Open an alert because somebody sees danger, without any score."""
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return first
    client = await unit.find(Client, given.client)
    key = uuid7()
    if (first := await remember(unit, given.idempotency_key, given, key)) is not None:
        return first
    alert = await open_alert(unit, Opening(key, client, AlertTrigger.WORKER_FLAG, given.urgency))
    await write_words(unit, alert, AlertText.FLAG, given.note)
    return alert.id


@action("alert.raise")
async def raise_urgency(unit: Unit, given: RaiseUrgency) -> None:
    """Let the chain run faster, from the alert's first moment. It never runs slower again.

    Raises ``Conflict`` when the alert is imminent or closed already.
    """
    if not given.reason:
        raise Invalid(Problem("reason", "REQUIRED"))
    alert = await _locked(unit, given.alert)
    if alert.closed_at is not None or alert.urgency is AlertUrgency.IMMINENT:
        raise Conflict(Problem("alert", "URGENCY_IS_HIGHEST" if alert.closed_at is None else "ALERT_CLOSED"))
    before = audit.facts(alert)
    alert.urgency = AlertUrgency.IMMINENT
    if alert.next_at is not None:
        sooner = due_at(alert.opened_at, alert.urgency, alert.level, within=alert.within)
        alert.next_at = min(alert.next_at, sooner)
    await write_words(unit, alert, AlertText.RAISE_REASON, given.reason)
    audit.record(unit, "alert.raise_urgency", alert, before=before)


@action("alert.take")
async def take_alert(unit: Unit, given: TakeAlert) -> None:
    """Take an alert on, with a plan: the chain stops, and those who were told hear that somebody did.

    Raises ``Conflict`` when somebody has taken it on already.
    """
    alert = await _locked(unit, given.alert)
    if alert.taken_at is not None:
        raise Conflict(Problem("alert", "ALERT_TAKEN"))
    if not given.plan:
        raise Invalid(Problem("plan", "REQUIRED"))
    before = audit.facts(alert)
    alert.taken_at, alert.taken_by_id, alert.next_at = unit.started_at, unit.actor.user_id, None
    alert.taken_by_name = unit.actor.name
    alert.plan = [step.value for step in dict.fromkeys(given.plan)]
    if unit.actor.may("client.read_identity"):
        await write_words(unit, alert, AlertText.PLAN, given.note)
    audit.record(unit, "alert.take", alert, before=before)
    told = await unit.scalars(select(AlertDelivery.user_id).where(col(AlertDelivery.alert_id) == alert.id))
    others = [user for user in told if user != unit.actor.user_id]
    tell(unit, others, NoticeKind.ALERT_ACKNOWLEDGED, SUBJECT, alert.id, organization=alert.hospital_id)


@action("alert.close")
async def close_alert(unit: Unit, given: CloseAlert) -> None:
    """Close an alert that somebody has taken on, with what it came to; what has to follow becomes tasks.

    Raises ``Conflict`` for an alert that nobody has taken on, ``Invalid`` for an outcome that nothing shows.
    """
    alert = await _locked(unit, given.alert)
    if alert.closed_at is not None:
        raise Conflict(Problem("alert", "ALERT_CLOSED"))
    if alert.taken_at is None:
        raise Conflict(Problem("alert", "ALERT_NOT_TAKEN"))
    if given.outcome is AlertOutcome.FALSE_ALARM and not given.note:
        raise Invalid(Problem("note", "REQUIRED"))
    if given.outcome is AlertOutcome.CSSRS_DONE and not await _screened_since(unit, alert):
        raise Invalid(Problem("outcome", "NO_SCREENER_SINCE"))
    before = audit.facts(alert)
    alert.closed_at, alert.closed_by_id, alert.outcome = unit.started_at, unit.actor.user_id, given.outcome
    alert.closed_by_name = unit.actor.name
    await write_words(unit, alert, AlertText.OUTCOME, given.note)
    audit.record(unit, "alert.close", alert, before=before)
    if given.outcome is not AlertOutcome.FALSE_ALARM:
        unit.add(*_tasks(unit, alert))


async def _screened_since(unit: Unit, alert: SafetyAlert) -> bool:
    statement = select(ScaleScore.id).where(
        col(ScaleScore.client_id) == alert.client_id,
        col(ScaleScore.scale) == ScaleCode.CSSRS,
        col(ScaleScore.status) != ScoreStatus.WITHDRAWN,
        col(ScaleScore.recorded_at) >= alert.opened_at,
    )
    return await unit.scalar(statement.limit(1)) is not None


def _tasks(unit: Unit, alert: SafetyAlert) -> list[AlertTask]:
    return [
        AlertTask(alert_id=alert.id, hospital_id=alert.hospital_id, kind=kind, due_at=unit.started_at + after)
        for kind, after in TASKS.items()
    ]


@action("alert.close")
async def finish_task(unit: Unit, task: UUID) -> UUID:
    """Something that had to follow is done; returns its alert. Raises ``NotFound`` for those of others."""
    row = await unit.find(AlertTask, task)
    if row.done_at is None:
        before = audit.facts(row)
        row.done_at, row.done_by_id = unit.started_at, unit.actor.user_id
        audit.record(unit, "alert.finish_task", row, before=before)
    return row.alert_id
