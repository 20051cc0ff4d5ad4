"""Drawing the samples: by a part of the system, after records were written and once a day."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, delete

from coord.access import system
from coord.contacts.reviews.rules import sample
from coord.contacts.reviews.tables import ReviewPick, ReviewSeed
from coord.contacts.tables import ServiceContact
from coord.kernel.sql import select
from coord.programs.month_locks import month_of_day, next_month
from coord.work import Unit, action
from coord.work.inserting import insert_new

SAMPLER = system("review sampler", "draws the records of each worker's month that are looked at", "job.run")
_LOOKED_BACK = timedelta(days=35)
"""From any day of UTC this reaches the month before, whether the program is already or still on another day."""
_SEED_BYTES = 16


@dataclass(frozen=True, slots=True, order=True)
class WorkerMonth:
    """One worker's month at a hospital in a program."""

    program_id: UUID
    hospital_id: UUID
    worker_id: UUID
    month: str

    def where(self, model: Any) -> list[Any]:
        """The rows of a model that are of this worker at this place."""
        return [col(getattr(model, n)) == getattr(self, n) for n in ("program_id", "hospital_id", "worker_id")]


_OF = (ServiceContact.program_id, ServiceContact.hospital_id, ServiceContact.worker_id, ServiceContact.occurred_on)


@action("job.run")
async def draw_beside(unit: Unit, contacts: Collection[UUID]) -> None:
    """Draw the months of these records again: each then holds a tenth of what is written in it by now."""
    await _draw_all(unit, await unit.rows(select(*_OF).where(col(ServiceContact.id).in_(contacts)).distinct()))


@action("job.run")
async def draw_recent(unit: Unit) -> None:
    """Draw this month and the one before for everybody: what was taken back or moved leaves no gap."""
    since = unit.started_at.date() - _LOOKED_BACK
    statement = select(*_OF).where(col(ServiceContact.occurred_on) >= since.replace(day=1)).distinct()
    await _draw_all(unit, await unit.rows(statement))


async def _draw_all(unit: Unit, rows: Iterable[Any]) -> None:
    for one in sorted({WorkerMonth(row[0], row[1], row[2], month_of_day(row[3])) for row in rows}):
        await _draw(unit, one)


async def _draw(unit: Unit, one: WorkerMonth) -> None:
    seed = await _seed(unit, one)
    first, after = date.fromisoformat(f"{one.month}-01"), date.fromisoformat(f"{next_month(one.month)}-01")
    within = [col(ServiceContact.occurred_on) >= first, col(ServiceContact.occurred_on) < after]
    records = select(ServiceContact.id).where(
        *one.where(ServiceContact), *within, col(ServiceContact.withdrawn_at).is_(None)
    )
    written = set(await unit.scalars(records))
    held = set(await unit.scalars(select(ReviewPick.contact_id).where(col(ReviewPick.seed_id) == seed.id)))
    drawn = sample(seed.seed, written)
    if gone := held - drawn:
        await unit.session.run(delete(ReviewPick).where(col(ReviewPick.contact_id).in_(gone)))
    await _free(unit, drawn - held)
    await insert_new(unit, [ReviewPick(contact_id=key, seed_id=seed.id) for key in sorted(drawn - held)])


async def _free(unit: Unit, new: Collection[UUID]) -> None:
    """A record that moved to another day may still stand in the sample of the month that it left."""
    if new:
        await unit.session.run(delete(ReviewPick).where(col(ReviewPick.contact_id).in_(new)))


async def _seed(unit: Unit, one: WorkerMonth) -> ReviewSeed:
    """The stored seed; made and stored when the month is drawn for the first time."""
    statement = select(ReviewSeed).where(*one.where(ReviewSeed), col(ReviewSeed.month) == one.month)
    found: ReviewSeed | None = await unit.scalar(statement)
    if found is None:
        fresh = ReviewSeed(
            program_id=one.program_id, hospital_id=one.hospital_id, worker_id=one.worker_id, month=one.month,
            seed=secrets.token_hex(_SEED_BYTES),
        )  # fmt: skip
        found = fresh if await insert_new(unit, [fresh]) else await unit.scalar(statement)
    if found is None:
        raise AssertionError("a seed was stored by another unit and is not seen")
    return found
