"""What becomes of shares when one side begins to keep its data in another country."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col

from coord import audit
from coord.clients.borders import regions_of
from coord.clients.consents.codes import DataCategory, Purpose
from coord.clients.consents.reads import consents_of
from coord.clients.consents.rules import covering
from coord.clients.tables import ClientShare
from coord.kernel.sql import select
from coord.referrals.tables import Referral
from coord.work import Unit, action

_AT_ONCE = 500


@action("job.run")
async def look_at_borders(unit: Unit, organization_id: UUID, after: UUID | None = None) -> None:
    """End what an organization shares, or is shared, across a border without a consent for that; shorten the rest.

    As far as its consent reaches: the receiver is named, the data that were sent are covered, until it ends.
    """
    found = await _shares(unit, organization_id, after)
    regions = await regions_of(
        unit, {side for share, _ in found for side in (share.hospital_id, share.organization_id)}
    )
    crossing = [
        (share, blocks) for share, blocks in found if regions[share.hospital_id] != regions[share.organization_id]
    ]
    given = await consents_of(unit, {share.client_id for share, _ in crossing})
    for share, blocks in crossing:
        known = given.get(share.client_id, ())
        consent = covering(known, Purpose.CROSS_BORDER, share.organization_id, unit.started_at, blocks)
        until = unit.started_at if consent is None else consent.expires_at
        if consent is None:
            share.ended_at = unit.started_at
            audit.record(unit, "share.end_at_border", share)
        elif until is not None and (share.until_at is None or until < share.until_at):
            share.until_at = until
    if len(found) == _AT_ONCE:
        unit.later("referrals.borders", organization=organization_id, after=found[-1][0].id)


async def _shares(
    unit: Unit, organization_id: UUID, after: UUID | None
) -> Sequence[tuple[ClientShare, Sequence[DataCategory]]]:
    sides = or_(col(ClientShare.hospital_id) == organization_id, col(ClientShare.organization_id) == organization_id)
    statement = (
        select(ClientShare, Referral.blocks)
        .join(Referral, col(Referral.id) == col(ClientShare.origin_id))
        .where(sides, col(ClientShare.ended_at).is_(None))
        .order_by(col(ClientShare.id))
        .limit(_AT_ONCE)
    )
    later = statement if after is None else statement.where(col(ClientShare.id) > after)
    return [(share, [DataCategory(one) for one in blocks]) for share, blocks in await unit.rows(later)]
