"""Getting an authenticator, new recovery codes, and being without one again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, delete

from coord import audit
from coord.identity.factor.codes import (
    enrolment_uri,
    fits,
    new_recovery_codes,
    new_shared_secret,
    recovery_hash,
    step_at,
)
from coord.identity.factor.proving import (
    WRONG,
    Holder,
    check_code,
    count_code,
    holder_of,
    place_of,
    renewed,
    shared_secret,
)
from coord.identity.freshness import require_fresh
from coord.identity.inputs import ProveFactor
from coord.identity.reads import AUTHENTICATOR
from coord.identity.tables import RecoveryCode, SecondFactor, User, WebSession
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.sealing import Ring
from coord.kernel.sql import select
from coord.settings import settings
from coord.work import Unit, action, begin


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: the text behind the picture, and the secret for typing."""

    uri: str
    secret: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A session's new value, and the recovery codes: shown once."""

    session: str
    recovery_codes: Sequence[str]


async def start_enrolment(secret: str) -> Enrolment:
    """Begin with an authenticator, or go on with the one begun; nothing holds before a code of it is shown.

    Raises ``Conflict`` when the person has one, ``NotConfirmed`` when the password was given too long ago,
    ``Unauthenticated`` without a session.
    """
    async with begin(AUTHENTICATOR) as unit:
        holder = await holder_of(unit, secret)
        factor = holder.factor or _begun(unit, holder.user)
        if factor.confirmed_at is not None:
            raise Conflict(Problem("", "HAS_FACTOR"))
        require_fresh(holder.session, None, unit.started_at)
        shared = shared_secret(factor)
        return Enrolment(enrolment_uri(shared, holder.user.email), shared)


def _begun(unit: Unit, user: User) -> SecondFactor:
    sealed = Ring(settings().sealing_ring).seal(new_shared_secret().encode(), place_of(user.id))
    factor = SecondFactor(id=user.id, sealed=sealed)
    unit.add(factor)
    return factor


async def confirm_enrolment(secret: str, given: ProveFactor) -> Enrolled:
    """The app shows the right code: from now on it is asked for; every other session of the person ends.

    Raises ``Invalid`` for a wrong code, ``Conflict`` when the person has an authenticator, ``NotConfirmed`` when the
    password was given too long ago.
    """
    await count_code(secret)
    async with begin(AUTHENTICATOR) as unit:
        holder = await holder_of(unit, secret)
        factor = holder.factor
        if factor is None or not fits(shared_secret(factor), given.code, unit.started_at):
            raise Invalid(WRONG)
        if factor.confirmed_at is not None:
            raise Conflict(Problem("", "HAS_FACTOR"))
        require_fresh(holder.session, None, unit.started_at)
        factor.confirmed_at, factor.last_step = unit.started_at, step_at(unit.started_at)
        audit.record(unit, "identity.enrol_factor", factor)
        await _end_others(unit, holder)
        return Enrolled(renewed(unit, holder), await _new_codes(unit, holder.user.id))


async def new_recovery(secret: str) -> Sequence[str]:
    """Ten new recovery codes; the old ones are void.

    Raises ``NotConfirmed`` when password and code were shown too long ago, ``NotFound`` without an authenticator.
    """
    async with begin(AUTHENTICATOR) as unit:
        holder = await holder_of(unit, secret)
        if holder.factor is None or holder.factor.confirmed_at is None:
            raise NotFound
        require_fresh(holder.session, holder.factor.confirmed_at, unit.started_at)
        audit.record(unit, "identity.new_recovery_codes", holder.session)
        return await _new_codes(unit, holder.user.id)


async def drop_factor(secret: str, given: ProveFactor) -> None:
    """Be without an authenticator (to take another one); other sessions end. Raises ``Invalid`` for a wrong code."""
    await count_code(secret)
    async with begin(AUTHENTICATOR) as unit:
        holder = await holder_of(unit, secret)
        await check_code(unit, holder, given.code)
        audit.record(unit, "identity.drop_factor", holder.session)
        await _forget(unit, holder.user.id)
        await _end_others(unit, holder)
        holder.session.proved_at = None


@action("identity.authenticate")
async def reset_factor(unit: Unit, email: str, reason: str) -> None:
    """Take the lost authenticator of a person away, who proved otherwise who they are; all their sessions end.

    Only the command line at the server may. Raises ``Invalid`` when nobody signs in with the address.
    """
    user: User | None = await unit.scalar(select(User).where(col(User.email) == email.strip().lower()))
    if user is None:
        raise Invalid(Problem("email", "NO_SUCH_USER"))
    audit.record(unit, "identity.reset_factor", user, reason=reason)
    await _forget(unit, user.id)
    await unit.session.run(delete(WebSession).where(col(WebSession.user_id) == user.id))


async def _forget(unit: Unit, user_id: UUID) -> None:
    await unit.session.run(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    await unit.session.run(delete(SecondFactor).where(col(SecondFactor.id) == user_id))


async def _new_codes(unit: Unit, user_id: UUID) -> Sequence[str]:
    await unit.session.run(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))
    codes = new_recovery_codes()
    unit.add(*(RecoveryCode(user_id=user_id, code_hash=recovery_hash(user_id, code)) for code in codes))
    return codes


async def _end_others(unit: Unit, holder: Holder) -> None:
    others = col(WebSession.user_id) == holder.user.id, col(WebSession.id) != holder.session.id
    await unit.session.run(delete(WebSession).where(*others))
