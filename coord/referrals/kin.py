"""What a referral follows, and what follows it: for those who see the others as well."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col

from coord.kernel.sql import select
from coord.referrals.access import knows_whom
from coord.referrals.codes import ReferralRelation, ReferralState
from coord.referrals.tables import Referral
from coord.work import Unit, read

_MOST = 50


@dataclass(frozen=True, slots=True)
class Kin:
    """A referral that is linked to another: ``relation`` says how the younger one of the two follows."""

    id: UUID
    code: str
    state: ReferralState
    relation: ReferralRelation
    is_parent: bool


@read("referral.list")
async def kin_of(unit: Unit, referral_id: UUID) -> Sequence[Kin]:
    """The parent and the children of a referral, as far as the actor sees them, the oldest first.

    A link tells whom both are about: it is shown to those who may know that of the younger one.
    """
    own = await unit.find(Referral, referral_id)
    linked = (col(Referral.parent_id) == referral_id) & knows_whom(unit.actor)
    if referral_id in await parents_of(unit, [referral_id]):
        linked |= col(Referral.id) == own.parent_id
    rows: Sequence[Referral] = await unit.scalars(
        select(Referral).where(linked).order_by(col(Referral.id)).limit(_MOST)
    )
    relations = [own.relation if row.id == own.parent_id else row.relation for row in rows]
    return [
        Kin(row.id, row.code, row.state, relation, row.id == own.parent_id)
        for row, relation in zip(rows, relations, strict=True)
        if relation is not None
    ]


@read("referral.list")
async def parents_of(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """The parents that the actor sees, by referral; none of one of which they may not know whom it is about."""
    statement = select(Referral.id, Referral.parent_id).where(
        col(Referral.id).in_(ids), col(Referral.parent_id).is_not(None), knows_whom(unit.actor)
    )
    pairs: dict[UUID, UUID] = dict(map(tuple, await unit.rows(statement))) if ids else {}
    seen = set(await unit.scalars(select(Referral.id).where(col(Referral.id).in_(pairs.values())))) if pairs else set()
    return {key: parent for key, parent in pairs.items() if parent in seen}
