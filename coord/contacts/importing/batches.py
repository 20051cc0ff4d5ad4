"""Going through a plan, a batch per transaction: killed in the middle, an import goes on where it was."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, delete

from coord import audit
from coord.contacts.codes import ImportState
from coord.contacts.importing.outcome import RowFate, fates
from coord.contacts.importing.people.plan import PeoplePlan, people_fates
from coord.contacts.importing.people.writing import write_people
from coord.contacts.importing.plan import Plan
from coord.contacts.importing.writing import write_contacts
from coord.contacts.tables import ContactImport, ImportFile
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.work import Unit, action

BATCH = 200
FILES_KEPT = timedelta(days=7)
AnyPlan = Plan | PeoplePlan


@dataclass(slots=True)
class _SoFar:
    """What was done of an import: lines that were there before, and of people the client that each line made."""

    already: set[int] = field(default_factory=set)
    made: dict[int, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, job: ContactImport) -> "_SoFar":
        """From what is stored with the import."""
        kept = job.outcome or {}
        return cls({*kept.get("already", ())}, {int(line): tuple(m) for line, m in kept.get("made", {}).items()})

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {"already": sorted(self.already), "made": {str(line): list(m) for line, m in self.made.items()}}


@action("contact.import")
async def import_rows(unit: Unit, import_id: UUID, plan: AnyPlan) -> bool:
    """Write the next batch of an import's rows; True when it was the last one.

    Raises ``NotFound`` for an unknown import. Running it again after the end changes nothing.
    """
    statement = select(ContactImport).where(col(ContactImport.id) == import_id).with_for_update()
    job: ContactImport | None = await unit.scalar(statement)
    if job is None:
        raise NotFound
    if job.state in {ImportState.DONE, ImportState.REFUSED}:
        return True
    so_far, done = _SoFar.of(job), min(job.rows_done + BATCH, len(plan.rows))
    await _take(unit, job, plan, slice(job.rows_done, done), so_far)
    job.state, job.rows_total, job.rows_done, job.outcome = ImportState.RUNNING, len(plan.rows), done, so_far.to_json()
    if isinstance(plan, Plan):
        job.month = plan.month
    if done < len(plan.rows):
        return False
    await _finish(unit, job, plan, so_far)
    return True


async def _take(unit: Unit, job: ContactImport, plan: AnyPlan, part: slice, so_far: _SoFar) -> None:
    if job.dry_run:
        so_far.already |= {row.line for row in plan.rows[part] if row.is_there}
    elif isinstance(plan, PeoplePlan):
        written = await write_people(unit, plan, [row for row in plan.rows[part] if row.is_accepted])
        so_far.already |= written.already
        so_far.made |= written.made
    else:
        so_far.already |= await write_contacts(unit, plan, [row for row in plan.rows[part] if row.is_accepted], job)


async def _finish(unit: Unit, job: ContactImport, plan: AnyPlan, so_far: _SoFar) -> None:
    await unit.session.run(delete(ImportFile).where(col(ImportFile.created_at) < unit.started_at - FILES_KEPT))
    job.state, job.finished_at, job.outcome = ImportState.DONE, unit.started_at, None
    # Without the rows: each contact and each client has an entry of its own in the trail.
    audit.record(unit, "contact.import", job)
    job.outcome = {"rows": [fate.to_json() for fate in _fates(plan, so_far)]}
    if so_far.made:
        job.outcome |= {"made": [client for client, _ in so_far.made.values()]}


def _fates(plan: AnyPlan, so_far: _SoFar) -> list[RowFate]:
    if isinstance(plan, PeoplePlan):
        return people_fates(plan, {line: code for line, (_, code) in so_far.made.items()}, so_far.already)
    return fates(plan, so_far.already)
