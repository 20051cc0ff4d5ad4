"""What a receiving organization reads is what was packed and what was consented to: never a block more."""

import random

import pytest

from coord.clients.consents.codes import DataCategory as Data
from coord.kernel.errors import Invalid, NotFound
from coord.referrals.codes import ReferralEventKind as E
from coord.referrals.packets import packet
from coord.referrals.rules import PART_OF
from coord.referrals.tables import ReferralPacket
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import signed_in, stored
from tests.coord.referrals import making

pytestmark = pytest.mark.anyio
PARTS = sorted(PART_OF, key=lambda block: block.value)


def _some(chance: random.Random) -> set[Data]:
    return {block for block in PARTS if chance.random() < 0.5}


@pytest.mark.parametrize("seed", range(6))
async def test_the_recipients_answer_is_what_packet_and_consent_have_in_common(database: Database, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  chosen to be repeated, not to be secret
    # Every second time what is packed was agreed to, so that both ends of the rule are met.
    agreed = _some(chance)
    packed = {block for block in agreed if chance.random() < 0.6} if seed % 2 else _some(chance) | set(PARTS[:1])
    await making.post_at_center()
    await making.consent(categories=["BASIC_FILE", *(block.value for block in agreed)])
    given = making.referral(**{PART_OF[block]: f"said of {block.value}" for block in packed})
    if not packed <= agreed:
        with pytest.raises(Invalid) as refused:
            await making.send(given)
        assert [problem.code for problem in refused.value.problems] == ["NO_VALID_CONSENT"]
        assert await stored(ReferralPacket) == []
        return
    referral = await making.send(given)
    async with begin(await signed_in("cai")) as unit:
        with pytest.raises(NotFound):
            await packet(unit, referral)
    await making.by_target(referral, E.ACCEPT)
    async with begin(await signed_in("cai")) as unit:
        read = await packet(unit, referral)
    assert read == {block.value: f"said of {block.value}" for block in packed & agreed}
