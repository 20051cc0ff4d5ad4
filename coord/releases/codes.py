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


class NoteKind(StrEnum):
    """What stands beside the figures: words of the foundation, which quarters are corrected, why one was restated."""

    SUMMARY = "SUMMARY"
    CHALLENGES = "CHALLENGES"
    OUTLOOK = "OUTLOOK"
    CORRECTS = "CORRECTS"
    RESTATEMENT = "RESTATEMENT"
    STORY = "STORY"
    """The digest of a story: its words stand beside the release, so that they can end."""


NARRATIVE = (NoteKind.SUMMARY, NoteKind.CHALLENGES, NoteKind.OUTLOOK)
"""Sections that people write."""


class CountStatus(StrEnum):
    """Whether a published number is shown, or is too small to be."""

    SHOWN = "SHOWN"
    SUPPRESSED = "SUPPRESSED"


class CubeCode(StrEnum):
    """The families of figures, each protected in a cube of its own: by hospital, people also by sex and age."""

    PERSON_TIMES = "PERSON_TIMES"
    SESSIONS = "SESSIONS"
    PERSONS = "PERSONS"
    REFERRALS = "REFERRALS"
    OUTCOMES = "OUTCOMES"
    PERSONS_PROFILE = "PERSONS_PROFILE"
    REFERRALS_PROFILE = "REFERRALS_PROFILE"
    OUTCOMES_PROFILE = "OUTCOMES_PROFILE"


PROFILE_OF: Mapping[CubeCode, CubeCode] = {
    CubeCode.PERSONS: CubeCode.PERSONS_PROFILE,
    CubeCode.REFERRALS: CubeCode.REFERRALS_PROFILE,
    CubeCode.OUTCOMES: CubeCode.OUTCOMES_PROFILE,
}
"""The cube by sex and age beside the one by hospital: the same members, other dimensions."""
ALL = "ALL"
NOT_SPLIT = "NOT_SPLIT"
"""All people of a group fell in one class, or classes were too small to be cut twice: which one is not published."""
CLASSES: Mapping[CubeCode, Sequence[str]] = {
    CubeCode.PERSON_TIMES: (ALL,),
    CubeCode.SESSIONS: (ALL,),
    CubeCode.PERSONS: ("CONTINUING", "NEW"),
    CubeCode.REFERRALS: (
        "NOT_ACCEPTED", "ACCEPTED_NO_CONTACT", "CLOSED_NOT_REACHED", "CONTACT_LATE", "CONTACT_IN_TIME",
        "CLOSED_LOOP_LATE", "CLOSED_LOOP_IN_TIME",
    ),
    CubeCode.OUTCOMES: (
        "NOT_FOLLOWED_UP", "NEITHER", "RESPONSE_ONLY", "REMISSION_ONLY", "RESPONSE_AND_REMISSION",
    ),
}  # fmt: skip
"""Each family's classes are a partition: every member falls in exactly one, so no numerator exceeds its denominator."""

_REFERRALS = CLASSES[CubeCode.REFERRALS]
_MET = ("CONTACT_LATE", "CONTACT_IN_TIME", "CLOSED_LOOP_LATE", "CLOSED_LOOP_IN_TIME")
_IN_TIME = ("CONTACT_IN_TIME", "CLOSED_LOOP_IN_TIME")
_CLOSED = ("CLOSED_NOT_REACHED", "CLOSED_LOOP_LATE", "CLOSED_LOOP_IN_TIME")
_OUTCOMES = CLASSES[CubeCode.OUTCOMES]


@dataclass(frozen=True, slots=True)
class Count:
    """A published count: the sum of some classes of one cube; not additive ones are of one quarter only.

    ``measures`` add up to the same number before rounding: a count has no other definition than theirs.
    """

    cube: CubeCode
    classes: Sequence[str]
    measures: Sequence[str]
    is_additive: bool = True


@dataclass(frozen=True, slots=True)
class Share:
    """A published rate: some classes over some more classes of the same cube, before rounding the ratio of that name."""

    cube: CubeCode
    part: Sequence[str]
    whole: Sequence[str]
    ratio: str


COUNTS: Mapping[str, Count] = {
    "person_times": Count(CubeCode.PERSON_TIMES, (ALL,), ("person_times",)),
    "persons": Count(
        CubeCode.PERSONS, CLASSES[CubeCode.PERSONS], ("new_persons", "returning_persons"), is_additive=False
    ),
    "new_persons": Count(CubeCode.PERSONS, ("NEW",), ("new_persons",)),
    "sessions": Count(CubeCode.SESSIONS, (ALL,), ("sessions",)),
    "referrals_sent": Count(CubeCode.REFERRALS, _REFERRALS, ("referrals_sent",)),
    "referrals_accepted": Count(CubeCode.REFERRALS, _REFERRALS[1:], ("referrals_accepted",)),
    "referrals_first_contact": Count(CubeCode.REFERRALS, _MET, ("referrals_first_contact",)),
    "referrals_closed_loop": Count(CubeCode.REFERRALS, _CLOSED, ("referrals_closed_loop",)),
}
SHARES: Mapping[str, Share] = {
    "first_contact_within7_days": Share(CubeCode.REFERRALS, _IN_TIME, _REFERRALS[1:], "first_contact_7d_rate"),
    "closed_loop": Share(CubeCode.REFERRALS, _CLOSED, _REFERRALS, "closed_loop_rate"),
    "phq9_response": Share(
        CubeCode.OUTCOMES, ("RESPONSE_ONLY", "RESPONSE_AND_REMISSION"), _OUTCOMES, "phq9_response_rate"
    ),
    "phq9_remission": Share(
        CubeCode.OUTCOMES, ("REMISSION_ONLY", "RESPONSE_AND_REMISSION"), _OUTCOMES, "phq9_remission_rate"
    ),
}
