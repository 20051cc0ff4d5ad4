"""A directory is never left without an administrator, not even by two who send each other away at one moment."""

from sqlmodel import col

from coord.access.roles import Role
from coord.identity.reads import HOME_ZONE
from coord.identity.tables import Membership, User
from coord.kernel.clock import holds_on, local_date
from coord.kernel.errors import NotAllowed
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.work import Unit

_MOST = 100


async def stay_administrator(unit: Unit, permission: str) -> None:
    """Wait for whoever is changing roles and accounts of the same directories; then the actor must still be in charge.

    Nobody ends the own role, so whoever may end another's stays behind as an administrator. Raises ``NotAllowed`` for
    one whose own role or account somebody ended a moment ago.
    """
    if unit.actor.unscoped:
        return
    directories = unit.actor.administers()
    locked = select(Organization.id).where(col(Organization.id).in_(directories)).order_by(col(Organization.id))
    await unit.scalars(locked.limit(_MOST).with_for_update())
    held = (
        select(Membership.starts_on, Membership.ends_on)
        .join(User, col(User.id) == col(Membership.user_id))
        .where(
            col(Membership.user_id) == unit.actor.user_id,
            col(Membership.role) == Role.ADMINISTRATOR,
            col(User.is_active).is_(True),
        )
        .limit(_MOST)
    )
    day = local_date(unit.started_at, HOME_ZONE)
    if not any(holds_on(starts_on, ends_on, day) for starts_on, ends_on in await unit.rows(held)):
        raise NotAllowed(permission)
