"""Getting an authenticator, new recovery codes, and being without one again."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from coord import audit
from coord.identity.factor.codes import enrolment_uri, fits, new_shared_secret, step_at
from coord.identity.factor.proving import (
    WRONG,
    Holder,
    check_code,
    count_code,
    holder_of,
    place_of,
    renewed,
)
from coord.identity.factor.recovering import end_others, forget_factor, new_codes
from coord.identity.freshness import require_fresh
from coord.identity.inputs import EnrolFactor, ProveFactor
from coord.identity.reads import AUTHENTICATOR
from coord.identity.tables import SecondFactor
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.sealing import CannotOpen, Ring
from coord.settings import settings
from coord.work import begin


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: the text behind the picture, and the secret for typing.

    ``sealed`` is the secret as the form carries it: nothing is stored before a code was shown.
    """

    uri: str
    secret: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A session's new value, and the recovery codes of somebody who had none: shown once."""

    session: str
    recovery_codes: Sequence[str]


async def start_enrolment(secret: str, sealed: str = "") -> Enrolment:
    """Offer a secret for an authenticator, or the same one again that a form brings back; nothing changes by it.

    Raises ``Conflict`` when the person has an authenticator, ``NotConfirmed`` when they showed too long ago who they
    are, ``Unauthenticated`` without a session.
    """
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        holder = await holder_of(unit, secret)
        if holder.factor is not None:
            raise Conflict(Problem("", "HAS_FACTOR"))
        require_fresh(holder.session, unit.started_at, has_factor=holder.has_factor)
        shared = _opened(holder, sealed) or new_shared_secret()
        return Enrolment(enrolment_uri(shared, holder.user.email), shared, _sealed(holder, shared))


def _place(holder: Holder) -> str:
    """A secret that was offered is good for this person in this session only."""
    return f"enrolment.{holder.user.id}.{holder.session.id}"


def _sealed(holder: Holder, shared: str) -> str:
    sealed = Ring(settings().sealing_ring).seal(shared.encode(), _place(holder))
    return urlsafe_b64encode(sealed).decode()


def _opened(holder: Holder, sealed: str) -> str:
    try:
        return Ring(settings().sealing_ring).open(urlsafe_b64decode(sealed.encode()), _place(holder)).decode()
    except (binascii.Error, CannotOpen):
        return ""


async def confirm_enrolment(secret: str, given: EnrolFactor) -> Enrolled:
    """The app shows the right code: from now on it is asked for; every other session of the person ends.

    Raises ``Invalid`` for a wrong code, ``Conflict`` when the person has an authenticator, ``NotConfirmed`` when they
    showed too long ago who they are.
    """
    await count_code(secret)
    async with begin(AUTHENTICATOR) as unit:
        holder = await holder_of(unit, secret)
        if holder.factor is not None:
            raise Conflict(Problem("", "HAS_FACTOR"))
        shared, at = _opened(holder, given.sealed), unit.started_at
        if not shared or not fits(shared, given.code, at):
            raise Invalid(WRONG)
        require_fresh(holder.session, at, has_factor=holder.has_factor)
        kept = Ring(settings().sealing_ring).seal(shared.encode(), place_of(holder.user.id))
        factor = SecondFactor(id=holder.user.id, sealed=kept, confirmed_at=at, last_step=step_at(at))
        try:
            await unit.session.savepoint(factor)
        except IntegrityError:  # the other of two at one moment
            raise Conflict(Problem("", "HAS_FACTOR")) from None
        audit.record(unit, "identity.enrol_factor", factor)
        await end_others(unit, holder)
        return Enrolled(renewed(unit, holder), [] if holder.passkeys else await new_codes(unit, holder.user.id))


async def new_recovery(secret: str) -> Sequence[str]:
    """Ten new recovery codes; the old ones are void.

    Raises ``NotConfirmed`` when password and second factor were shown too long ago, ``NotFound`` without one.
    """
    async with begin(AUTHENTICATOR) as unit:
        holder = await holder_of(unit, secret)
        if not holder.has_factor:
            raise NotFound
        require_fresh(holder.session, unit.started_at, has_factor=True)
        audit.record(unit, "identity.new_recovery_codes", holder.session)
        return await new_codes(unit, holder.user.id)


async def drop_factor(secret: str, given: ProveFactor) -> None:
    """Be without an authenticator (to take another one); other sessions end. Raises ``Invalid`` for a wrong code."""
    await count_code(secret)
    async with begin(AUTHENTICATOR) as unit:
        holder = await holder_of(unit, secret)
        if holder.factor is None:
            raise Invalid(WRONG)
        await check_code(unit, holder, given.code)
        audit.record(unit, "identity.drop_factor", holder.session)
        await forget_factor(unit, holder.user.id, keep_codes=holder.passkeys > 0)
        await end_others(unit, holder)
        if not holder.passkeys:
            holder.session.proved_at = None
