"""Making checkpoints when they are due, and showing them to every member of every organization."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord.access import system
from coord.audit.appending import CHAIN
from coord.audit.chain import Head
from coord.audit.signing import Checkpoint, signed
from coord.audit.tables import AuditCheckpoint, AuditEntry, AuditHead
from coord.kernel.sql import select
from coord.work import Unit, action, begin, read

EVERY = timedelta(hours=1)
EVERY_ENTRIES = 1000
LATE_AFTER = timedelta(hours=2)
MOST_SHOWN = 48
MOST_KEPT = 200_000
"""Twenty years of hours; an installation that makes more of them writes a file for each part."""
SIGNER = system("checkpoints", "signs where the whole audit trail ends", "checkpoint.sign", "job.run")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Standing:
    """How the trail stands to its last checkpoint; ``since`` is when the first entry after it was written."""

    head: Head
    last: Checkpoint | None
    since: datetime | None
    fits: bool


def is_due(standing: Standing, at: datetime) -> bool:
    """Whether a checkpoint is to be made: the trail has moved, and an hour or a thousand entries have passed."""
    last = standing.last
    if standing.since is None or not standing.fits:
        return False
    return last is None or at - last.at >= EVERY or standing.head.seq - last.seq >= EVERY_ENTRIES


def is_late(standing: Standing, at: datetime) -> bool:
    """Whether an entry has waited too long to be covered by a checkpoint; an idle trail needs no new one."""
    return standing.since is not None and at - standing.since > LATE_AFTER


@action("checkpoint.sign")
async def make_checkpoint(unit: Unit) -> bool:
    """Sign where the trail ends now, if that is due; False too when another worker was faster.

    A trail that does not fit its last checkpoint is not signed: that would cover up what was done to it.
    """
    standing = await _standing(unit)
    if not standing.fits:
        log.error("checkpoint.trail_does_not_fit", seq=standing.head.seq)
    if not is_due(standing, unit.started_at):
        return False
    prev = standing.last.digest if standing.last else b""
    made = signed(standing.head, unit.started_at, prev)
    row = AuditCheckpoint(seq=made.seq, hash=made.hash, at=made.at, prev=prev, key=made.key, signature=made.signature)
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        return False
    return True


@read("checkpoint.sign")
async def _standing(unit: Unit) -> Standing:
    end: AuditHead = await unit.scalar(select(AuditHead).where(col(AuditHead.chain) == CHAIN))
    row = await unit.scalar(select(AuditCheckpoint).order_by(col(AuditCheckpoint.seq).desc()).limit(1))
    last = None if row is None else row.checkpoint
    covered = last.seq if last else 0
    beside = select(AuditEntry.seq, AuditEntry.hash, AuditEntry.at).where(
        col(AuditEntry.seq).in_((covered, covered + 1))
    )
    found = {seq: (digest, at) for seq, digest, at in await unit.rows(beside)}
    fits = last is None or (found.get(covered, (b"",))[0] == last.hash and end.seq >= covered)
    since = found[covered + 1][1] if covered + 1 in found else None
    return Standing(Head(end.seq, end.hash), last, since, fits)


async def standing() -> Standing:
    """How the trail stands to its last checkpoint, for those who look after the installation."""
    async with begin(SIGNER, read_only=True) as unit:
        return await _standing(unit)


@read("checkpoint.list")
async def newest_checkpoints(unit: Unit) -> Sequence[Checkpoint]:
    """The last two days of checkpoints, the newest first."""
    rows = select(AuditCheckpoint).order_by(col(AuditCheckpoint.seq).desc()).limit(MOST_SHOWN)
    return [row.checkpoint for row in await unit.scalars(rows)]


@read("checkpoint.list")
async def all_checkpoints(unit: Unit) -> Sequence[Checkpoint]:
    """Every checkpoint, the oldest first, to be kept outside."""
    rows = select(AuditCheckpoint).order_by(col(AuditCheckpoint.seq)).limit(MOST_KEPT)
    return [row.checkpoint for row in await unit.scalars(rows)]
