"""An opening that nobody reviewed in time is told again, and once: to all who could, up to the foundation."""

from collections.abc import Sequence

from sqlmodel import col

from coord import audit
from coord.clients.emergency.actions import concerned
from coord.clients.emergency.rules import REVIEWED_WITHIN
from coord.clients.tables import EmergencyAccess
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell
from coord.work import Unit, action

_AT_ONCE = 200


@action("job.run")
async def escalate_unreviewed(unit: Unit) -> int:
    """Tell of every opening whose review is late, each once; how many there were."""
    statement = (
        select(EmergencyAccess)
        .where(
            col(EmergencyAccess.reviewed_at).is_(None),
            col(EmergencyAccess.escalated_at).is_(None),
            col(EmergencyAccess.opened_at) < unit.started_at - REVIEWED_WITHIN,
        )
        .order_by(col(EmergencyAccess.id))
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    late: Sequence[EmergencyAccess] = await unit.scalars(statement)
    for row in late:
        row.escalated_at = unit.started_at
        told = await concerned(unit, row)
        tell(unit, told, NoticeKind.EMERGENCY_UNREVIEWED, "emergency", row.id, organization=row.hospital_id)
        audit.record(unit, "emergency.escalate", row)
    return len(late)
