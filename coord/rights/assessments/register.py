"""Adding to the register, looking at what somebody else assessed, reading it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.access import Role
from coord.identity.reads import HOME_ZONE
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell_holders
from coord.rights.assessments.codes import AssessedActivity, AssessedRisk
from coord.rights.assessments.inputs import AddAssessment
from coord.rights.assessments.rules import AssessmentState, state_of
from coord.rights.assessments.tables import ImpactAssessment
from coord.work import Unit, action, read

_MOST = 500


@dataclass(frozen=True, slots=True)
class AssessmentShown:
    """An assessment as administrators read it. ``is_own``: somebody else has to look at it."""

    id: UUID
    activity: AssessedActivity
    title: str
    necessity: str
    effects: str
    measures: str
    risk: AssessedRisk
    assessed_on: date
    valid_until: date
    made_by: str
    reviewed_by: str | None
    is_own: bool
    state: AssessmentState

    @property
    def is_due(self) -> bool:
        """Whether somebody has to do something: look at it, or make it anew."""
        return self.state is not AssessmentState.GOOD


@action("assessment.manage")
async def add_assessment(unit: Unit, given: AddAssessment) -> UUID:
    """Put an assessment into the register; the other administrators are told.

    Raises ``Invalid`` for one that was made tomorrow, ``NotFound`` for whoever administers no directory.
    """
    foundation = next(iter(unit.actor.administers()), None)
    if foundation is None or unit.actor.user_id is None:
        raise NotFound
    if given.assessed_on > local_date(unit.started_at, HOME_ZONE):
        raise Invalid(Problem("assessed_on", "FUTURE_DATE"))
    row = ImpactAssessment(
        **given.model_dump(), foundation_id=foundation, made_by_id=unit.actor.user_id, made_by_name=unit.actor.name,
        made_at=unit.started_at,
    )  # fmt: skip
    unit.add(row)
    audit.record(unit, "assessment.add", row)
    tell_holders(unit, [Role.ADMINISTRATOR], foundation, NoticeKind.ASSESSMENT_WAITS, "assessment", row.id)
    return row.id


@action("assessment.manage")
async def review_assessment(unit: Unit, assessment_id: UUID) -> None:
    """Say, as a second person, that an assessment holds.

    Raises ``NotFound`` for those of others, ``Invalid`` for one's own, ``Conflict`` once somebody has.
    """
    statement = select(ImpactAssessment).where(col(ImpactAssessment.id) == assessment_id).with_for_update()
    row: ImpactAssessment | None = await unit.scalar(statement)
    if row is None:
        raise NotFound
    if row.made_by_id == unit.actor.user_id:
        raise Invalid(Problem("assessment", "ASSESSMENT_SECOND_PERSON"))
    if row.reviewed_at is not None:
        raise Conflict(Problem("assessment", "ASSESSMENT_REVIEWED_ALREADY"))
    before = audit.facts(row)
    row.reviewed_by_id, row.reviewed_by_name, row.reviewed_at = unit.actor.user_id, unit.actor.name, unit.started_at
    audit.record(unit, "assessment.review", row, before=before)


@read("assessment.manage")
async def assessments(unit: Unit) -> Sequence[AssessmentShown]:
    """The register, what is due first, then the newest first."""
    statement = select(ImpactAssessment).order_by(col(ImpactAssessment.assessed_on).desc(), col(ImpactAssessment.id))
    rows: Sequence[ImpactAssessment] = await unit.scalars(statement.limit(_MOST))
    today = local_date(unit.started_at, HOME_ZONE)
    return sorted((_shown(row, unit.actor.user_id, today) for row in rows), key=lambda one: not one.is_due)


def _shown(row: ImpactAssessment, reader: UUID | None, today: date) -> AssessmentShown:
    told = {"id", "activity", "title", "necessity", "effects", "measures", "risk", "assessed_on", "valid_until"}
    state = state_of(row.valid_until, today, is_reviewed=row.reviewed_at is not None)
    return AssessmentShown(
        **row.model_dump(include=told), made_by=row.made_by_name, reviewed_by=row.reviewed_by_name,
        is_own=row.made_by_id == reader, state=state,
    )  # fmt: skip
