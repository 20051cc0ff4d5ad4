"""Every move of a referral, with who said what."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col

from coord.clients.keys import place_of
from coord.kernel.sql import select
from coord.referrals.codes import ReferralEventKind, ReferralState, Side
from coord.referrals.moving import sides_at
from coord.referrals.sealing import opened_key
from coord.referrals.tables import Referral, ReferralEvent, ReferralKey
from coord.work import Unit, read

_MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a referral's story."""

    at: datetime
    event: ReferralEventKind
    from_state: ReferralState | None
    to_state: ReferralState
    side: Side
    organization_id: UUID | None
    reason_code: str | None
    note: str | None


@read("referral.list")
async def stories(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, Sequence[Told]]:
    """Everything that happened to these referrals, the oldest first.

    What the sender wrote with a move stays with the sender until the receiving side has accepted: it is no part of
    the sketch.
    """
    found: dict[UUID, list[Told]] = {key: [] for key in ids}
    own, taken_on = (Referral.source_id, Referral.target_id), Referral.accepted_at
    statement = (
        select(ReferralEvent, ReferralKey, *own, taken_on)
        .join(Referral, col(Referral.id) == col(ReferralEvent.referral_id))
        .outerjoin(ReferralKey, col(ReferralKey.id) == col(ReferralEvent.referral_id))
        .where(col(ReferralEvent.referral_id).in_(ids))
        .order_by(col(ReferralEvent.at), col(ReferralEvent.id))
        .limit(_MOST_EVENTS * max(len(ids), 1))
    )
    for row, key, source, target, accepted_at in await unit.rows(statement) if ids else ():
        opens = accepted_at is not None or row.side is not Side.SOURCE
        opens = opens or Side.SOURCE in sides_at(unit, row.referral_id, source, target)
        note = _note(row, key) if opens else None
        found[row.referral_id].append(
            Told(row.at, row.event, row.from_state, row.to_state, row.side, row.organization_id, row.reason_code, note)
        )
    return found


def _note(row: ReferralEvent, key: ReferralKey | None) -> str | None:
    """What was written; None for those who may not read it, and once its key is destroyed."""
    if row.note is None or key is None:
        return None
    return opened_key(key).open(row.note, place_of("referral_event", "note", row.id))
