"""Taking a notice back that nobody has read and no mail has carried out: what it told of was undone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Delete, delete
from sqlmodel import col

from coord.kernel.sql import select
from coord.notices.kinds import NoticeKind
from coord.notices.tables import Notice, OutgoingMail
from coord.work import Unit, action
from coord.work.tables import OutboxJob

_MOST = 1000
_TELLING = "notices.tell_holders"


def recall(unit: Unit, kind: NoticeKind, subject: str, subject_id: UUID) -> None:
    """Take back what was told of a row, after the commit: what was read or sent stands."""
    unit.later("notices.recall", kind=kind.value, subject=subject, subject_id=subject_id)


@action("job.run")
async def take_back(unit: Unit, kind: NoticeKind, subject: str, subject_id: UUID) -> int:
    """Take it back now; returns how many people will not hear of it. What is still to be told is not told any more."""
    await _silence(unit, {"kind": kind.value, "subject": subject, "subject_id": str(subject_id)})
    statement = (
        select(Notice.id, Notice.user_id, Notice.created_at)
        .where(
            col(Notice.kind) == kind, col(Notice.subject) == subject, col(Notice.subject_id) == subject_id,
            col(Notice.read_at).is_(None),
        )
        .limit(_MOST)
    )  # fmt: skip
    unread = await unit.rows(statement)
    for _, user, told_at in unread:
        await unit.session.run(_mail_that_is_not_out(kind, user, told_at))
    await unit.session.run(delete(Notice).where(col(Notice.id).in_([row.id for row in unread])))
    return len(unread)


def _mail_that_is_not_out(kind: NoticeKind, user: UUID, told_at: datetime) -> Delete:
    return delete(OutgoingMail).where(
        col(OutgoingMail.user_id) == user, col(OutgoingMail.kind) == kind,
        col(OutgoingMail.created_at) == told_at, col(OutgoingMail.sent_at).is_(None),
    )  # fmt: skip


async def _silence(unit: Unit, about: dict[str, str]) -> None:
    """Jobs that have not found out yet whom to tell."""
    waiting = select(OutboxJob).where(col(OutboxJob.job) == _TELLING, col(OutboxJob.done_at).is_(None))
    for job in await unit.scalars(waiting.order_by(col(OutboxJob.id).desc()).limit(_MOST)):
        if about.items() <= job.arguments.items():
            job.done_at = unit.started_at
