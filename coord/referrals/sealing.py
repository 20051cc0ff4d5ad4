"""What a referral says of a person, sealed with its own key: both sides open it, and nobody once it is destroyed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from coord.clients.keys import place_of
from coord.clients.tombstones import refuse_a_tombstone
from coord.clients.vault import ring
from coord.kernel.errors import NotFound
from coord.kernel.sealing import DataKey
from coord.referrals.tables import Referral, ReferralKey
from coord.work import Unit


def _place(referral_id: UUID) -> str:
    return place_of("referral_key", "wrapped", referral_id)


def new_key(referral_id: UUID, client_id: UUID) -> tuple[ReferralKey, DataKey]:
    """A key for a referral, as a row and ready for use."""
    key = DataKey.fresh()
    return ReferralKey(id=referral_id, client_id=client_id, wrapped=key.wrapped(ring(), _place(referral_id))), key


def opened_key(row: ReferralKey) -> DataKey:
    """A referral's key. Raises ``CannotOpen``."""
    return DataKey.unwrapped(ring(), row.wrapped, _place(row.id))


async def key_of(unit: Unit, referral_id: UUID) -> DataKey:
    """The key of a referral. Raises ``NotFound`` where the actor may not see it, ``Erased`` once it was destroyed."""
    row = await unit.session.get(ReferralKey, referral_id)
    if row is None:
        await refuse_a_tombstone(unit, (await unit.find(Referral, referral_id)).client_id)
        raise NotFound
    return opened_key(row)


def rewrapped(row: ReferralKey) -> bytes | None:
    """The key under the newest key of the ring; None when it is already."""
    return None if ring().is_newest(row.wrapped) else opened_key(row).wrapped(ring(), _place(row.id))


def sealed_json(key: DataKey, value: Mapping[str, Any], table: str, column: str, row_id: UUID) -> bytes:
    """Facts as sealed bytes, bound to where they stand."""
    return key.seal(orjson.dumps(value).decode(), place_of(table, column, row_id))


def opened_json(key: DataKey, value: bytes, table: str, column: str, row_id: UUID) -> Mapping[str, Any]:
    """The facts again. Raises ``CannotOpen``."""
    found: Mapping[str, Any] = orjson.loads(key.open(value, place_of(table, column, row_id)))
    return found
