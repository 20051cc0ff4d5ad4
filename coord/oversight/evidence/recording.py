"""Saying what was found behind a drawn record."""

from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.oversight.evidence.inputs import CheckEvidence
from coord.oversight.evidence.rules import NEEDS_WORDS
from coord.oversight.evidence.tables import EvidenceCheck
from coord.work import Unit, action


@action("evidence.check")
async def check_evidence(unit: Unit, given: CheckEvidence) -> UUID:
    """Keep what was found, also anew: the trail holds what was said before. Gives the sample's id.

    Raises ``NotFound`` for a foreign record, ``Invalid`` where what is wrong is not told.
    """
    statement = select(EvidenceCheck).where(col(EvidenceCheck.id) == given.check).with_for_update()
    row: EvidenceCheck | None = await unit.scalar(statement)
    if row is None:
        raise NotFound
    if given.found in NEEDS_WORDS and not given.note:
        raise Invalid(Problem("note", "REQUIRED"))
    before = audit.facts(row)
    row.found, row.note = given.found, given.note
    row.checked_at, row.checked_by_id, row.checked_by_name = unit.started_at, unit.actor.user_id, unit.actor.name
    audit.record(unit, "evidence.check", row, before=before)
    return row.sample_id
