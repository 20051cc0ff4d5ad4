"""The plan with its goals, and how far they were reached."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, delete

from coord import audit
from coord.cases.codes import CaseEvent, PlanStatus
from coord.cases.inputs import GoalRating, PlanGoal, RateGoals, WritePlan
from coord.cases.moving import begin_move, check_day
from coord.cases.rules import goal_problems, rating_problems
from coord.cases.tables import CaseFile, CaseGoal, CasePlan
from coord.cases.words import Pen
from coord.kernel.errors import Invalid, NotFound
from coord.kernel.sql import select
from coord.work import Unit, action

_WORDS = {"interventions", "responsible", "frequency"}
_GOAL = {"statement", "indicator", "baseline", "target"}


@action("case.work")
async def write_plan(unit: Unit, given: WritePlan) -> UUID:
    """Write the plan, or write it again: it is a draft until it is handed in. Goals are written as a whole.

    Raises ``Invalid`` for goals that end before today or are named twice.
    """
    move = await begin_move(unit, given.case, CaseEvent.WRITE_PLAN)
    if problems := goal_problems([(goal.statement, goal.due_on) for goal in given.goals], move.case.received_on):
        raise Invalid(*problems)
    pen = await move.pen()
    plan = await unit.session.get(CasePlan, given.case)
    before = None if plan is None else audit.facts(plan)
    facts = {
        **given.model_dump(include={"review_on", "planned_sessions", "client_agrees"}),
        "status": PlanStatus.DRAFT,
        "words": pen.seal(CasePlan, given.case, given.model_dump(include=_WORDS)),
    }
    plan = plan or CasePlan(id=given.case, **facts)
    for name, value in facts.items():
        setattr(plan, name, value)
    unit.add(plan)
    await _replace_goals(unit, move.case, pen, given.goals)
    audit.record(unit, "case.write_plan", plan, before=before)
    return given.case


async def _replace_goals(unit: Unit, case: CaseFile, pen: Pen, goals: Sequence[PlanGoal]) -> None:
    await unit.session.run(delete(CaseGoal).where(col(CaseGoal.case_id) == case.id))
    for position, goal in enumerate(goals, 1):
        row = CaseGoal(case_id=case.id, position=position, due_on=goal.due_on, words=b"")
        row.words = pen.seal(CaseGoal, row.id, goal.model_dump(include=_GOAL))
        unit.add(row)
    await unit.session.flush()


@action("case.work")
async def rate_goals(unit: Unit, given: RateGoals) -> UUID:
    """Say how far goals were reached. Raises ``Invalid`` for a goal without a rating, ``NotFound`` for a foreign one."""
    move = await begin_move(unit, given.case, CaseEvent.RATE_GOALS)
    await check_day(unit, move.case, "rated_on", given.rated_on, since=move.case.received_on)
    if problems := rating_problems([(r.attainment, r.scaling) for r in given.ratings]):
        raise Invalid(*problems)
    pen = await move.pen()
    statement = select(CaseGoal).where(col(CaseGoal.case_id) == given.case)
    goals = {goal.id: goal for goal in await unit.scalars(statement)}
    for rating in given.ratings:
        if (goal := goals.get(rating.goal)) is None:
            raise NotFound
        _rate(goal, pen, rating)
        goal.rated_on = given.rated_on
        audit.record(unit, "case.rate_goals", goal)
    return given.case


def _rate(goal: CaseGoal, pen: Pen, rating: GoalRating) -> None:
    goal.attainment, goal.scaling = rating.attainment, rating.scaling
    words = {**pen.open(CaseGoal, goal.id, goal.words), "comment": rating.comment}
    goal.words = pen.seal(CaseGoal, goal.id, words)
