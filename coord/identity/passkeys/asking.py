"""What a browser is told so that it asks for a passkey, as JSON of the Web Authentication standard."""

from collections.abc import Sequence

from sqlmodel import col
from webauthn import generate_authentication_options, generate_registration_options, options_to_json
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from coord.identity.factor.proving import Holder, holder_of
from coord.identity.factor.reads import MOST_PASSKEYS
from coord.identity.freshness import require_fresh
from coord.identity.passkeys.challenges import ANSWERED_WITHIN, Purpose, put_challenge
from coord.identity.passkeys.using import our_party
from coord.identity.passkeys.verifying import ALGORITHMS
from coord.identity.reads import AUTHENTICATOR
from coord.identity.tables import Passkey
from coord.kernel.errors import Invalid, Problem
from coord.kernel.sql import select
from coord.work import Unit, action, begin

_MILLISECONDS = int(ANSWERED_WITHIN.total_seconds() * 1000)
_PREFERRED = UserVerificationRequirement.PREFERRED
_TRANSPORTS = {known.value for known in AuthenticatorTransport}


@action("identity.authenticate")
async def check_may_enrol(unit: Unit, holder: Holder) -> Sequence[Passkey]:
    """The passkeys that the person has, if they may make one more.

    Raises ``NotConfirmed`` when they showed too long ago who they are, ``Invalid`` when they have too many.
    """
    require_fresh(holder.session, unit.started_at, has_factor=holder.has_factor)
    found = await _passkeys(unit, holder)
    if len(found) >= MOST_PASSKEYS:
        raise Invalid(Problem("", "TOO_MANY_PASSKEYS", {"limit": MOST_PASSKEYS}))
    return found


async def check_offer(secret: str) -> None:
    """Whether the holder of a cookie may make a passkey now. Raises what ``ask_for_new`` does."""
    our_party()
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        await check_may_enrol(unit, await holder_of(unit, secret))


async def ask_for_new(secret: str) -> str:
    """What a browser needs to make a passkey for the holder of a cookie.

    Raises ``Unauthenticated`` without a session, ``NotConfirmed``, ``Invalid`` with too many and where there can be none.
    """
    here = our_party()
    async with begin(AUTHENTICATOR) as unit:
        holder = await holder_of(unit, secret)
        known = await check_may_enrol(unit, holder)
        options = generate_registration_options(
            rp_id=here.host,
            rp_name="coord",
            user_id=holder.user.id.bytes,
            user_name=holder.user.email,
            user_display_name=holder.user.name,
            challenge=await put_challenge(unit, Purpose.ENROL, secret),
            timeout=_MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=_PREFERRED
            ),
            exclude_credentials=[_descriptor(key) for key in known],
            supported_pub_key_algs=ALGORITHMS,
        )
        return options_to_json(options)


async def ask_again(secret: str, purpose: Purpose) -> str:
    """What a browser needs to ask for one of the passkeys of the holder of a cookie. Raises ``Unauthenticated``."""
    here = our_party()
    async with begin(AUTHENTICATOR) as unit:
        known = await _passkeys(unit, await holder_of(unit, secret))
        challenge = await put_challenge(unit, purpose, secret)
        return _question(here.host, challenge, known)


async def ask_anybody(ticket: str) -> str:
    """What a browser needs to ask for any passkey of ours, of nobody known; ``ticket`` is the browser's own value."""
    here = our_party()
    async with begin(AUTHENTICATOR) as unit:
        return _question(here.host, await put_challenge(unit, Purpose.SIGN_IN, ticket), ())


def _question(host: str, challenge: bytes, known: Sequence[Passkey]) -> str:
    # Alone it stands for both steps: then the device must ask who holds it.
    wanted = _PREFERRED if known else UserVerificationRequirement.REQUIRED
    options = generate_authentication_options(
        rp_id=host,
        challenge=challenge,
        timeout=_MILLISECONDS,
        allow_credentials=[_descriptor(key) for key in known if key.refused_at is None],
        user_verification=wanted,
    )
    return options_to_json(options)


async def _passkeys(unit: Unit, holder: Holder) -> Sequence[Passkey]:
    own = select(Passkey).where(col(Passkey.user_id) == holder.user.id).order_by(col(Passkey.id))
    found: Sequence[Passkey] = await unit.scalars(own)
    return found


def _descriptor(key: Passkey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(name) for name in key.transports if name in _TRANSPORTS]
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id), transports=transports or None)
