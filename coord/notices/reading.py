"""What one has been told: read, counted, put aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, update

from coord.access import system
from coord.kernel.sql import select
from coord.notices.kinds import NoticeKind
from coord.notices.tables import Notice
from coord.work import Unit, action, begin, read

MOST_SHOWN = 100
_BELL = system("bell", "counts the unread notices of whoever is signed in", "account.manage_own")


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as its reader sees it."""

    id: UUID
    kind: NoticeKind
    subject: str
    subject_id: UUID
    organization_id: UUID | None
    created_at: datetime
    is_read: bool


async def unread(user: UUID) -> int:
    """How many notices a person has not read; one statement, without a transaction around it."""
    async with begin(_BELL, read_only=True, one_moment=False) as unit:
        return await _unread(unit, user)


@read("job.run")
async def last_told(unit: Unit, kind: NoticeKind, subject_id: UUID) -> datetime | None:
    """When anybody was last told of a row by a notice of this kind."""
    statement = select(Notice.created_at).where(col(Notice.kind) == kind, col(Notice.subject_id) == subject_id)
    found: datetime | None = await unit.scalar(statement.order_by(col(Notice.created_at).desc()).limit(1))
    return found


@read("account.manage_own")
async def _unread(unit: Unit, user: UUID) -> int:
    statement = select(func.count()).select_from(Notice)
    return int(await unit.scalar(statement.where(col(Notice.user_id) == user, col(Notice.read_at).is_(None))) or 0)


@read("account.manage_own")
async def my_notices(unit: Unit) -> Sequence[Told]:
    """The actor's own notices, unread ones first, each part newest first."""
    newest = (
        select(Notice)
        .where(col(Notice.user_id) == unit.actor.user_id)
        .order_by(col(Notice.read_at).is_not(None), col(Notice.id).desc())
        .limit(MOST_SHOWN)
    )
    return [_told(row) for row in await unit.scalars(newest)]


def _told(row: Notice) -> Told:
    about = (row.subject, row.subject_id, row.organization_id)
    return Told(row.id, NoticeKind(row.kind), *about, row.created_at, row.read_at is not None)


@action("account.manage_own")
async def mark_read(unit: Unit, notice: UUID) -> Told:
    """One notice was read. Raises ``NotFound`` for those of others."""
    row = await unit.find(Notice, notice)
    row.read_at = row.read_at or unit.started_at
    return _told(row)


@action("account.manage_own")
async def mark_all_read(unit: Unit) -> None:
    """Everything was read."""
    own = update(Notice).where(col(Notice.user_id) == unit.actor.user_id, col(Notice.read_at).is_(None))
    await unit.session.run(own.values(read_at=unit.started_at).execution_options(synchronize_session=False))
