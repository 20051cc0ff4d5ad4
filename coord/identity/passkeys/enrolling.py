"""Getting a passkey, giving it a name, and taking it away."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete

from coord import audit
from coord.identity.factor.enrolling import Enrolled
from coord.identity.factor.proving import Holder, holder_of, passkeys_of, renewed
from coord.identity.factor.recovering import end_others, forget_codes, new_codes
from coord.identity.freshness import require_fresh
from coord.identity.inputs import EnrolPasskey, NamePasskey
from coord.identity.passkeys.asking import check_may_enrol
from coord.identity.passkeys.challenges import Purpose, take_challenge
from coord.identity.passkeys.using import our_party
from coord.identity.passkeys.verifying import REFUSED, NewKey, check_new, read_new
from coord.identity.reads import AUTHENTICATOR
from coord.identity.tables import Passkey
from coord.kernel.errors import Invalid, NotConfirmed, NotFound
from coord.work import Unit, begin


async def enrol_passkey(secret: str, given: EnrolPasskey) -> Enrolled:
    """Keep the passkey that a device made for the holder of a cookie; every other session of the person ends.

    Raises ``Invalid`` for an answer that proves nothing and with too many, ``NotConfirmed`` when the person showed too
    long ago who they are, ``Unauthenticated`` without a session.
    """
    challenge, here = read_new(given.answer), our_party()
    async with begin(AUTHENTICATOR) as unit:
        is_open = await take_challenge(unit, Purpose.ENROL, secret, challenge)
    if not is_open:
        raise Invalid(REFUSED)
    made = check_new(given.answer, challenge, here)
    async with begin(AUTHENTICATOR) as unit:
        holder = await holder_of(unit, secret)
        await check_may_enrol(unit, holder)
        await _keep(unit, holder, made, given.name)
        await end_others(unit, holder)
        codes = [] if holder.has_factor else await new_codes(unit, holder.user.id)
        return Enrolled(renewed(unit, holder), codes)


async def _keep(unit: Unit, holder: Holder, made: NewKey, name: str) -> None:
    key = Passkey(
        user_id=holder.user.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        transports=list(made.transports),
        aaguid=made.aaguid,
        name=name,
        verifies_user=made.verifies_user,
    )
    try:
        await unit.session.savepoint(key)
    except IntegrityError:  # somebody's already: whose is not told
        raise Invalid(REFUSED) from None
    audit.record(unit, "identity.enrol_passkey", key)


async def name_passkey(secret: str, key_id: UUID, given: NamePasskey) -> None:
    """Call one's own passkey something else.

    Raises ``NotFound`` for a foreign one, ``NotConfirmed`` before the second step.
    """

    async def rename(unit: Unit, _: Holder, key: Passkey) -> None:
        before = audit.facts(key)
        key.name = given.name
        audit.record(unit, "identity.name_passkey", key, before=before)

    await _with_own(secret, key_id, rename)


async def remove_passkey(secret: str, key_id: UUID) -> None:
    """Take one's own passkey away; every other session ends, and with the last second factor the recovery codes.

    Raises ``NotFound`` for a foreign one, ``NotConfirmed`` when the person showed too long ago who they are.
    """

    async def remove(unit: Unit, holder: Holder, key: Passkey) -> None:
        require_fresh(holder.session, unit.started_at, has_factor=holder.has_factor)
        audit.record(unit, "identity.remove_passkey", key)
        await unit.session.run(delete(Passkey).where(col(Passkey.id) == key.id))
        await end_others(unit, holder)
        if holder.factor is None and not await passkeys_of(unit, holder.user.id):
            await forget_codes(unit, holder.user.id)
            holder.session.proved_at = None

    await _with_own(secret, key_id, remove)


async def _with_own(secret: str, key_id: UUID, act: Callable[[Unit, Holder, Passkey], Awaitable[None]]) -> None:
    async with begin(AUTHENTICATOR) as unit:
        holder = await holder_of(unit, secret)
        key = await unit.find(Passkey, key_id)
        if key.user_id != holder.user.id:
            raise NotFound
        if holder.session.proved_at is None:
            raise NotConfirmed
        await act(unit, holder, key)
