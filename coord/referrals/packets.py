"""The packet: what the sender chose, sealed when it is sent, opened once the receiving side has accepted."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from coord import audit
from coord.clients.consents.codes import DataCategory
from coord.kernel.errors import NotFound
from coord.outcomes.codes import ScoreStatus
from coord.outcomes.reads import scores_of_client
from coord.outcomes.tables import ScaleScore
from coord.referrals.inputs import Packet
from coord.referrals.rules import PART_OF
from coord.referrals.sealing import key_of, opened_json, sealed_json
from coord.referrals.tables import Referral, ReferralPacket
from coord.work import Unit, read


@read("referral.list")
async def came_with(unit: Unit, parent_id: UUID | None) -> Sequence[DataCategory]:
    """The blocks by which a person came: their consent covered these, so these may go back. Raises ``NotFound``."""
    blocks = () if parent_id is None else (await unit.find(Referral, parent_id)).blocks
    return [DataCategory(block) for block in blocks]


async def put_packet(unit: Unit, referral: Referral, given: Packet) -> None:
    """Seal what travels beyond the minimum; a referral that is sent again gets a new packet."""
    said = {block.value: text for block, name in PART_OF.items() if (text := getattr(given, name))}
    if given.with_scales:
        said[DataCategory.SCALES.value] = _results(await scores_of_client(unit, referral.client_id))
    key = await key_of(unit, referral.id)
    content = sealed_json(key, said, "referral_packet", "content", referral.id)
    row = await unit.session.get(ReferralPacket, referral.id)
    if row is None:
        unit.add(ReferralPacket(id=referral.id, content=content))
    else:
        row.content = content


def _results(scores: Sequence[ScaleScore]) -> str:
    """Scale, day and score of each result in the order in which they were taken; no answers."""
    return "; ".join(
        f"{one.scale.value} {one.taken_on.isoformat()}: {one.score}"
        for one in scores
        if one.score is not None and one.status is not ScoreStatus.WITHDRAWN
    )


@read("referral.list")
async def packet(unit: Unit, referral_id: UUID) -> Mapping[str, Any]:
    """The parts of a packet by block, on the trail.

    Raises ``NotFound`` for the receiving side before it has accepted, and once consent has ended.
    """
    referral = await unit.find(Referral, referral_id)
    row = await unit.session.get(ReferralPacket, referral_id)
    if row is None:
        raise NotFound
    audit.record_reading(unit, "referral.read_packet", "client", [referral.client_id])
    return opened_json(await key_of(unit, referral_id), row.content, "referral_packet", "content", referral_id)
