"""Jobs that tell people."""

from uuid import UUID

import anyio.to_thread

from coord.access import Role
from coord.notices import NoticeKind
from coord.notices.mailing import POST, mail_sent, mail_to_send
from coord.notices.recalling import take_back
from coord.notices.telling import TELLER, tell_whoever_holds
from coord.work import Unit, begin
from workers.jobs.job import Job
from workers.post import send


async def _mail(mail: str) -> None:
    await send_mail(UUID(mail))


async def send_mail(key: UUID) -> None:
    """At least once: a crash between the server's yes and our mark sends the mail again, with the same id."""
    async with begin(POST, read_only=True) as unit:
        written = await mail_to_send(unit, key)
    if written is None:
        return
    await anyio.to_thread.run_sync(send, written)
    async with begin(POST) as unit:
        await mail_sent(unit, key)


async def _tell_holders(unit: Unit, *, roles: str, organization: str, kind: str, subject: str, subject_id: str) -> None:
    held = [Role(role) for role in roles.split()]
    await tell_whoever_holds(unit, held, UUID(organization), NoticeKind(kind), subject, UUID(subject_id))


async def _recall(unit: Unit, *, kind: str, subject: str, subject_id: str) -> None:
    await take_back(unit, NoticeKind(kind), subject, UUID(subject_id))


JOBS = {
    "notices.mail": Job(POST, _mail, own_units=True),
    "notices.tell_holders": Job(TELLER, _tell_holders),
    "notices.recall": Job(TELLER, _recall),
}
