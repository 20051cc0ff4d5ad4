"""One step of a case: locked, checked against the table, written with its trace. Every verb of a case goes this way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord import audit
from coord.cases.codes import CaseEvent, CaseStatus, ClosureType
from coord.cases.rules import Asker, Standing, Transition, transition
from coord.cases.tables import CaseAssessment, CaseFile, CaseGoal, CaseIntake, CasePlan, CaseStep
from coord.cases.words import Pen, pen_of, reading_pen
from coord.clients.codes import ConsentState
from coord.clients.consents.reads import care_states
from coord.clients.tables import Client
from coord.kernel.clock import holds_on, local_date
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.placements import posts_of_worker
from coord.programs.month_locks import check_month_open
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.workforce import worker_of_actor


@dataclass(slots=True)
class Move:
    """A case in somebody's hand: what it is, what the table allows, how it was before."""

    unit: Unit
    case: CaseFile
    asker: Asker
    line: Transition
    before: dict[str, Any]

    async def pen(self) -> Pen:
        """What seals the words of this case."""
        return await pen_of(self.unit, self.case)

    async def done(self, reason: str | None = None) -> None:
        """Put the case where the table says, with the step and its entry on the trail."""
        self.case.status = self.line.target
        await note_step(self.unit, self.case, self.line, reason)
        audit.record(self.unit, f"case.{self.line.event.lower()}", self.case, before=self.before)
        await self.unit.session.flush()


async def _locked(unit: Unit, case_id: UUID) -> CaseFile:
    """The case, held until the unit ends: of two who decide at once, the second sees what the first decided."""
    statement = select(CaseFile).where(col(CaseFile.id) == case_id).with_for_update()
    case: CaseFile | None = await unit.scalar(statement.execution_options(populate_existing=True))
    if case is None:
        raise NotFound
    return case


async def _intake_lacks(unit: Unit, case: CaseFile) -> Sequence[str]:
    """Which fields of the intake must still be filled in."""
    intake = await unit.session.get(CaseIntake, case.id)
    if intake is None:
        return ("presenting_issue",)
    pen = await reading_pen(unit, case)
    issue = None if pen is None else pen.open(CaseIntake, case.id, intake.words).get("presenting_issue")
    said = {"urgency": intake.urgency, "risk": intake.risk, "presenting_issue": issue, "decision": intake.decision}
    return [name for name, value in said.items() if not value]


@read("case.read")
async def standing_of(unit: Unit, case: CaseFile) -> Standing:
    """What the rules look at."""
    lacks = await _intake_lacks(unit, case)
    intake = await unit.session.get(CaseIntake, case.id)
    plan = await unit.session.get(CasePlan, case.id)
    client = await unit.find(Client, case.client_id)
    consent = (await care_states(unit, {client.id: client.hospital_id})).get(client.id)
    counted = select(func.count(), func.count(col(CaseGoal.rated_on))).where(col(CaseGoal.case_id) == case.id)
    goals, rated = await unit.row(counted)
    writers = (case.submitted_by_id, plan.submitted_by_id if plan else None)
    return Standing(
        status=case.status,
        worker_id=case.worker_id,
        before_review=case.before_review,
        closure=case.closure,
        is_intake_complete=not lacks,
        intake_lacks=lacks,
        decision=intake.decision if intake else None,
        has_consent=consent is ConsentState.GIVEN,
        is_assessed=await unit.session.get(CaseAssessment, case.id) is not None,
        plan=plan.status if plan else None,
        goals=int(goals),
        goals_unrated=int(goals) - int(rated),
        does_client_agree=plan is not None and plan.client_agrees,
        written_by=frozenset(writer for writer in writers if writer),
    )


@read("case.read")
async def asker_at(unit: Unit, hospital_id: UUID) -> Asker:
    """Who the actor is to the cases of a hospital."""
    worker = await worker_of_actor(unit)
    posts = [post for post in await posts_of_worker(unit) if post.hospital_id == hospital_id]
    there = any(holds_on(p.starts_on, p.ends_on, local_date(unit.started_at, p.time_zone)) for p in posts)
    return Asker(unit.actor.user_id, worker.id if worker else None, there, unit.actor.permissions)


@read("case.read")
async def begin_move(unit: Unit, case_id: UUID, event: CaseEvent, closure: ClosureType | None = None) -> Move:
    """Take a case in hand for an event.

    ``closure`` is what a closing report is about to say. Raises ``NotFound`` for foreign cases, ``Conflict``
    with the reason when the table does not allow it.
    """
    case = await _locked(unit, case_id)
    asker = await asker_at(unit, case.hospital_id)
    standing = await standing_of(unit, case)
    if closure is not None:
        standing = replace(standing, closure=closure)
    return Move(unit, case, asker, transition(standing, event, asker), audit.facts(case))


@read("case.read")
async def note_step(unit: Unit, case: CaseFile, line: Transition, reason: str | None) -> None:
    """Put what happened into the case's own history."""
    step = CaseStep(
        case_id=case.id, event=line.event, source=line.source, target=line.target, at=unit.started_at,
        by_id=unit.actor.user_id, by_name=unit.actor.name,
    )  # fmt: skip
    if reason:
        step.words = (await pen_of(unit, case)).seal(CaseStep, step.id, {"reason": reason})
    unit.add(step)


@read("case.read")
async def local_today(unit: Unit, program_id: UUID) -> date:
    """Today where the program is."""
    return local_date(unit.started_at, (await unit.find(Program, program_id)).time_zone)


@read("case.read")
async def check_day(unit: Unit, of: CaseFile | Client, field: str, day: date, *, since: date | None = None) -> None:
    """What is told happened on a day of the program, not before ``since``, not in the future, not in a locked month."""
    program = await unit.find(Program, of.program_id)
    if day > local_date(unit.started_at, program.time_zone):
        raise Invalid(Problem(field, "FUTURE_DATE"))
    if not holds_on(program.starts_on, program.ends_on, day):
        raise Invalid(Problem(field, "OUTSIDE_PROGRAM"))
    if since is not None and day < since:
        raise Invalid(Problem(field, "ENDS_BEFORE_START"))
    await check_month_open(unit, of.program_id, of.hospital_id, day, field)


REVIEWED = (CaseStatus.OPENING_REVIEW, CaseStatus.CLOSING_REVIEW)
"""Where a case waits for the supervisor."""
