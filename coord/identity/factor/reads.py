"""How one's own account is protected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col

from coord.identity.tables import Passkey, RecoveryCode, SecondFactor
from coord.kernel.sql import select
from coord.work import Unit, read

MOST_PASSKEYS = 20


@dataclass(frozen=True, slots=True)
class Security:
    """Since when an authenticator protects the account, its passkeys, and how many recovery codes are left."""

    factor_since: datetime | None
    recovery_codes: int
    passkeys: Sequence[Passkey]


@read("account.manage_own")
async def security_of(unit: Unit) -> Security:
    """How the actor's own account is protected."""
    since = await unit.scalar(select(SecondFactor.confirmed_at))
    left = await unit.scalar(select(func.count()).select_from(RecoveryCode))
    keys = await unit.scalars(select(Passkey).order_by(col(Passkey.id)).limit(MOST_PASSKEYS))
    return Security(since, int(left or 0), keys)
