"""Mails on their way out: read by the post, marked when they are sent; shown to administrators in development."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col

from coord.access import Actor, system
from coord.identity.tables import User
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.language import words
from coord.notices.kinds import NoticeKind
from coord.notices.letters import Letter, letter
from coord.notices.tables import OutgoingMail
from coord.notices.telling import place, ring
from coord.settings import Mail, settings
from coord.work import Unit, action, begin, read

POST = system("post", "reads the addresses of those to whom it sends", "job.run")
NOTICES = "/notices"
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter with its address. ``id`` tells a mail that comes twice from a second one."""

    id: UUID
    to: str
    written_at: datetime
    sent_at: datetime | None
    letter: Letter


def _written(mail: OutgoingMail, user: User) -> Addressed:
    path = NOTICES if mail.link is None else ring().open(mail.link, place(mail.id)).decode()
    said = letter(words(user.language), NoticeKind(mail.kind), path)
    return Addressed(mail.id, user.email, mail.created_at, mail.sent_at, said)


@read("job.run")
async def mail_to_send(unit: Unit, mail_id: UUID) -> Addressed | None:
    """The mail, unless it is sent or its reader's account is closed."""
    mail = await unit.find(OutgoingMail, mail_id)
    user = await unit.find(User, mail.user_id)
    return _written(mail, user) if mail.sent_at is None and user.is_active else None


@read("job.run")
async def mails_waiting(unit: Unit, kind: NoticeKind, since: datetime) -> Sequence[UUID]:
    """Mails of a kind that were written before a moment and are not out, the oldest first."""
    statement = (
        select(OutgoingMail.id)
        .where(
            col(OutgoingMail.kind) == kind, col(OutgoingMail.sent_at).is_(None), col(OutgoingMail.created_at) <= since
        )
        .order_by(col(OutgoingMail.id))
        .limit(MOST_SHOWN)
    )
    found: Sequence[UUID] = await unit.scalars(statement)
    return found


@action("job.run")
async def mail_sent(unit: Unit, mail_id: UUID) -> None:
    """The mail is out; its link is forgotten."""
    mail = await unit.find(OutgoingMail, mail_id)
    mail.sent_at, mail.link = unit.started_at, None


async def mailbox(actor: Actor) -> Sequence[Addressed]:
    """What would have been sent, the newest first: in development, for administrators. Raises ``NotFound`` elsewhere."""
    actor.require("mailbox.read")
    if settings().mail is not Mail.MAILBOX:
        raise NotFound
    async with begin(POST, read_only=True) as unit:
        return await _mailbox(unit)


@read("job.run")
async def _mailbox(unit: Unit) -> Sequence[Addressed]:
    newest = (
        select(OutgoingMail, User)
        .join(User, col(User.id) == col(OutgoingMail.user_id))
        .order_by(col(OutgoingMail.id).desc())
        .limit(MOST_SHOWN)
    )
    return [_written(mail, user) for mail, user in await unit.rows(newest)]
