"""How one's own account is protected."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func

from coord.identity.tables import RecoveryCode, SecondFactor
from coord.kernel.sql import select
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class Security:
    """Since when an authenticator protects the account, and how many recovery codes are left."""

    factor_since: datetime | None
    recovery_codes: int


@read("account.manage_own")
async def security_of(unit: Unit) -> Security:
    """How the actor's own account is protected."""
    since = await unit.scalar(select(SecondFactor.confirmed_at))
    left = await unit.scalar(select(func.count()).select_from(RecoveryCode))
    return Security(since, int(left or 0))
