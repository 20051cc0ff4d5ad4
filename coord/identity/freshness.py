"""Whether the person in a browser has just shown who they are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_
from sqlmodel import col

from coord.identity.rules import is_fresh
from coord.identity.tables import Passkey, SecondFactor, User, WebSession
from coord.kernel.errors import NotConfirmed
from coord.kernel.sql import select
from coord.work import Unit, read


def has_factor(user_id: Any) -> Any:
    """Whether a person has an authenticator or a passkey that is good for something, as a part of a statement."""
    return or_(
        exists().where(col(SecondFactor.id) == user_id),
        exists().where(col(Passkey.user_id) == user_id, col(Passkey.refused_at).is_(None)),
    )


@read("account.manage_own")
async def check_confirmed(unit: Unit, session_id: UUID) -> None:
    """Raise ``NotConfirmed`` when the proof of the actor's own session is too old, ``NotFound`` for a foreign one."""
    session = await unit.find(WebSession, session_id)
    protected = await unit.scalar(select(User.id).where(col(User.id) == session.user_id, has_factor(User.id)))
    require_fresh(session, unit.started_at, has_factor=protected is not None)


def require_fresh(session: WebSession, at: datetime, *, has_factor: bool) -> None:
    """Raise ``NotConfirmed`` when the password, or the second factor of who has one, was shown too long ago."""
    if not is_fresh(session.password_at, session.proved_at, at, has_factor=has_factor):
        raise NotConfirmed
