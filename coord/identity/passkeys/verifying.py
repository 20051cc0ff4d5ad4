"""What a browser answers for a passkey, checked by the library; whatever it cannot read is refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    bytes_to_base64url,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import AttestationFormat

from coord.identity.passkeys.party import Party
from coord.kernel.errors import Invalid, Problem

ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
# We ask for no proof of the maker: the formats that carry one are not even read.
_FORMATS = {AttestationFormat.NONE, AttestationFormat.PACKED}
REFUSED = Problem("", "PASSKEY_REFUSED")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey that a device has just made."""

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: Sequence[str]
    aaguid: str
    verifies_user: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Which passkey answers which question, for whom it says it does; nothing of it is proved yet."""

    credential_id: str
    challenge: bytes
    user_handle: bytes | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a passkey proved: how often it says it was used, and whether it asked who holds it."""

    sign_count: int
    user_verified: bool


def _or_refuse(read: Callable[[], ResultT]) -> ResultT:
    try:
        return read()
    except Exception:  # noqa: BLE001 - bytes of a stranger: however reading them fails, nothing is proved
        raise Invalid(REFUSED) from None


def read_new(answer: str) -> bytes:
    """The question that a new passkey answers. Raises ``Invalid`` for what cannot be read."""
    return _or_refuse(
        lambda: parse_client_data_json(parse_registration_credential_json(answer).response.client_data_json).challenge
    )


def check_new(answer: str, challenge: bytes, party: Party) -> NewKey:
    """The passkey that was made for us in answer to the question. Raises ``Invalid``."""
    return _or_refuse(lambda: _check_new(answer, challenge, party))


def _check_new(answer: str, challenge: bytes, party: Party) -> NewKey:
    credential = parse_registration_credential_json(answer)
    if parse_attestation_object(credential.response.attestation_object).fmt not in _FORMATS:
        raise ValueError("a format that was not asked for")
    made = verify_registration_response(
        credential=credential,
        expected_challenge=challenge,
        expected_rp_id=party.host,
        expected_origin=party.origin,
        supported_pub_key_algs=ALGORITHMS,
    )
    transports = [found.value for found in credential.response.transports or ()]
    return NewKey(
        bytes_to_base64url(made.credential_id),
        made.credential_public_key,
        made.sign_count,
        transports,
        made.aaguid,
        made.user_verified,
    )


def read_answer(answer: str) -> Answer:
    """What an answer says about itself. Raises ``Invalid`` for what cannot be read."""
    return _or_refuse(lambda: _read_answer(answer))


def _read_answer(answer: str) -> Answer:
    credential = parse_authentication_credential_json(answer)
    challenge = parse_client_data_json(credential.response.client_data_json).challenge
    return Answer(bytes_to_base64url(credential.raw_id), challenge, credential.response.user_handle)


def check_answer(answer: str, challenge: bytes, party: Party, public_key: bytes) -> Shown:
    """What the answer proves. Raises ``Invalid``. The count is compared by who keeps it, in one statement."""
    shown = _or_refuse(
        lambda: verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
        )
    )
    return Shown(shown.new_sign_count, shown.user_verified)
