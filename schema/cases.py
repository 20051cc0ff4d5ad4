"""Cases through the API: where they stand, and every step of them."""

import uuid
from typing import Annotated, Any

import strawberry

import schema.case_sheets  # noqa: F401  names the codes of cases for the schema
from coord.cases import (
    CASES,
    advance_case,
    assess_case,
    assign_case,
    decide_case,
    rate_goals,
    record_follow_up,
    start_case,
    submit_closing,
    write_intake,
    write_plan,
)
from coord.cases import cases as read_cases
from coord.cases import inputs as given_as
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
    RiskScreen,
)
from coord.cases.rules import PERMISSION, who_does
from coord.cases.transferring import transfer_case
from coord.clients.codes import CaseSource
from schema.clients import Client
from schema.errors import Rejected
from schema.inputs import raw, text
from schema.looking import Info
from schema.nodes import Node
from schema.organizations import ORGANIZATION, Organization
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.placements import WORKER, Worker
from schema.programs import PROGRAM, Program
from schema.rows import Part, Shape
from schema.scalars import UUID, Date
from schema.shapes import CLIENT

CASE = Shape(
    "CaseFile",
    ("status", "origin", "received_on", "opened_on", "closed_on", "closure"),
    objects={"client": CLIENT, "worker": WORKER, "hospital": ORGANIZATION, "program": PROGRAM},
)


@strawberry.type(description="A case (CR-3). It counts from `openedOn` to `closedOn`. 个案；自立案日至结案日计入。")
class CaseFile(Node):
    """A case."""

    shape = CASE
    status: CaseStatus
    origin: CaseOrigin
    received_on: Date
    opened_on: Date | None = strawberry.field(description="The day of the supervisor's approval. 督导同意立案之日。")
    closed_on: Date | None = strawberry.field(description="The day of the supervisor's approval. 督导同意结案之日。")
    closure: ClosureType | None
    client: Client | None
    worker: Worker
    hospital: Organization
    program: Program


CaseFileConnection = Connection[CaseFile]


@strawberry.input(description="Every field narrows. 各条件取交集。")
class CaseFileFilter:
    """Which cases."""

    program: str | None = GIVEN
    hospital: strawberry.ID | None = GIVEN
    worker: strawberry.ID | None = GIVEN
    client: strawberry.ID | None = GIVEN
    status: list[CaseStatus] | None = GIVEN


_IDS = {"hospital": "Organization", "worker": "Worker", "client": "Client", "case_file": "CaseFile"}
_NAMES = {"case_file": "case"}


async def case_files(
    info: Info,
    narrowed_by: Annotated[CaseFileFilter | None, strawberry.argument(name="filter")] = GIVEN,
    first: First = 20,
    after: After = GIVEN,
) -> Any:
    """Cases, newest first."""
    request = CASES.request(first, given(after))
    asked = raw(narrowed_by, _IDS) if given(narrowed_by) else {}
    text("program", asked.get("program"))
    wanted = info.wanted(CASE, "edges", "node")
    page = await read_cases(info.context.unit, wanted, request, given_as.CaseFilter.parse(asked))
    return await counted(info, CASE, page)


@strawberry.type(description="The case after the step. 办理后的个案。")
class CaseMoved:
    """The answer to a step."""

    case_file: CaseFile


CaseResult = Annotated[CaseMoved | Rejected, strawberry.union("CaseResult")]


async def _moved(info: Info, case: uuid.UUID) -> CaseMoved:
    row = await CASES.one(info.context.unit, info.wanted(CASE, "caseFile"), case)
    shown: Any = Part(row, "", CASE)
    return CaseMoved(case_file=shown)


@strawberry.input(description="The first talk. 接案评估。")
class StartCaseInput:
    """What ``StartCase`` takes."""

    client: strawberry.ID
    received_on: Date
    source: CaseSource
    urgency: IntakeUrgency | None = GIVEN
    risk: RiskScreen | None = GIVEN
    decision: IntakeDecision | None = GIVEN
    presenting_issue: str | None = GIVEN
    self_stated_needs: str | None = GIVEN
    referrer: str | None = GIVEN
    eligibility: str | None = GIVEN


@strawberry.input(description="The intake again. 修改接案评估。")
class WriteIntakeInput:
    """What ``WriteIntake`` takes."""

    case_file: strawberry.ID
    source: CaseSource
    urgency: IntakeUrgency | None = GIVEN
    risk: RiskScreen | None = GIVEN
    decision: IntakeDecision | None = GIVEN
    presenting_issue: str | None = GIVEN
    self_stated_needs: str | None = GIVEN
    referrer: str | None = GIVEN
    eligibility: str | None = GIVEN


@strawberry.input(description="The assessment. 预估。")
class AssessCaseInput:
    """What ``AssessCase`` takes."""

    case_file: strawberry.ID
    assessed_on: Date
    needs: str
    illness: str | None = GIVEN
    mood: str | None = GIVEN
    suicide_risk: str | None = GIVEN
    family: str | None = GIVEN
    economy: str | None = GIVEN
    social_support: str | None = GIVEN
    functioning: str | None = GIVEN
    strengths: str | None = GIVEN


@strawberry.input(description="One goal of a plan. 服务目标。")
class PlanGoalInput:
    """What ``PlanGoal`` takes."""

    statement: str
    indicator: str
    target: str
    due_on: Date
    baseline: str | None = GIVEN


@strawberry.input(description="The service plan with all its goals. 服务计划及全部目标。")
class WriteServicePlanInput:
    """What ``WritePlan`` takes."""

    case_file: strawberry.ID
    review_on: Date
    goals: list[PlanGoalInput]
    client_agrees: bool | None = False
    planned_sessions: int | None = GIVEN
    interventions: str | None = GIVEN
    responsible: str | None = GIVEN
    frequency: str | None = GIVEN


@strawberry.input(description="How far one goal was reached: percent, or -2 to 2. 单个目标的达成情况。")
class GoalRatingInput:
    """What ``GoalRating`` takes."""

    goal: UUID
    attainment: int | None = GIVEN
    scaling: int | None = GIVEN
    comment: str | None = GIVEN


@strawberry.input(description="The evaluation of the goals. 目标评估。")
class EvaluateGoalsInput:
    """What ``RateGoals`` takes."""

    case_file: strawberry.ID
    rated_on: Date
    ratings: list[GoalRatingInput]


@strawberry.input(description="The closing report. 结案报告。")
class SubmitCaseClosureInput:
    """What ``SubmitClosing`` takes."""

    case_file: strawberry.ID
    closure: ClosureType
    ends_on: Date
    summary: str
    remaining_needs: str | None = GIVEN
    reaction: ClosureReaction | None = GIVEN
    handling: str | None = GIVEN
    follow_up_plan: str | None = GIVEN
    is_referred: bool | None = False
    satisfaction: int | None = GIVEN
    adequate_treatment: AdequateTreatment | None = GIVEN
    comment: str | None = GIVEN


@strawberry.input(description="What a follow-up found. 回访记录。")
class RecordFollowUpInput:
    """What ``RecordFollowUp`` takes."""

    follow_up: UUID
    done_on: Date
    status: FollowUpStatus
    method: FollowUpMethod
    has_relapsed: bool | None = False
    needs: str | None = GIVEN


@strawberry.input(description="A step that needs no form, or only a reason. 无需表格的步骤。")
class MoveCaseInput:
    """What ``MoveCase`` takes."""

    case_file: strawberry.ID
    event: CaseEvent
    reason: str | None = GIVEN


@strawberry.input(description="Who shall work on a case. 分派个案。")
class AssignCaseInput:
    """What ``AssignCase`` takes."""

    case_file: strawberry.ID
    worker: strawberry.ID


@strawberry.input(description="Who takes a case over, perhaps at another hospital. 转交个案。")
class TransferCaseInput:
    """What ``TransferCase`` takes."""

    case_file: strawberry.ID
    worker: strawberry.ID
    reason: str
    hospital: strawberry.ID | None = GIVEN


def _fields(given_input: Any) -> dict[str, Any]:
    """Ids read, names as the area has them; goals and ratings row by row."""
    found = raw(given_input, _IDS, _NAMES)
    for name in ("goals", "ratings"):
        if name in found:
            found[name] = [raw(row, {}) for row in found[name]]
    return found


async def move(info: Info, given_input: Annotated[MoveCaseInput, strawberry.argument(name="input")]) -> CaseResult:
    """A step without a form, by whoever may do it."""
    asked = given_as.MoveCase.parse(_fields(given_input))
    by_worker = PERMISSION[who_does(asked.event)] == "case.work"
    return await _moved(info, await (advance_case if by_worker else decide_case)(info.context.unit, asked))


async def start(info: Info, given_input: Annotated[StartCaseInput, strawberry.argument(name="input")]) -> CaseResult:
    """Start a file."""
    return await _moved(info, await start_case(info.context.unit, given_as.StartCase.parse(_fields(given_input))))


async def intake(info: Info, given_input: Annotated[WriteIntakeInput, strawberry.argument(name="input")]) -> CaseResult:
    """Write the intake again."""
    return await _moved(info, await write_intake(info.context.unit, given_as.WriteIntake.parse(_fields(given_input))))


async def assess(info: Info, given_input: Annotated[AssessCaseInput, strawberry.argument(name="input")]) -> CaseResult:
    """Write the assessment."""
    return await _moved(info, await assess_case(info.context.unit, given_as.AssessCase.parse(_fields(given_input))))


async def plan(
    info: Info, given_input: Annotated[WriteServicePlanInput, strawberry.argument(name="input")]
) -> CaseResult:
    """Write the plan."""
    return await _moved(info, await write_plan(info.context.unit, given_as.WritePlan.parse(_fields(given_input))))


async def evaluate(
    info: Info, given_input: Annotated[EvaluateGoalsInput, strawberry.argument(name="input")]
) -> CaseResult:
    """Rate the goals."""
    return await _moved(info, await rate_goals(info.context.unit, given_as.RateGoals.parse(_fields(given_input))))


async def close(
    info: Info, given_input: Annotated[SubmitCaseClosureInput, strawberry.argument(name="input")]
) -> CaseResult:
    """Hand the closing report in."""
    asked = given_as.SubmitClosing.parse(_fields(given_input))
    return await _moved(info, await submit_closing(info.context.unit, asked))


async def follow_up(
    info: Info, given_input: Annotated[RecordFollowUpInput, strawberry.argument(name="input")]
) -> CaseResult:
    """Record a follow-up."""
    asked = given_as.RecordFollowUp.parse(_fields(given_input))
    return await _moved(info, await record_follow_up(info.context.unit, asked))


async def assign(info: Info, given_input: Annotated[AssignCaseInput, strawberry.argument(name="input")]) -> CaseResult:
    """Give a case to a worker."""
    return await _moved(info, await assign_case(info.context.unit, given_as.AssignCase.parse(_fields(given_input))))


async def transfer(
    info: Info, given_input: Annotated[TransferCaseInput, strawberry.argument(name="input")]
) -> CaseResult:
    """Hand a case over."""
    return await _moved(info, await transfer_case(info.context.unit, given_as.TransferCase.parse(_fields(given_input))))
