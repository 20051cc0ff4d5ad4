"""A passkey shows that its owner is there: the question is used up, the signature checked, the count taken over."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, update

from coord import audit
from coord.identity.passkeys.challenges import Purpose, take_challenge
from coord.identity.passkeys.party import Party, party
from coord.identity.passkeys.verifying import REFUSED, Answer, Shown, check_answer, read_answer
from coord.identity.reads import AUTHENTICATOR
from coord.identity.tables import Passkey
from coord.kernel.errors import Invalid, Problem
from coord.kernel.sql import select
from coord.work import Unit, action, begin

COPIED = Problem("", "PASSKEY_COPIED")


@dataclass(frozen=True, slots=True)
class Used:
    """Whose passkey it was, and whether it asked who holds it: then it is more than a second factor."""

    user_id: UUID
    user_verified: bool


def our_party() -> Party:
    """Whom passkeys are made for. Raises ``Invalid`` where there can be none."""
    found = party()
    if found is None:
        raise Invalid(REFUSED)
    return found


async def use_passkey(purpose: Purpose, secret: str, answer: str, owner: UUID | None) -> Used:
    """Check the answer that a browser gives for ``owner``, or for whom the passkey is if nobody is named.

    Raises ``Invalid``: the question was not put here, is over or was answered before, the passkey is not known, not
    the owner's or was not used on our pages, or its count went backwards (then it is refused from now on).
    """
    given, here = read_answer(answer), our_party()
    async with begin(AUTHENTICATOR) as unit:
        # In a unit of its own: used up also by an answer that is refused.
        is_open = await take_challenge(unit, purpose, secret, given.challenge)
    if not is_open:
        raise Invalid(REFUSED)
    async with begin(AUTHENTICATOR) as unit:
        key = await _known(unit, given, owner)
        shown = check_answer(answer, given.challenge, here, key.public_key)
        counts = await _count(unit, key, shown)
        if not counts:
            key.refused_at = unit.started_at
            audit.record(unit, "identity.refuse_passkey", key, reason="its count went backwards")
    if not counts:
        raise Invalid(COPIED)
    return Used(key.user_id, shown.user_verified)


@action("identity.authenticate")
async def _known(unit: Unit, given: Answer, owner: UUID | None) -> Passkey:
    key: Passkey | None = await unit.scalar(select(Passkey).where(col(Passkey.credential_id) == given.credential_id))
    if key is None or key.refused_at is not None or owner not in {None, key.user_id}:
        raise Invalid(REFUSED)
    if given.user_handle != key.user_id.bytes and (owner is None or given.user_handle is not None):
        raise Invalid(REFUSED)
    return key


async def _count(unit: Unit, key: Passkey, shown: Shown) -> bool:
    """Take the new count over, in one statement; not when it is no higher, unless the device never counts."""
    count = col(Passkey.sign_count)
    rises = count < shown.sign_count if shown.sign_count else count == 0
    counted = (
        update(Passkey)
        .where(col(Passkey.id) == key.id, rises)
        .values(sign_count=shown.sign_count, last_used_at=unit.started_at)
        .returning(col(Passkey.id))
    )
    return await unit.scalar(counted) is not None
