"""Opening an alert: one row, its clock set to now, in the transaction of whatever opened it."""

from dataclasses import dataclass
from uuid import UUID

from coord import audit
from coord.clients.tables import Client
from coord.kernel.clock import local_date
from coord.outcomes.chain import VERSION
from coord.outcomes.codes import AlertText, AlertTrigger, AlertUrgency
from coord.outcomes.sealing import seal
from coord.outcomes.tables import AlertWords, SafetyAlert
from coord.programs.setting_values import values_of
from coord.programs.tables import Program, Setting
from coord.work import Unit


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens an alert, and of whom."""

    id: UUID
    client: Client
    cause: AlertTrigger
    urgency: AlertUrgency
    score: UUID | None = None


async def open_alert(unit: Unit, given: Opening) -> SafetyAlert:
    """The alert, due at its first level at once."""
    program = await unit.find(Program, given.client.program_id)
    terms = (await values_of(unit, program.id)).on(local_date(unit.started_at, program.time_zone))
    alert = SafetyAlert(
        id=given.id,
        program_id=program.id,
        foundation_id=program.foundation_id,
        hospital_id=given.client.hospital_id,
        client_id=given.client.id,
        score_id=given.score,
        cause=given.cause,
        urgency=given.urgency,
        rules_version=VERSION,
        opened_at=unit.started_at,
        opened_by_id=unit.actor.user_id,
        opened_by_name=unit.actor.name,
        next_at=unit.started_at,
        same_day_minutes=terms[Setting.ALERT_MINUTES],
        imminent_minutes=terms[Setting.IMMINENT_ALERT_MINUTES],
    )
    unit.add(alert)
    await unit.session.flush()
    audit.record(unit, "alert.open", alert)
    return alert


async def write_words(unit: Unit, alert: SafetyAlert, kind: AlertText, text: str | None) -> None:
    """A sealed word of the care team, if there is one."""
    words = AlertWords(alert_id=alert.id, hospital_id=alert.hospital_id, kind=kind, sealed=b"")
    sealed = await seal(unit, alert.client_id, place(words.id), text)
    if sealed is not None:
        words.sealed, words.written_at, words.written_by_id = sealed, unit.started_at, unit.actor.user_id
        unit.add(words)


def place(words: UUID) -> str:
    """Where a sealed word stands."""
    return f"alert_words.sealed.{words}"
