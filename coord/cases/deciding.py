"""Steps that need no form: handing on by the worker, deciding by the supervisor, opening again."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.cases.codes import CaseEvent, CaseOrigin, CaseStatus, ClosureType, PlanStatus
from coord.cases.inputs import AssignCase, MoveCase
from coord.cases.intake import agency_of, post_for, put_file
from coord.cases.moving import REVIEWED, Move, begin_move, local_today, note_step
from coord.cases.rules import FOLLOW_UP_MONTHS, NEEDS_REASON, Who, is_reached, who_does
from coord.cases.tables import CaseClosing, CaseFile, CaseFollowUp, CaseGoal, CaseIntake, CasePlan
from coord.cases.words import pen_of
from coord.kernel.errors import Invalid, Problem
from coord.kernel.sql import select
from coord.kernel.workdays import same_month_day_after
from coord.placements import posts_at
from coord.work import Unit, action

_WORKER = frozenset(
    {
        CaseEvent.SUBMIT_INTAKE, CaseEvent.TAKE, CaseEvent.SUBMIT_OPENING, CaseEvent.RESUME, CaseEvent.SUBMIT_PLAN,
        CaseEvent.REOPEN,
    }
)  # fmt: skip
_SUPERVISOR = frozenset(
    {
        CaseEvent.APPROVE_OPENING, CaseEvent.DECLINE_OPENING, CaseEvent.RETURN, CaseEvent.APPROVE_PLAN,
        CaseEvent.RETURN_PLAN, CaseEvent.APPROVE_CLOSING,
    }
)  # fmt: skip
_PLAN_AFTER: Mapping[CaseEvent, PlanStatus] = {
    CaseEvent.SUBMIT_PLAN: PlanStatus.WAITING,
    CaseEvent.APPROVE_PLAN: PlanStatus.APPROVED,
    CaseEvent.RETURN_PLAN: PlanStatus.RETURNED,
}
_WITHOUT_FOLLOW_UP = frozenset({ClosureType.DECEASED, ClosureType.TRANSFERRED})


@action("case.work")
async def advance_case(unit: Unit, given: MoveCase) -> UUID:
    """A step of a worker that needs no form; the id of the case, of the new file after a reopening."""
    if given.event not in _WORKER:
        raise Invalid(Problem("event", "NOT_A_CHOICE"))
    move = await begin_move(unit, given.case, given.event)
    if given.event is CaseEvent.REOPEN:
        return await _reopened(move, given.reason)
    if given.event is CaseEvent.TAKE:
        await _give_to(move, move.asker.worker_id)
    if move.line.target in REVIEWED:
        move.case.before_review = move.line.source
        move.case.submitted_at, move.case.submitted_by_id = unit.started_at, unit.actor.user_id
    await _plan_follows(move)
    await move.done(given.reason)
    return move.case.id


@action("case.review")
async def decide_case(unit: Unit, given: MoveCase) -> UUID:
    """What a supervisor decides. Raises ``Invalid`` for a refusal without its reason."""
    if given.event not in _SUPERVISOR:
        raise Invalid(Problem("event", "NOT_A_CHOICE"))
    if given.event in NEEDS_REASON and not given.reason:
        raise Invalid(Problem("reason", "REQUIRED"))
    move = await begin_move(unit, given.case, given.event)
    today = await local_today(unit, move.case.program_id)
    if given.event is CaseEvent.APPROVE_OPENING:
        move.case.opened_on = today
    if given.event is CaseEvent.APPROVE_PLAN:
        move.case.plan_approved_on = today
    if given.event is CaseEvent.APPROVE_CLOSING:
        await _closed(move)
    await _plan_follows(move)
    await move.done(given.reason)
    return move.case.id


@action("case.review")
async def assign_case(unit: Unit, given: AssignCase) -> UUID:
    """Give a case that waits to a worker with a post at its hospital."""
    move = await begin_move(unit, given.case, CaseEvent.ASSIGN)
    await _give_to(move, given.worker)
    await move.done()
    return move.case.id


async def _give_to(move: Move, worker_id: UUID | None) -> None:
    """The worker's post decides whose case it is. Raises ``Invalid`` for a worker without one there."""
    case = move.case
    today = await local_today(move.unit, case.program_id)
    for post in await posts_at(move.unit, case.program_id, case.hospital_id):
        if post.worker_id == worker_id and (post.ends_on is None or post.ends_on >= today):
            case.worker_id = post.worker_id
            case.agency_id = None if post.employer_id == case.hospital_id else post.employer_id
            return
    raise Invalid(Problem("worker", "NO_SUCH_WORKER"))


async def _plan_follows(move: Move) -> None:
    """The plan goes with the step: it waits, is approved or returned."""
    status = _PLAN_AFTER.get(move.line.event)
    if status is None:
        return
    unit, plan = move.unit, await move.unit.find(CasePlan, move.case.id)
    before = audit.facts(plan)
    plan.status = status
    if who_does(move.line.event) is Who.SUPERVISOR:
        plan.decided_at, plan.decided_by_id = unit.started_at, unit.actor.user_id
    else:
        plan.submitted_at, plan.submitted_by_id = unit.started_at, unit.actor.user_id
    audit.record(unit, f"case.{move.line.event.lower()}", plan, before=before)


async def _closed(move: Move) -> None:
    """The report becomes the closure, and the looks afterwards become due."""
    case = move.case
    closing = await move.unit.find(CaseClosing, case.id)
    case.closed_on, case.closure = await local_today(move.unit, case.program_id), closing.closure
    goals = await move.unit.scalars(select(CaseGoal).where(col(CaseGoal.case_id) == case.id))
    case.goals, case.goals_reached = len(goals), sum(is_reached(goal.attainment, goal.scaling) for goal in goals)
    case.satisfaction, case.adequate_treatment = closing.satisfaction, closing.adequate_treatment
    if closing.closure not in _WITHOUT_FOLLOW_UP:
        days = [same_month_day_after(case.closed_on, months) for months in FOLLOW_UP_MONTHS]
        move.unit.add(*(CaseFollowUp(case_id=case.id, due_on=day) for day in days))


async def _reopened(move: Move, reason: str | None) -> UUID:
    """A file of its own continues the closed one: what was counted about that stays as it was."""
    unit, old = move.unit, move.case
    post = await post_for(unit, old.hospital_id)
    new = CaseFile(
        program_id=old.program_id,
        hospital_id=old.hospital_id,
        agency_id=agency_of(post),
        client_id=old.client_id,
        worker_id=post.worker_id,
        status=CaseStatus.ASSESSING,
        origin=CaseOrigin.REOPENED,
        previous_id=old.id,
        received_on=await local_today(unit, old.program_id),
    )
    await put_file(unit, new)
    await _copy_intake(unit, old, new)
    await note_step(unit, new, move.line, reason)
    audit.record(unit, "case.reopen", new)
    return new.id


async def _copy_intake(unit: Unit, old: CaseFile, new: CaseFile) -> None:
    intake = await unit.session.get(CaseIntake, old.id)
    if intake is None:
        return
    words = (await pen_of(unit, old)).open(CaseIntake, old.id, intake.words)
    codes = intake.model_dump(include={"received_by_id", "source", "urgency", "risk", "decision"})
    unit.add(CaseIntake(id=new.id, **codes, words=(await pen_of(unit, new)).seal(CaseIntake, new.id, words)))
