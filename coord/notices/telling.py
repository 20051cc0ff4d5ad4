"""Telling people, in the transaction of what they are told about: if it is rolled back, nobody hears of it."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col

from coord.access import Role, system
from coord.identity.reads import HOME_ZONE
from coord.identity.tables import Membership, User
from coord.kernel.clock import holds_on, local_date
from coord.kernel.ids import uuid7
from coord.kernel.sealing import Ring
from coord.kernel.sql import select
from coord.notices.kinds import NoticeKind
from coord.notices.tables import Notice, OutgoingMail
from coord.settings import Mail, settings
from coord.work import Unit, action, read

TELLER = system("notices", "finds out who holds a role at an organization, and tells them", "job.run")
MOST_TOLD = 1000


def tell(
    unit: Unit,
    users: Iterable[UUID],
    kind: NoticeKind,
    subject: str,
    subject_id: UUID,
    *,
    organization: UUID | None = None,
) -> None:
    """Tell people of a row, in the pages and by mail, each once.

    ``subject`` is the name of the row's kind in ``web/notices.py``, which knows the page that shows it;
    ``organization`` is the one that the notice is about. Nothing else about the row is told.
    """
    for user in dict.fromkeys(users):
        unit.add(
            Notice(
                user_id=user,
                kind=kind,
                subject=subject,
                subject_id=subject_id,
                organization_id=organization,
                created_at=unit.started_at,
            )
        )
        mail_link(unit, user, kind)


def tell_holders(
    unit: Unit, roles: Iterable[Role], organization: UUID, kind: NoticeKind, subject: str, subject_id: UUID
) -> None:
    """Tell whoever holds one of the roles at an organization: who that is, is read after the commit."""
    held = " ".join(role.value for role in roles)
    unit.later(
        "notices.tell_holders",
        roles=held,
        organization=organization,
        kind=kind.value,
        subject=subject,
        subject_id=subject_id,
    )


def mail_link(unit: Unit, user: UUID, kind: NoticeKind, path: str | None = None) -> None:
    """Send somebody a mail of a kind, with a link to the notices or to a path of ours.

    The path may hold a secret: it is kept sealed, and forgotten when the mail is sent.
    """
    _put_mail(unit, OutgoingMail(id=uuid7(), user_id=user, kind=kind, created_at=unit.started_at), path)


def mail_stranger(unit: Unit, address: str, language: str, kind: NoticeKind, path: str) -> None:
    """Send a mail with a link to an address that may have no account; the address is kept sealed until it is sent."""
    mail = OutgoingMail(id=uuid7(), language=language, kind=kind, created_at=unit.started_at)
    mail.address = ring().seal(address.encode(), place(mail.id, "address"))
    _put_mail(unit, mail, path)


def _put_mail(unit: Unit, mail: OutgoingMail, path: str | None) -> None:
    if settings().mail is Mail.OFF:
        return
    mail.link = None if path is None else ring().seal(path.encode(), place(mail.id))
    unit.add(mail)
    if settings().mail is Mail.SMTP:
        unit.later("notices.mail", mail=mail.id)


def ring() -> Ring:
    """The keys that seal what only a person's own mail may say."""
    return Ring(settings().sealing_ring)


def place(mail: UUID, column: str = "link") -> str:
    """Where a sealed link, or another column, stands."""
    return f"outgoing_mail.{column}.{mail}"


@action("job.run")
async def tell_whoever_holds(
    unit: Unit, roles: Iterable[Role], organization: UUID, kind: NoticeKind, subject: str, subject_id: UUID
) -> None:
    """Tell them now: the second half of ``tell_holders``."""
    found = await holders(unit, organization, *roles)
    tell(unit, found, kind, subject, subject_id, organization=organization)


@read("job.run")
async def holders(unit: Unit, organization: UUID, *roles: Role) -> list[UUID]:
    """The active people who hold one of the roles at an organization today, by their ids."""
    statement = (
        select(Membership)
        .join(User, col(User.id) == col(Membership.user_id))
        .where(
            col(Membership.organization_id) == organization,
            col(Membership.role).in_(roles),
            col(User.is_active).is_(True),
        )
        .order_by(col(Membership.user_id))
        .limit(MOST_TOLD)
    )
    day = local_date(unit.started_at, HOME_ZONE)
    held = await unit.scalars(statement)
    return list(dict.fromkeys(row.user_id for row in held if holds_on(row.starts_on, row.ends_on, day)))
