"""What may happen to a case: one table of who may do what from which state, and under which condition. Pure.

The table is the only place that knows; actions ask it, pages ask it for the buttons to show, tests go through it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from coord.cases.codes import OVER, CaseEvent, CaseStatus, ClosureType, IntakeDecision, PlanStatus
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.text import narrow


class Who(StrEnum):
    """Who may do it: the case's own worker, any social worker with a post there, or a supervisor."""

    OWN_WORKER = "OWN_WORKER"
    WORKER_THERE = "WORKER_THERE"
    SUPERVISOR = "SUPERVISOR"


PERMISSION: Mapping[Who, str] = {
    Who.OWN_WORKER: "case.work",
    Who.WORKER_THERE: "case.work",
    Who.SUPERVISOR: "case.review",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules look at in one case."""

    status: CaseStatus
    worker_id: UUID
    before_review: CaseStatus | None = None
    closure: ClosureType | None = None
    is_intake_complete: bool = False
    intake_lacks: Sequence[str] = ()
    """Which fields of the intake are still to be filled in before it is handed on."""
    decision: IntakeDecision | None = None
    has_consent: bool = False
    is_assessed: bool = False
    plan: PlanStatus | None = None
    goals: int = 0
    goals_unrated: int = 0
    does_client_agree: bool = False
    written_by: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: their account, the worker they are, whether they hold a post at the case's hospital."""

    user_id: UUID | None
    worker_id: UUID | None
    is_posted_there: bool
    permissions: frozenset[str]


Guard = Callable[[Standing], str | None]


def _complete(case: Standing) -> str | None:
    return None if case.is_intake_complete else "INTAKE_INCOMPLETE"


def _ready_to_open(case: Standing) -> str | None:
    if not case.is_intake_complete:
        return "INTAKE_INCOMPLETE"
    return None if case.is_assessed else "ASSESSMENT_MISSING"


def _may_open(case: Standing) -> str | None:
    if case.decision is not IntakeDecision.OPEN:
        return "DECIDED_NOT_TO_OPEN"
    return None if case.has_consent else "CONSENT_MISSING"


def _was(before: CaseStatus) -> Guard:
    return lambda case: None if case.before_review is before else "NOT_IN_THIS_STATE"


def _plan_ready(case: Standing) -> str | None:
    if case.plan is None or not case.goals:
        return "PLAN_INCOMPLETE"
    if case.plan in {PlanStatus.WAITING, PlanStatus.APPROVED}:
        return "PLAN_SUBMITTED_ALREADY"
    return None if case.does_client_agree else "CLIENT_DOES_NOT_AGREE"


def _plan_waits(case: Standing) -> str | None:
    return None if case.plan is PlanStatus.WAITING else "PLAN_NOT_WAITING"


def _not_waiting(case: Standing) -> str | None:
    return "PLAN_WAITS" if case.plan is PlanStatus.WAITING else None


def _has_goals(case: Standing) -> str | None:
    return None if case.goals else "PLAN_INCOMPLETE"


_WITHOUT_RATING = {ClosureType.DECEASED, ClosureType.LOST_CONTACT, ClosureType.TRANSFERRED}


def _closable(case: Standing) -> str | None:
    if case.closure not in _WITHOUT_RATING and case.goals_unrated:
        return "GOALS_NOT_RATED"
    return _not_waiting(case)


def _closable_early(case: Standing) -> str | None:
    return "NO_PLAN_YET" if case.closure is ClosureType.GOALS_REACHED else None


def _lives(case: Standing) -> str | None:
    return "CLIENT_DECEASED" if case.closure is ClosureType.DECEASED else None


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the table."""

    source: CaseStatus
    event: CaseEvent
    target: CaseStatus
    who: Who
    guard: Guard | None = None


_S, _E = CaseStatus, CaseEvent
_OWN, _THERE, _SUPERVISOR = Who.OWN_WORKER, Who.WORKER_THERE, Who.SUPERVISOR
TABLE: Sequence[Transition] = (
    Transition(_S.DRAFT, _E.WRITE_INTAKE, _S.DRAFT, _OWN),
    Transition(_S.DRAFT, _E.SUBMIT_INTAKE, _S.WAITING_ASSIGNMENT, _OWN, _complete),
    Transition(_S.WAITING_ASSIGNMENT, _E.TAKE, _S.ASSESSING, _THERE),
    Transition(_S.WAITING_ASSIGNMENT, _E.ASSIGN, _S.ASSESSING, _SUPERVISOR),
    Transition(_S.ASSESSING, _E.WRITE_INTAKE, _S.ASSESSING, _OWN),
    Transition(_S.ASSESSING, _E.ASSESS, _S.ASSESSING, _OWN),
    Transition(_S.ASSESSING, _E.SUBMIT_OPENING, _S.OPENING_REVIEW, _OWN, _ready_to_open),
    Transition(_S.OPENING_REVIEW, _E.APPROVE_OPENING, _S.OPEN, _SUPERVISOR, _may_open),
    Transition(_S.OPENING_REVIEW, _E.DECLINE_OPENING, _S.NOT_OPENED, _SUPERVISOR),
    Transition(_S.OPENING_REVIEW, _E.RETURN, _S.RETURNED, _SUPERVISOR),
    Transition(_S.RETURNED, _E.RESUME, _S.ASSESSING, _OWN, _was(_S.ASSESSING)),
    Transition(_S.RETURNED, _E.RESUME, _S.OPEN, _OWN, _was(_S.OPEN)),
    Transition(_S.RETURNED, _E.RESUME, _S.INTERVENING, _OWN, _was(_S.INTERVENING)),
    Transition(_S.OPEN, _E.WRITE_PLAN, _S.OPEN, _OWN, _not_waiting),
    Transition(_S.OPEN, _E.SUBMIT_PLAN, _S.OPEN, _OWN, _plan_ready),
    Transition(_S.OPEN, _E.APPROVE_PLAN, _S.INTERVENING, _SUPERVISOR, _plan_waits),
    Transition(_S.OPEN, _E.RETURN_PLAN, _S.OPEN, _SUPERVISOR, _plan_waits),
    Transition(_S.OPEN, _E.SUBMIT_CLOSING, _S.CLOSING_REVIEW, _OWN, _closable_early),
    Transition(_S.INTERVENING, _E.WRITE_PLAN, _S.INTERVENING, _OWN, _not_waiting),
    Transition(_S.INTERVENING, _E.SUBMIT_PLAN, _S.INTERVENING, _OWN, _plan_ready),
    Transition(_S.INTERVENING, _E.APPROVE_PLAN, _S.INTERVENING, _SUPERVISOR, _plan_waits),
    Transition(_S.INTERVENING, _E.RETURN_PLAN, _S.INTERVENING, _SUPERVISOR, _plan_waits),
    Transition(_S.INTERVENING, _E.RATE_GOALS, _S.INTERVENING, _OWN, _has_goals),
    Transition(_S.INTERVENING, _E.SUBMIT_CLOSING, _S.CLOSING_REVIEW, _OWN, _closable),
    Transition(_S.CLOSING_REVIEW, _E.APPROVE_CLOSING, _S.CLOSED, _SUPERVISOR),
    Transition(_S.CLOSING_REVIEW, _E.RETURN, _S.RETURNED, _SUPERVISOR),
    Transition(_S.CLOSED, _E.RECORD_FOLLOW_UP, _S.FOLLOW_UP, _THERE, _lives),
    Transition(_S.FOLLOW_UP, _E.RECORD_FOLLOW_UP, _S.FOLLOW_UP, _THERE),
    Transition(_S.CLOSED, _E.REOPEN, _S.ASSESSING, _THERE, _lives),
    Transition(_S.FOLLOW_UP, _E.REOPEN, _S.ASSESSING, _THERE, _lives),
    *(
        Transition(state, _E.TRANSFER, state, _SUPERVISOR)
        for state in (_S.WAITING_ASSIGNMENT, _S.ASSESSING, _S.OPEN, _S.INTERVENING, _S.RETURNED)
    ),
)
NEEDS_REASON = frozenset({_E.DECLINE_OPENING, _E.RETURN, _E.RETURN_PLAN, _E.TRANSFER})


def who_does(event: CaseEvent) -> Who:
    """Who causes an event: the same from every state."""
    return next(line.who for line in TABLE if line.event is event)


def _person(case: Standing, who: Who, asker: Asker) -> str | None:
    """What is wrong with who asks."""
    if who is Who.OWN_WORKER:
        return None if asker.worker_id == case.worker_id else "NOT_YOUR_CASE"
    if who is Who.WORKER_THERE:
        return None if asker.is_posted_there else "NO_POST_AT_HOSPITAL"
    own = asker.worker_id == case.worker_id or asker.user_id in case.written_by
    return "NOT_ONES_OWN" if own else None


def transition(case: Standing, event: CaseEvent, asker: Asker) -> Transition:
    """The line of the table that lets this happen. Raises ``Conflict`` with the reason when none does.

    An intake that lacks something is ``Invalid`` in each field that it lacks.
    """
    lines = [line for line in TABLE if line.source is case.status and line.event is event]
    if not lines:
        raise Conflict(Problem("case", "NOT_IN_THIS_STATE"))
    if wrong := _person(case, lines[0].who, asker):
        raise Conflict(Problem("case", wrong))
    for line in lines:
        wrong = line.guard(case) if line.guard else None
        if wrong is None:
            return line
    if wrong == "INTAKE_INCOMPLETE" and case.intake_lacks:
        raise Invalid(*(Problem(field, "REQUIRED") for field in case.intake_lacks))
    raise Conflict(Problem("case", wrong or "NOT_IN_THIS_STATE"))


def filing_problem(case: CaseStatus, worker_id: UUID, asker: Asker) -> str | None:
    """Why the asker may neither attach a file to a case nor take one off; None where they may."""
    if case in OVER:
        return "NOT_IN_THIS_STATE"
    return None if asker.worker_id == worker_id else "NOT_YOUR_CASE"


_NOT_NOW = {"PLAN_WAITS", "PLAN_SUBMITTED_ALREADY", "PLAN_NOT_WAITING", "CLIENT_DECEASED"}
"""What no form that is filled in could mend: where the plan stands, and death."""


def possible(case: Standing, asker: Asker) -> Iterator[CaseEvent]:
    """What the asker can make happen now, whatever the forms still lack: the buttons of a page."""
    for event in dict.fromkeys(line.event for line in TABLE if line.source is case.status):
        who = who_does(event)
        if PERMISSION[who] in asker.permissions and _person(case, who, asker) is None and _is_time(case, event):
            yield event


def _is_time(case: Standing, event: CaseEvent) -> bool:
    """Whether some line lets it happen once the forms are filled in."""
    lines = [line for line in TABLE if line.source is case.status and line.event is event]
    return any(line.guard is None or line.guard(case) not in _NOT_NOW for line in lines)


FOLLOW_UP_MONTHS = (1, 3, 6)
"""When somebody looks how the person fares after the closure."""


def goal_problems(goals: Sequence[tuple[str, date]], since: date) -> list[Problem]:
    """What is wrong with the goals of a plan: one ends before the case began, or stands there twice."""
    problems = [Problem("goals", "GOAL_ENDS_EARLY", {"n": n}) for n, (_, due) in enumerate(goals, 1) if due < since]
    if len({narrow(statement) for statement, _ in goals}) < len(goals):
        problems.append(Problem("goals", "NAMED_TWICE"))
    return problems


def rating_problems(ratings: Sequence[tuple[int | None, int | None]]) -> list[Problem]:
    """Goals that are rated neither in percent nor on the scale, or both ways."""
    wrong = [n for n, pair in enumerate(ratings, 1) if (pair[0] is None) == (pair[1] is None)]
    return [Problem("ratings", "RATE_ONE_WAY", {"n": n}) for n in wrong]


MOSTLY_REACHED = 75
"""From this share on a goal counts as mostly reached; on the scale from 0, what was expected (Q6)."""


def is_reached(attainment: int | None, scaling: int | None) -> bool:
    """Whether a goal was fully or mostly reached."""
    if scaling is not None:
        return scaling >= 0
    return attainment is not None and attainment >= MOSTLY_REACHED
