"""Recovery codes, and the end of second factors: what a person gives up, and what they lost."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, delete

from coord import audit
from coord.identity.factor.codes import new_recovery_codes, recovery_hash
from coord.identity.factor.proving import Holder
from coord.identity.tables import Passkey, RecoveryCode, SecondFactor, User, WebSession
from coord.kernel.errors import Invalid, Problem
from coord.kernel.sql import select
from coord.work import Unit, action


@action("identity.authenticate")
async def new_codes(unit: Unit, user_id: UUID) -> Sequence[str]:
    """Ten recovery codes in the place of those that the person had."""
    await forget_codes(unit, user_id)
    codes = new_recovery_codes()
    unit.add(*(RecoveryCode(user_id=user_id, code_hash=recovery_hash(user_id, code)) for code in codes))
    return codes


@action("identity.authenticate")
async def forget_factor(unit: Unit, user_id: UUID, *, keep_codes: bool) -> None:
    """The authenticator is gone; the recovery codes too, unless something is left that they stand in for."""
    await unit.session.run(delete(SecondFactor).where(col(SecondFactor.id) == user_id))
    if not keep_codes:
        await forget_codes(unit, user_id)


@action("identity.authenticate")
async def forget_codes(unit: Unit, user_id: UUID) -> None:
    """No recovery code of the person is good any more."""
    await unit.session.run(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))


@action("identity.authenticate")
async def end_others(unit: Unit, holder: Holder) -> None:
    """Sign the person out of every other browser."""
    others = col(WebSession.user_id) == holder.user.id, col(WebSession.id) != holder.session.id
    await unit.session.run(delete(WebSession).where(*others))


@action("identity.authenticate")
async def reset_factor(unit: Unit, email: str, reason: str) -> None:
    """Take every lost second factor of a person away, who proved otherwise who they are; all their sessions end.

    Only the command line at the server may. Raises ``Invalid`` when nobody signs in with the address.
    """
    user: User | None = await unit.scalar(select(User).where(col(User.email) == email.strip().lower()))
    if user is None:
        raise Invalid(Problem("email", "NO_SUCH_USER"))
    await lose_factors(unit, user, reason)


@action("identity.authenticate")
async def lose_factors(unit: Unit, user: User, reason: str) -> None:
    """Authenticator, passkeys, recovery codes and sessions of a person end, for a reason that is kept."""
    audit.record(unit, "identity.reset_factor", user, reason=reason)
    await forget_factor(unit, user.id, keep_codes=False)
    await unit.session.run(delete(Passkey).where(col(Passkey.user_id) == user.id))
    await unit.session.run(delete(WebSession).where(col(WebSession.user_id) == user.id))
