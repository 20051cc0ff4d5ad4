"""Recording a scale: score, answers, and the alert that they open, in one transaction."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.cases.tables import CaseFile
from coord.clients.tables import Client
from coord.contacts.tables import ServiceContact
from coord.kernel.clock import holds_on, local_date
from coord.kernel.errors import Invalid, Problem
from coord.kernel.sql import select
from coord.outcomes.chain import alert_id, alert_of
from coord.outcomes.codes import Band, ScaleCode
from coord.outcomes.inputs import RecordScale
from coord.outcomes.opening import Opening, open_alert
from coord.outcomes.scales import SCALES
from coord.outcomes.scoring import Items, check_items, check_raise, scored
from coord.outcomes.sealing import seal
from coord.outcomes.tables import SafetyAlert, ScaleAnswers, ScaleScore
from coord.programs.month_locks import check_month_open
from coord.programs.tables import Program
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed


@dataclass(frozen=True, slots=True)
class Recorded:
    """The score that a key made, the alert that it opened (None: none), and whether this call repeated the answer."""

    score_id: UUID
    alert_id: UUID | None
    replayed: bool


@action("score.record")
async def record_scale(unit: Unit, given: RecordScale) -> Recorded:
    """Record a filled scale of a client of the actor's hospital.

    Danger opens an alert in the same transaction, also on a form that is not complete. Raises ``Invalid`` with every
    problem or for a day in a locked month, ``Conflict`` for a key that came with other content.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return await _again(unit, first)
    client = await unit.find(Client, given.client)
    if problems := [*check_items(SCALES[given.scale], given.items), *await _misplaced(unit, given, client)]:
        raise Invalid(*problems)
    await check_month_open(unit, client.program_id, client.hospital_id, given.taken_on, "taken_on")
    raised = check_raise(given.scale, given.items, given.raised_to, given.raise_reason)
    row = await _row(unit, given, client, raised)
    if (first := await remember(unit, given.idempotency_key, given, row.id)) is not None:
        return await _again(unit, first)
    unit.add(row)
    await unit.session.flush()
    unit.add(await _answers(unit, given, row))
    audit.record(unit, "score.record", row)
    opened = await _alert(unit, given.scale, given.items, row, client)
    return Recorded(row.id, opened, replayed=False)


async def _again(unit: Unit, score: UUID) -> Recorded:
    alert = await unit.session.get(SafetyAlert, alert_id(score))
    return Recorded(score, alert.id if alert else None, replayed=True)


async def _misplaced(unit: Unit, given: RecordScale, client: Client) -> list[Problem]:
    """A day outside the program or in the future; a contact with somebody else."""
    program = await unit.find(Program, client.program_id)
    problems = [] if given.items else [Problem("items", "REQUIRED")]
    if given.taken_on > local_date(unit.started_at, program.time_zone):
        problems.append(Problem("taken_on", "FUTURE_DATE"))
    elif not holds_on(program.starts_on, program.ends_on, given.taken_on):
        problems.append(Problem("taken_on", "OUTSIDE_PROGRAM"))
    if given.contact is not None:
        contact = await unit.session.get(ServiceContact, given.contact)
        if contact is None or contact.client_id != client.id:
            problems.append(Problem("contact", "NO_SUCH_CONTACT"))
    return problems


async def _row(unit: Unit, given: RecordScale, client: Client, raised: Band | None) -> ScaleScore:
    found = scored(SCALES[given.scale], given.items)
    return ScaleScore(
        program_id=client.program_id,
        hospital_id=client.hospital_id,
        client_id=client.id,
        case_id=await _case_on(unit, client.id, given.taken_on),
        contact_id=given.contact,
        scale=given.scale,
        version=SCALES[given.scale].version,
        taken_on=given.taken_on,
        score=found.score,
        status=found.status,
        band=found.band,
        raised_to=raised,
        prorated=found.prorated,
        recorded_at=unit.started_at,
        recorded_by_id=unit.actor.user_id,
    )


async def _case_on(unit: Unit, client: UUID, day: date) -> UUID | None:
    """The client's case on a day."""
    statement = (
        select(CaseFile.id)
        .where(
            col(CaseFile.client_id) == client,
            col(CaseFile.opened_on) <= day,
            col(CaseFile.closed_on).is_(None) | (col(CaseFile.closed_on) >= day),
        )
        .order_by(col(CaseFile.opened_on).desc(), col(CaseFile.id).desc())
    )
    found: UUID | None = await unit.scalar(statement.limit(1))
    return found


async def _answers(unit: Unit, given: RecordScale, row: ScaleScore) -> ScaleAnswers:
    return ScaleAnswers(
        id=row.id,
        hospital_id=row.hospital_id,
        items=list(given.items),
        note=await seal(unit, row.client_id, place("note", row.id), given.note),
        raise_reason=await seal(unit, row.client_id, place("raise_reason", row.id), given.raise_reason),
    )


def place(column: str, score: UUID) -> str:
    """Where a sealed text of a score stands."""
    return f"scale_answers.{column}.{score}"


async def _alert(unit: Unit, scale: ScaleCode, items: Items, row: ScaleScore, client: Client) -> UUID | None:
    found = alert_of(scale, items, row.raised_to)
    if found is None:
        return None
    trigger, urgency = found
    return (await open_alert(unit, Opening(alert_id(row.id), client, trigger, urgency, row.id))).id
