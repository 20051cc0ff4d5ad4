"""Opening a corrective action: from a drawn record, from the figures of quality, from a late month."""

from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.access import Role
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell_holders
from coord.oversight.evidence.tables import EvidenceCheck, EvidenceSample
from coord.oversight.remedies.codes import ActionOrigin, ActionOwner
from coord.oversight.remedies.inputs import OpenAction
from coord.oversight.remedies.tables import CorrectiveAction
from coord.periods.places import MonthPlace, month_place
from coord.work import Unit, action

HOLDERS = {
    ActionOwner.HOSPITAL: (Role.HOSPITAL_COORDINATOR, Role.SOCIAL_WORKER),
    ActionOwner.FOUNDATION: (Role.PROGRAM_OFFICER,),
}


@action("corrective_action.manage")
async def open_action(unit: Unit, given: OpenAction) -> UUID:
    """Open a corrective action; whoever holds the owning office is told.

    Raises ``NotFound`` for a foreign hospital or drawn record, ``Invalid`` for a day that has passed and for an
    action from a sample without the drawn record.
    """
    place = await month_place(unit, given)
    if given.due_on < place.today:
        raise Invalid(Problem("due_on", "PAST_DATE"))
    if (given.origin is ActionOrigin.EVIDENCE) != (given.check is not None):
        raise Invalid(Problem("check", "REQUIRED" if given.check is None else "NOT_FROM_SAMPLE"))
    if given.check is not None:
        await _check_of(unit, given.check, place)
    row = CorrectiveAction(
        program_id=place.program.id, hospital_id=place.hospital_id, origin=given.origin, check_id=given.check,
        month=place.month, title=given.title, owner=given.owner, due_on=given.due_on, opened_at=unit.started_at,
        opened_by_id=unit.actor.user_id, opened_by_name=unit.actor.name,
    )  # fmt: skip
    unit.add(row)
    audit.record(unit, "corrective_action.open", row)
    office = place.hospital_id if given.owner is ActionOwner.HOSPITAL else place.program.foundation_id
    tell_holders(unit, HOLDERS[given.owner], office, NoticeKind.ACTION_OPENED, "corrective_action", row.id)
    return row.id


async def _check_of(unit: Unit, check: UUID, place: MonthPlace) -> None:
    """Raises ``NotFound`` for a drawn record of another hospital or month."""
    statement = (
        select(EvidenceCheck.id)
        .join(EvidenceSample, col(EvidenceSample.id) == col(EvidenceCheck.sample_id))
        .where(
            col(EvidenceCheck.id) == check, col(EvidenceSample.hospital_id) == place.hospital_id,
            col(EvidenceSample.program_id) == place.program.id, col(EvidenceSample.month) == place.month,
        )
    )  # fmt: skip
    if await unit.scalar(statement) is None:
        raise NotFound
