"""Passkeys: keys on a person's own device, as a second factor or, when the device asks who holds it, as both."""

from coord.identity.inputs import EnrolPasskey, NamePasskey, ShowPasskey, SignInByPasskey
from coord.identity.passkeys.asking import ask_again, ask_anybody, ask_for_new, check_offer
from coord.identity.passkeys.challenges import Purpose
from coord.identity.passkeys.enrolling import enrol_passkey, name_passkey, remove_passkey
from coord.identity.passkeys.party import party
from coord.identity.passkeys.signing_in import confirm_by_passkey, prove_by_passkey, sign_in_by_passkey

__all__ = [
    "EnrolPasskey",
    "NamePasskey",
    "Purpose",
    "ShowPasskey",
    "SignInByPasskey",
    "ask_again",
    "ask_anybody",
    "ask_for_new",
    "check_offer",
    "confirm_by_passkey",
    "enrol_passkey",
    "name_passkey",
    "party",
    "prove_by_passkey",
    "remove_passkey",
    "sign_in_by_passkey",
]
