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


def _written(mail: OutgoingMail, user: User | None) -> Addressed:
    path = NOTICES if mail.link is None else ring().open(mail.link, place(mail.id)).decode()
    language = (user.language if user else mail.language) or settings().default_language
    said = letter(words(language), NoticeKind(mail.kind), path)
    return Addressed(mail.id, _address(mail, user), mail.created_at, mail.sent_at, said)


def _address(mail: OutgoingMail, user: User | None) -> str:
    """The address of an account, or the sealed one; empty once it is forgotten."""
    if user is not None:
        return user.email
    return "" if mail.address is None else ring().open(mail.address, place(mail.id, "address")).decode()


@read("job.run")
async def mail_to_send(unit: Unit, mail_id: UUID) -> Addressed | None:
    """The mail, unless it is sent, was taken back, or its reader's account is closed."""
    mail = await unit.session.get(OutgoingMail, mail_id)
    if mail is None:
        return None
    user = None if mail.user_id is None else await unit.find(User, mail.user_id)
    is_closed = user is not None and not user.is_active
    return None if mail.sent_at is not None or is_closed else _written(mail, user)


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
    """The mail is out; its link and a stranger's address are forgotten."""
    mail = await unit.find(OutgoingMail, mail_id)
    mail.sent_at, mail.link, mail.address = unit.started_at, None, None


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
        .outerjoin(User, col(User.id) == col(OutgoingMail.user_id))
        .order_by(col(OutgoingMail.id).desc())
        .limit(MOST_SHOWN)
    )
    return [_written(mail, user) for mail, user in await unit.rows(newest)]
