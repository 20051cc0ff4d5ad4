"""Things without a row of their own that several units must not change at the same time."""

from hashlib import sha256

from sqlalchemy import BigInteger, bindparam, func

from coord.kernel.sql import select
from coord.work.unit import Unit

_TAKE = {
    alone: select(take(bindparam("number", type_=BigInteger()))).execution_options(
        unscoped_reason="takes a lock, reads no row"
    )
    for alone, take in ((True, func.pg_advisory_xact_lock), (False, func.pg_advisory_xact_lock_shared))
}


async def hold(unit: Unit, name: str, *, alone: bool) -> None:
    """Hold a name until the unit ends: together with others, or alone.

    Who wants it alone waits for all others, and they for him. SQLite has one writer at a time anyway.
    """
    if unit.is_sqlite:
        return
    number = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
    await unit.session.run(_TAKE[alone], {"number": number})
