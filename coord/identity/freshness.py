"""Whether the person in a browser has just shown who they are."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col

from coord.identity.rules import is_fresh
from coord.identity.tables import SecondFactor, WebSession
from coord.kernel.errors import NotConfirmed
from coord.kernel.sql import select
from coord.work import Unit, read


@read("account.manage_own")
async def check_confirmed(unit: Unit, session_id: UUID) -> None:
    """Raise ``NotConfirmed`` when the proof of the actor's own session is too old, ``NotFound`` for a foreign one."""
    session = await unit.find(WebSession, session_id)
    own = select(SecondFactor.confirmed_at).where(col(SecondFactor.id) == session.user_id)
    require_fresh(session, await unit.scalar(own), unit.started_at)


def require_fresh(session: WebSession, factor_since: datetime | None, at: datetime) -> None:
    """Raise ``NotConfirmed`` when the password, or the second factor of who has one, was shown too long ago."""
    if not is_fresh(session.password_at, session.proved_at, at, has_factor=factor_since is not None):
        raise NotConfirmed
