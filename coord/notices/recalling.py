"""Taking a notice back that nobody has read and no mail has carried out: what it told of was undone."""

from collections.abc import Sequence
from uuid import UUID

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
        select(Notice)
        .where(
            col(Notice.kind) == kind, col(Notice.subject) == subject, col(Notice.subject_id) == subject_id,
            col(Notice.read_at).is_(None),
        )
        .limit(_MOST)
    )  # fmt: skip
    unread: Sequence[Notice] = await unit.scalars(statement)
    for notice in unread:
        await _keep_in(unit, notice)
        await unit.session.delete(notice)
    return len(unread)


async def _silence(unit: Unit, about: dict[str, str]) -> None:
    """Jobs that have not found out yet whom to tell."""
    waiting = select(OutboxJob).where(col(OutboxJob.job) == _TELLING, col(OutboxJob.done_at).is_(None))
    for job in await unit.scalars(waiting.order_by(col(OutboxJob.id).desc()).limit(_MOST)):
        if about.items() <= job.arguments.items():
            job.done_at = unit.started_at


async def _keep_in(unit: Unit, notice: Notice) -> None:
    """The notice's mail stays in unless it is out."""
    mails = select(OutgoingMail).where(
        col(OutgoingMail.user_id) == notice.user_id, col(OutgoingMail.kind) == notice.kind,
        col(OutgoingMail.created_at) == notice.created_at, col(OutgoingMail.sent_at).is_(None),
    )  # fmt: skip
    for mail in await unit.scalars(mails.limit(1)):
        await unit.session.delete(mail)
