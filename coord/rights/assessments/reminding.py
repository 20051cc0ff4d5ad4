"""Telling administrators that an assessment ends."""

from datetime import date, datetime

from sqlalchemy import or_
from sqlmodel import col

from coord.access import Role
from coord.identity.reads import HOME_ZONE
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell_holders
from coord.rights.assessments.rules import REMIND_BEFORE, is_to_remind
from coord.rights.assessments.tables import ImpactAssessment
from coord.work import Unit, action

_AT_ONCE = 500


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else local_date(moment, HOME_ZONE)


@action("job.run")
async def remind_of_ends(unit: Unit) -> int:
    """Tell the administrators of each that ends within thirty days, and once more after its last day; of how many."""
    today = local_date(unit.started_at, HOME_ZONE)
    ending = select(ImpactAssessment).where(
        col(ImpactAssessment.valid_until) <= today + REMIND_BEFORE,
        or_(col(ImpactAssessment.reminded_at).is_(None), col(ImpactAssessment.valid_until) < today),
    )
    told = 0
    for row in await unit.scalars(ending.order_by(col(ImpactAssessment.valid_until).desc()).limit(_AT_ONCE)):
        if is_to_remind(row.valid_until, today, _day(row.reminded_at)):
            row.reminded_at, told = unit.started_at, told + 1
            tell_holders(unit, [Role.ADMINISTRATOR], row.foundation_id, NoticeKind.ASSESSMENT_DUE, "assessment", row.id)
    return told
