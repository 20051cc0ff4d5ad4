"""A counter-referral: the receiving side sends a person back to the hospital that knows them, linked to how they came."""

from coord.clients.tables import Client
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.ids import uuid7
from coord.programs.tables import Program
from coord.referrals.codes import ReferralDirection, ReferralRelation, Side
from coord.referrals.inputs import ReferBack
from coord.referrals.machine import SHARED
from coord.referrals.moving import locked, sides_of
from coord.referrals.rules import age_band, new_code
from coord.referrals.sending import Moved, send_back
from coord.referrals.tables import Referral
from coord.referrals.writing import put_referral
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed


@action("referral.send")
async def refer_back(unit: Unit, given: ReferBack) -> Moved:
    """Send the person of a referral back up; the first referral stays as it is.

    No new consent is asked for: the person goes back to the hospital whose they are, from an organization that knows
    them by a consent that holds, and with what that covered. Raises ``NotFound`` once it has ended, ``Invalid`` for the
    other side, for parts that did not come with the person and for somebody who did not come from their own hospital,
    ``Conflict`` outside the time of the receiving side and when one
    for the same need is open there.
    """
    parent = await locked(unit, given.referral)
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return Moved(first, replayed=True)
    if Side.TARGET not in sides_of(unit, parent):
        raise Invalid(Problem("referral", "OTHER_SIDE_MOVES"))
    if parent.state not in SHARED:
        raise Conflict(Problem("referral", "REFERRAL_MOVED_ON", {"state": f"referral_state.{parent.state}"}))
    client = await unit.find(Client, parent.client_id)
    if parent.source_id != client.hospital_id:
        raise Invalid(Problem("referral", "NOT_FROM_OWN_HOSPITAL"))
    referral = await _row(unit, given, parent, client)
    if (first := await remember(unit, given.idempotency_key, given, referral.id)) is not None:
        return Moved(first, replayed=True)
    await put_referral(unit, referral, given.reason)
    await send_back(unit, referral, given)
    return Moved(referral.id, replayed=False)


async def _row(unit: Unit, given: ReferBack, parent: Referral, client: Client) -> Referral:
    program = await unit.find(Program, parent.program_id)
    return Referral(
        **given.model_dump(include={"need", "urgency", "contact_prohibited"}),
        id=uuid7(),
        program_id=parent.program_id,
        client_id=client.id,
        source_id=parent.target_id,
        target_id=parent.source_id,
        code=new_code(),
        kind=parent.kind,
        direction=ReferralDirection.UP,
        age_band=age_band(client.birth_year, local_date(unit.started_at, program.time_zone)),
        district=client.district,
        reason=b"",
        parent_id=parent.id,
        relation=ReferralRelation.COUNTER_REFERRAL,
        created_by_id=unit.actor.user_id,
        created_at=unit.started_at,
        updated_at=unit.started_at,
    )
