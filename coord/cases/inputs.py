"""What is said about a case, form by form."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.cases.codes import (
    AdequateTreatment,
    CaseEvent,
    CaseStatus,
    ClosureReaction,
    ClosureType,
    FollowUpMethod,
    FollowUpStatus,
    IntakeDecision,
    IntakeUrgency,
    RiskScreen,
)
from coord.clients.codes import CaseSource
from coord.contacts.attachments.inputs import AttachFile
from coord.kernel.inputs import Blank, Day, Input, Prose, Whole

MAX_WORDS = 4000
MAX_GOALS = 10
_Words = Annotated[str, Prose, Field(max_length=MAX_WORDS)]
Words = Annotated[_Words | None, Blank]
Needed = Annotated[str, Prose, Field(min_length=1, max_length=MAX_WORDS)]
_Number = Annotated[Annotated[Whole, Field(ge=0, le=1000)] | None, Blank]


class IntakeFields(Input):
    """The first talk; what is still blank must be there before it is handed on."""

    source: CaseSource
    urgency: Annotated[IntakeUrgency | None, Blank] = None
    risk: Annotated[RiskScreen | None, Blank] = None
    decision: Annotated[IntakeDecision | None, Blank] = None
    presenting_issue: Words = None
    self_stated_needs: Words = None
    referrer: Words = None
    eligibility: Words = None


class StartCase(IntakeFields):
    """Somebody comes: a file is started for a client."""

    client: UUID
    received_on: Day


class WriteIntake(IntakeFields):
    """The intake again."""

    case: UUID


class AssessCase(Input):
    """The assessment: body, mind and surroundings, and what is needed first."""

    case: UUID
    assessed_on: Day
    illness: Words = None
    mood: Words = None
    suicide_risk: Words = None
    family: Words = None
    economy: Words = None
    social_support: Words = None
    functioning: Words = None
    strengths: Words = None
    needs: Needed


class PlanGoal(Input):
    """One goal: what, seen by what, from where to where, until when."""

    statement: Needed
    indicator: Needed
    baseline: Words = None
    target: Needed
    due_on: Day


class WritePlan(Input):
    """The plan with all its goals, in order of importance."""

    case: UUID
    review_on: Day
    planned_sessions: _Number = None
    client_agrees: bool = False
    interventions: Words = None
    responsible: Words = None
    frequency: Words = None
    goals: Annotated[tuple[PlanGoal, ...], Field(max_length=MAX_GOALS)] = ()


class GoalRating(Input):
    """How far one goal was reached: in percent, or from -2 (much less than expected) to 2 (much more)."""

    goal: UUID
    attainment: Annotated[Annotated[Whole, Field(ge=0, le=100)] | None, Blank] = None
    scaling: Annotated[Annotated[Whole, Field(ge=-2, le=2)] | None, Blank] = None
    comment: Words = None


class RateGoals(Input):
    """The evaluation of a plan."""

    case: UUID
    rated_on: Day
    ratings: Annotated[tuple[GoalRating, ...], Field(min_length=1, max_length=MAX_GOALS)]


class SubmitClosing(Input):
    """The closing report, handed to the supervisor."""

    case: UUID
    closure: ClosureType
    ends_on: Day
    summary: Needed
    remaining_needs: Words = None
    reaction: Annotated[ClosureReaction | None, Blank] = None
    handling: Words = None
    follow_up_plan: Words = None
    is_referred: bool = False
    satisfaction: Annotated[Annotated[Whole, Field(ge=1, le=5)] | None, Blank] = None
    adequate_treatment: Annotated[AdequateTreatment | None, Blank] = None
    comment: Words = None


class RecordFollowUp(Input):
    """What a follow-up found."""

    follow_up: UUID
    done_on: Day
    status: FollowUpStatus
    method: FollowUpMethod
    has_relapsed: bool = False
    needs: Words = None


class AttachToCase(AttachFile):
    """A file at a case."""

    case: UUID


class MoveCase(Input):
    """A step that needs no form, or only a reason."""

    case: UUID
    event: CaseEvent
    reason: Words = None


class AssignCase(Input):
    """A case is given to a worker of the hospital."""

    case: UUID
    worker: UUID


class CaseFilter(Input):
    """Which cases to list; every field narrows."""

    program: Annotated[str | None, Blank] = None
    hospital: Annotated[UUID | None, Blank] = None
    worker: Annotated[UUID | None, Blank] = None
    client: Annotated[UUID | None, Blank] = None
    status: tuple[CaseStatus, ...] = ()


class TransferCase(Input):
    """A case is handed over to another worker, perhaps of another hospital."""

    case: UUID
    worker: UUID
    hospital: Annotated[UUID | None, Blank] = None
    reason: Needed
