"""What was written in one case, through the API: for the care team, one case at a time, every look on the trail."""

from collections.abc import Sequence
from typing import Any, TypeVar

import strawberry

from coord.cases.codes import (
    AdequateTreatment,
    CaseEvent,
    CaseOrigin,
    CaseStatus,
    ClosureReaction,
    ClosureType,
    FollowUpMethod,
    FollowUpStatus,
    IntakeDecision,
    IntakeUrgency,
    PlanStatus,
    RiskScreen,
)
from coord.cases.viewing import CaseView, Page, case_view
from coord.clients.codes import CaseSource
from coord.kernel.errors import Invalid, NotFound
from schema.attachments import Attachment, listed
from schema.inputs import row_id
from schema.looking import Info
from schema.scalars import UUID, Date, DateTime

for _enum, _meaning in (
    (AdequateTreatment, "As the treating doctor says at the closure (Q12). 是否充分治疗。"),
    (CaseEvent, "What happens to a case. 个案的办理步骤。"),
    (CaseOrigin, "New, reopened or taken over. 新个案、重新开案或转入。"),
    (CaseStatus, "Where a case stands. 个案状态。"),
    (ClosureReaction, "How the person took the end. 对结案的反应。"),
    (ClosureType, "Why a case was closed. 结案类型。"),
    (FollowUpMethod, "How the person was asked. 回访方式。"),
    (FollowUpStatus, "What became of a follow-up. 回访结果。"),
    (IntakeDecision, "What the worker proposes. 接案处理意见。"),
    (IntakeUrgency, "How soon somebody must see to it. 紧急程度。"),
    (PlanStatus, "Where a plan stands. 计划状态。"),
    (RiskScreen, "What the quick look at self-harm says. 风险初筛。"),
):
    strawberry.enum(_enum, description=_meaning)
SheetT = TypeVar("SheetT")


@strawberry.type(description="The first talk. 接案评估。")
class IntakeSheet:
    """The intake."""

    source: CaseSource
    urgency: IntakeUrgency | None
    risk: RiskScreen | None
    decision: IntakeDecision | None
    presenting_issue: str | None
    self_stated_needs: str | None
    referrer: str | None
    eligibility: str | None


@strawberry.type(description="The assessment. 预估。")
class AssessmentSheet:
    """The assessment."""

    assessed_on: Date
    needs: str | None
    illness: str | None
    mood: str | None
    suicide_risk: str | None
    family: str | None
    economy: str | None
    social_support: str | None
    functioning: str | None
    strengths: str | None


@strawberry.type(description="The plan. 服务计划。")
class PlanSheet:
    """The plan without its goals."""

    status: PlanStatus
    review_on: Date
    planned_sessions: int | None
    client_agrees: bool
    interventions: str | None
    responsible: str | None
    frequency: str | None


@strawberry.type(description="One goal of the plan, and how far it was reached. 服务目标及达成情况。")
class CaseGoal:
    """A goal; ``id`` is what ``GoalRatingInput.goal`` takes."""

    id: UUID
    position: int
    due_on: Date
    statement: str | None
    indicator: str | None
    baseline: str | None
    target: str | None
    attainment: int | None = strawberry.field(description="Percent. 达成百分比。")
    scaling: int | None = strawberry.field(description="From -2 to 2, as expected is 0. 目标达成量表。")
    rated_on: Date | None
    comment: str | None


@strawberry.type(description="The closing report. 结案报告。")
class ClosingSheet:
    """The closing report."""

    closure: ClosureType
    ends_on: Date
    reaction: ClosureReaction | None
    is_referred: bool
    satisfaction: int | None
    adequate_treatment: AdequateTreatment | None
    summary: str | None
    remaining_needs: str | None
    handling: str | None
    follow_up_plan: str | None
    comment: str | None


@strawberry.type(description="A look at how the person fares afterwards. 回访。")
class CaseFollowUp:
    """A follow-up; ``id`` is what ``RecordFollowUpInput.followUp`` takes."""

    id: UUID
    due_on: Date
    status: FollowUpStatus
    done_on: Date | None
    method: FollowUpMethod | None
    has_relapsed: bool
    needs: str | None


@strawberry.type(description="One thing that happened, newest first. 办理记录，新的在前。")
class CaseStep:
    """A step of the case."""

    event: CaseEvent
    source: CaseStatus
    target: CaseStatus
    at: DateTime
    by: str
    reason: str | None


@strawberry.type(description="Everything that was written in a case. 个案的全部表单。")
class CaseSheets:
    """The sheets of one case."""

    intake: IntakeSheet | None
    assessment: AssessmentSheet | None
    plan: PlanSheet | None
    goals: list[CaseGoal]
    closing: ClosingSheet | None
    follow_ups: list[CaseFollowUp]
    steps: list[CaseStep]
    attachments: list[Attachment]
    can: list[CaseEvent] = strawberry.field(description="What the viewer can do now. 当前可执行的步骤。")


def _sheet(kind: type[SheetT], page: Page) -> SheetT:
    """A sheet of a page: codes and days from its row, what was written from its words."""
    of_row = {name for name in kind.__annotations__ if hasattr(page.row, name)}
    said = {
        name: getattr(page.row, name) if name in of_row else page.words[name] or None for name in kind.__annotations__
    }
    return kind(**said)


def _one(kind: type[SheetT], page: Page | None) -> SheetT | None:
    return None if page is None else _sheet(kind, page)


def _all(kind: type[SheetT], pages: Sequence[Page]) -> list[SheetT]:
    return [_sheet(kind, page) for page in pages]


async def case_sheets(info: Info, case_file: strawberry.ID) -> CaseSheets | None:
    """What was written in one case; None for those of others."""
    info.context.actor.require("case.read")
    try:
        found = row_id("case_file", "CaseFile", case_file)
        view = None if found is None else await case_view(info.context.unit, found)
    except (Invalid, NotFound):
        return None
    return None if view is None else _shown(view)


def _shown(view: CaseView) -> CaseSheets:
    steps: list[Any] = [
        CaseStep(event=s.event, source=s.source, target=s.target, at=s.at, by=s.by, reason=s.reason or None)  # type: ignore[arg-type]
        for s in view.steps
    ]
    return CaseSheets(
        intake=_one(IntakeSheet, view.intake),
        assessment=_one(AssessmentSheet, view.assessment),
        plan=_one(PlanSheet, view.plan),
        goals=_all(CaseGoal, view.goals),
        closing=_one(ClosingSheet, view.closing),
        follow_ups=_all(CaseFollowUp, view.follow_ups),
        steps=steps,
        attachments=listed(view.attachments),
        can=list(view.can),
    )
