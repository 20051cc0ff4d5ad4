"""States of a release, the cubes that it holds, the classes of each, and which figures they give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class ReleaseState(StrEnum):
    """Where a release is on its way to the public."""

    BUILT = "BUILT"
    REVIEWED = "REVIEWED"
    PUBLISHED = "PUBLISHED"
    SUPERSEDED = "SUPERSEDED"


class ReleaseMove(StrEnum):
    """What can be done with a release."""

    REVIEW = "REVIEW"
    PUBLISH = "PUBLISH"


class CountStatus(StrEnum):
    """Whether a published number is shown, or is too small to be."""

    SHOWN = "SHOWN"
    SUPPRESSED = "SUPPRESSED"


class CubeCode(StrEnum):
    """The families of figures, each protected in a cube of its own."""

    PERSON_TIMES = "PERSON_TIMES"
    SESSIONS = "SESSIONS"
    PERSONS = "PERSONS"
    REFERRALS = "REFERRALS"
    OUTCOMES = "OUTCOMES"


ALL = "ALL"
NOT_SPLIT = "NOT_SPLIT"
"""All people of a hospital fell in one class: which one is not published (group disclosure)."""
CLASSES: Mapping[CubeCode, Sequence[str]] = {
    CubeCode.PERSON_TIMES: (ALL,),
    CubeCode.SESSIONS: (ALL,),
    CubeCode.PERSONS: ("CONTINUING", "NEW"),
    CubeCode.REFERRALS: (
        "NOT_ACCEPTED", "ACCEPTED_NO_CONTACT", "CONTACT_LATE", "CONTACT_IN_TIME", "CLOSED_LOOP_LATE",
        "CLOSED_LOOP_IN_TIME",
    ),
    CubeCode.OUTCOMES: (
        "NOT_FOLLOWED_UP", "NEITHER", "RESPONSE_ONLY", "REMISSION_ONLY", "RESPONSE_AND_REMISSION",
    ),
}  # fmt: skip
"""Each family's classes are a partition: every member falls in exactly one, so no numerator exceeds its denominator."""

_REFERRALS = CLASSES[CubeCode.REFERRALS]
_MET = _REFERRALS[2:]
_IN_TIME = ("CONTACT_IN_TIME", "CLOSED_LOOP_IN_TIME")
_CLOSED = ("CLOSED_LOOP_LATE", "CLOSED_LOOP_IN_TIME")
_OUTCOMES = CLASSES[CubeCode.OUTCOMES]


@dataclass(frozen=True, slots=True)
class Count:
    """A published count: the sum of some classes of one cube; not additive ones are of one quarter only."""

    cube: CubeCode
    classes: Sequence[str]
    is_additive: bool = True


@dataclass(frozen=True, slots=True)
class Share:
    """A published rate: some classes over some more classes of the same cube."""

    cube: CubeCode
    part: Sequence[str]
    whole: Sequence[str]


COUNTS: Mapping[str, Count] = {
    "person_times": Count(CubeCode.PERSON_TIMES, (ALL,)),
    "persons": Count(CubeCode.PERSONS, CLASSES[CubeCode.PERSONS], is_additive=False),
    "new_persons": Count(CubeCode.PERSONS, ("NEW",)),
    "sessions": Count(CubeCode.SESSIONS, (ALL,)),
    "referrals_sent": Count(CubeCode.REFERRALS, _REFERRALS),
    "referrals_accepted": Count(CubeCode.REFERRALS, _REFERRALS[1:]),
    "referrals_first_contact": Count(CubeCode.REFERRALS, _MET),
    "referrals_closed_loop": Count(CubeCode.REFERRALS, _CLOSED),
}
SHARES: Mapping[str, Share] = {
    "first_contact_within7_days": Share(CubeCode.REFERRALS, _IN_TIME, _REFERRALS[1:]),
    "closed_loop": Share(CubeCode.REFERRALS, _CLOSED, _REFERRALS),
    "phq9_response": Share(CubeCode.OUTCOMES, ("RESPONSE_ONLY", "RESPONSE_AND_REMISSION"), _OUTCOMES),
    "phq9_remission": Share(CubeCode.OUTCOMES, ("REMISSION_ONLY", "RESPONSE_AND_REMISSION"), _OUTCOMES),
}
