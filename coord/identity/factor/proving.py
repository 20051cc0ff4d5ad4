"""The second step of signing in: a code of the authenticator, or a recovery code."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, delete, update

from coord import audit
from coord.identity.attempts import by_factor, count_guess, forget_guesses
from coord.identity.factor.codes import fits, recovery_hash, step_at
from coord.identity.inputs import ProveFactor
from coord.identity.reads import AUTHENTICATOR
from coord.identity.rules import hashed, new_secret, session_is_alive, was_signed_out
from coord.identity.tables import Passkey, RecoveryCode, SecondFactor, User, WebSession
from coord.identity.telling import trying
from coord.kernel.clock import now
from coord.kernel.errors import Invalid, Problem, Unauthenticated
from coord.kernel.sealing import Ring
from coord.kernel.sql import select
from coord.settings import settings
from coord.work import Unit, action, begin

WRONG = Problem("code", "WRONG_CODE")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds the cookie of a session, complete or not."""

    session: WebSession
    user: User
    factor: SecondFactor | None
    passkeys: int

    @property
    def has_factor(self) -> bool:
        """Whether anything besides the password protects the account."""
        return self.factor is not None or self.passkeys > 0


@action("identity.authenticate")
async def holder_of(unit: Unit, secret: str) -> Holder:
    """The person behind a cookie. Raises ``Unauthenticated`` when it is unknown, over or of somebody inactive."""
    session: WebSession | None = await unit.scalar(
        select(WebSession).where(col(WebSession.token_hash) == hashed(secret))
    )
    if session is None or not session_is_alive(session.seen_at, session.expires_at, now(), settings().session_idle):
        raise Unauthenticated
    user = await unit.find(User, session.user_id)
    if not user.is_active or was_signed_out(session.created_at, user.signed_out_at):
        raise Unauthenticated
    return Holder(session, user, await unit.session.get(SecondFactor, user.id), await passkeys_of(unit, user.id))


@action("identity.authenticate")
async def passkeys_of(unit: Unit, user_id: UUID) -> int:
    """How many passkeys a person has that are good for something."""
    good = col(Passkey.user_id) == user_id, col(Passkey.refused_at).is_(None)
    return int(await unit.scalar(select(func.count()).select_from(Passkey).where(*good)) or 0)


def place_of(user_id: UUID) -> str:
    """Where a sealed authenticator secret stands."""
    return f"second_factor.sealed.{user_id}"


def shared_secret(factor: SecondFactor) -> str:
    """The secret that the authenticator shares with us."""
    return Ring(settings().sealing_ring).open(factor.sealed, place_of(factor.id)).decode()


async def count_code(secret: str) -> UUID:
    """Count a guess at the code of a session's person, whose id is given back. Raises ``Invalid`` to wait."""
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        user_id = (await holder_of(unit, secret)).user.id
    with trying("code", str(user_id), only_refused=True):
        await count_guess("code", [by_factor(str(user_id))])
    return user_id


async def prove_factor(secret: str, given: ProveFactor) -> str:
    """Complete a sign-in; the session gets a new value, which is returned.

    Raises ``Invalid`` for a wrong or used code, ``Unauthenticated`` without a session.
    """
    user_id = await count_code(secret)
    with trying("code", str(user_id)):
        async with begin(AUTHENTICATOR) as unit:
            holder = await holder_of(unit, secret)
            await check_code(unit, holder, given.code)
            await forget_guesses(unit, [by_factor(str(user_id))])
            return renewed(unit, holder)


@action("identity.authenticate")
async def check_code(unit: Unit, holder: Holder, code: str) -> None:
    """Use up a code. Raises ``Invalid`` when it is wrong, old, or was used before."""
    if not code.isdigit():
        await _use_recovery(unit, holder.user.id, code)
    elif holder.factor is None:
        raise Invalid(WRONG)
    else:
        await _use_step(unit, holder.factor, code)


async def _use_step(unit: Unit, factor: SecondFactor, code: str) -> None:
    at = unit.started_at
    if not fits(shared_secret(factor), code, at):
        raise Invalid(WRONG)
    # In one statement: of two requests with one code, one wins.
    used = (
        update(SecondFactor)
        .where(col(SecondFactor.id) == factor.id, col(SecondFactor.last_step) < step_at(at))
        .values(last_step=step_at(at))
        .returning(col(SecondFactor.id))
    )
    if (await unit.session.run(used)).first() is None:
        raise Invalid(WRONG)


async def _use_recovery(unit: Unit, user_id: UUID, code: str) -> None:
    used = (
        delete(RecoveryCode)
        .where(col(RecoveryCode.user_id) == user_id, col(RecoveryCode.code_hash) == recovery_hash(user_id, code))
        .returning(col(RecoveryCode.id))
    )
    if (await unit.session.run(used)).first() is None:
        raise Invalid(WRONG)


def renewed(unit: Unit, holder: Holder) -> str:
    """The session, complete now, under a new value: what was known before the proof is worth nothing after it."""
    secret = new_secret()
    holder.session.token_hash = hashed(secret)
    holder.session.proved_at = holder.user.last_signed_in_at = unit.started_at
    audit.record(unit, "identity.prove_factor", holder.session)
    return secret
