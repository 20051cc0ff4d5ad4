"""Turning the keys that seal authenticator secrets."""

from coord import audit
from coord.identity.factor.proving import place_of
from coord.identity.tables import SecondFactor
from coord.kernel.sealing import Ring
from coord.kernel.sql import select
from coord.settings import settings
from coord.work import Unit, action


@action("key.rotate")
async def rotate_factors(unit: Unit) -> int:
    """Seal every authenticator secret with the newest key of the ring; how many needed it.

    All at once: there are as many as there are accounts. Raises ``CannotOpen``.
    """
    ring = Ring(settings().sealing_ring)
    old = [row for row in await unit.scalars(select(SecondFactor).with_for_update()) if not ring.is_newest(row.sealed)]
    for row in old:
        row.sealed = ring.seal(ring.open(row.sealed, place_of(row.id)), place_of(row.id))
    if old:
        audit.record_turn(unit, "second_factor", len(old))
    return len(old)
