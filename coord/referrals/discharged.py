"""The discharge that a referral follows: the first contact is due from it, and no contact on its day counts."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col

from coord.clients.tables import Discharge
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.referrals import ticking
from coord.referrals.machine import OPEN
from coord.referrals.tables import Referral
from coord.work import Unit, action


async def last_discharge(unit: Unit, client_id: UUID) -> datetime | None:
    """When a client was last discharged, None for nobody and for somebody who is back in the hospital."""
    statement = (
        select(Discharge.discharged_at, Discharge.readmitted_on)
        .where(col(Discharge.client_id) == client_id)
        .order_by(col(Discharge.discharged_at).desc())
        .limit(1)
    )
    found = await unit.row(statement)
    return None if found is None or found.readmitted_on is not None else found.discharged_at


def discharged_on(referral: Referral, zone: str) -> date | None:
    """The program's day of the discharge that a referral follows."""
    return None if referral.discharged_at is None else local_date(referral.discharged_at, zone)


async def note_discharge(unit: Unit, referral: Referral) -> None:
    """Let a referral that is being sent follow the client's last discharge.

    The care team sees discharges; for a sender who does not, a job looks them up after the commit.
    """
    if unit.actor.may("client.list"):
        referral.discharged_at = await last_discharge(unit, referral.client_id)
    else:
        unit.later("referrals.follow_discharge", client=referral.client_id)


@action("job.run")
async def follow_discharge(unit: Unit, client_id: UUID) -> int:
    """Let the open referrals of a client follow the last discharge; their clocks with them. How many changed."""
    at = await last_discharge(unit, client_id)
    statement = select(Referral).where(col(Referral.client_id) == client_id, col(Referral.state).in_(sorted(OPEN)))
    referrals: Sequence[Referral] = await unit.scalars(statement.order_by(col(Referral.id)).with_for_update())
    changed = [referral for referral in referrals if referral.discharged_at != at]
    for referral in changed:
        referral.discharged_at, referral.updated_at = at, unit.started_at
        await ticking.follow(unit, referral)
    return len(changed)
