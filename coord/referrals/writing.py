"""A new referral as rows: one open one for each client, need and target."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.clients.keys import place_of
from coord.kernel.errors import Conflict, Problem
from coord.kernel.sql import select
from coord.referrals.machine import OPEN
from coord.referrals.rules import new_code
from coord.referrals.sealing import new_key
from coord.referrals.tables import Referral
from coord.work import Unit

_CODES_TRIED = 5


async def put_referral(unit: Unit, referral: Referral, reason: str) -> None:
    """Insert a referral with its key. Raises ``Conflict`` when one for the same need is open at the target."""
    kept, key = new_key(referral.id, referral.client_id)
    referral.reason = key.seal(reason, place_of("referral", "reason", referral.id))
    for _ in range(_CODES_TRIED):
        try:
            await unit.session.savepoint(referral)
        except IntegrityError:
            if await open_one(unit, referral) is not None:
                raise Conflict(Problem("target", "REFERRAL_OPEN_ALREADY")) from None
            referral.code = new_code()
            continue
        unit.add(kept)
        await unit.session.flush()
        audit.record(unit, "referral.write", referral)
        return
    raise Conflict(Problem("code", "CODE_TAKEN"))


async def open_one(unit: Unit, wanted: Referral) -> UUID | None:
    """The open referral of the same client for the same need at the same target."""
    statement = select(Referral.id).where(
        col(Referral.client_id) == wanted.client_id,
        col(Referral.need) == wanted.need,
        col(Referral.target_id) == wanted.target_id,
        col(Referral.state).in_(OPEN),
        col(Referral.id) != wanted.id,
    )
    found: UUID | None = await unit.scalar(statement)
    return found
