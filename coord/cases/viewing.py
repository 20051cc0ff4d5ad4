"""One case with everything that was written in it, for the care team; every look is on the trail."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel, col

from coord import audit
from coord.cases.attaching import case_attachments
from coord.cases.codes import CaseEvent, CaseStatus
from coord.cases.moving import asker_at, standing_of
from coord.cases.rules import Asker, Standing, filing_problem, possible
from coord.cases.tables import (
    CaseAssessment,
    CaseClosing,
    CaseFile,
    CaseFollowUp,
    CaseGoal,
    CaseIntake,
    CasePlan,
    CaseStep,
)
from coord.cases.words import Pen, Written, reading_pen
from coord.contacts.attachments.sealing import AttachmentCard
from coord.kernel.sql import select
from coord.work import Unit, read

_MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class Page:
    """One form of a case as it was filled in: its codes and days, and its words."""

    row: Any
    words: Written


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, by whom, and why."""

    event: CaseEvent
    source: CaseStatus
    target: CaseStatus
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case, its forms, its history, and what the reader can do now."""

    case: CaseFile
    standing: Standing
    asker: Asker
    intake: Page | None
    assessment: Page | None
    plan: Page | None
    goals: Sequence[Page]
    closing: Page | None
    follow_ups: Sequence[Page]
    steps: Sequence[Step]
    attachments: Sequence[AttachmentCard]

    @property
    def can(self) -> Sequence[CaseEvent]:
        """What the reader can make happen now."""
        return tuple(possible(self.standing, self.asker))

    @property
    def can_attach(self) -> bool:
        """Whether the reader can attach files now, and take some off."""
        return filing_problem(self.case.status, self.case.worker_id, self.asker) is None


@read("case.read")
async def case_view(unit: Unit, case_id: UUID) -> CaseView:
    """A case with its words. Raises ``NotFound`` for cases of others."""
    case = await unit.find(CaseFile, case_id)
    standing = await standing_of(unit, case)
    pen = await reading_pen(unit, case)
    audit.record_reading(unit, "case.read", "client", [case.client_id])
    goals = select(CaseGoal).where(col(CaseGoal.case_id) == case_id).order_by(col(CaseGoal.position))
    follow_ups = select(CaseFollowUp).where(col(CaseFollowUp.case_id) == case_id).order_by(col(CaseFollowUp.due_on))
    return CaseView(
        case=case,
        standing=standing,
        asker=await asker_at(unit, case.hospital_id),
        intake=await _page(unit, pen, CaseIntake, case_id),
        assessment=await _page(unit, pen, CaseAssessment, case_id),
        plan=await _page(unit, pen, CasePlan, case_id),
        goals=_pages(pen, await unit.scalars(goals)),
        closing=await _page(unit, pen, CaseClosing, case_id),
        follow_ups=_pages(pen, await unit.scalars(follow_ups)),
        steps=await _steps(unit, pen, case_id),
        attachments=await case_attachments(unit, case_id, pen),
    )


def _opened(pen: Pen | None, row: Any) -> Written:
    """The words of a row; what was not written is empty."""
    return defaultdict(str, {} if pen is None else pen.open(type(row), row.id, row.words))


def _pages(pen: Pen | None, rows: Sequence[Any]) -> Sequence[Page]:
    return [Page(row, _opened(pen, row)) for row in rows]


async def _page(unit: Unit, pen: Pen | None, model: type[SQLModel], case_id: UUID) -> Page | None:
    row = await unit.session.get(model, case_id)
    return None if row is None else Page(row, _opened(pen, row))


async def _steps(unit: Unit, pen: Pen | None, case_id: UUID) -> Sequence[Step]:
    """What happened, the latest first."""
    statement = select(CaseStep).where(col(CaseStep.case_id) == case_id)
    rows = await unit.scalars(statement.order_by(col(CaseStep.at).desc(), col(CaseStep.id).desc()).limit(_MOST_STEPS))
    return [Step(row.event, row.source, row.target, row.at, row.by_name, _opened(pen, row)["reason"]) for row in rows]
