"""The second factor of signing in: authenticator codes and recovery codes."""

from coord.identity.factor.confirming import confirm, confirmation_of
from coord.identity.factor.enrolling import (
    Enrolled,
    confirm_enrolment,
    drop_factor,
    new_recovery,
    start_enrolment,
)
from coord.identity.factor.proving import prove_factor
from coord.identity.factor.reads import security_of
from coord.identity.factor.recovering import reset_factor
from coord.identity.inputs import Confirm, EnrolFactor, ProveFactor

__all__ = [
    "Confirm",
    "EnrolFactor",
    "Enrolled",
    "ProveFactor",
    "confirm",
    "confirm_enrolment",
    "confirmation_of",
    "drop_factor",
    "new_recovery",
    "prove_factor",
    "reset_factor",
    "security_of",
    "start_enrolment",
]
