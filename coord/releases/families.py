"""Families of figures as partitions: which measures list their members, and which class each member falls in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coord.releases.codes import CubeCode

_ACCEPTED, _MET, _SOON, _CLOSED = (
    "referrals_accepted", "referrals_first_contact", "first_contacts_7d", "referrals_closed_loop",
)  # fmt: skip
_FOLLOWED, _RESPONSE, _REMISSION = "phq9_followed_up", "phq9_responses", "phq9_remissions"


@dataclass(frozen=True, slots=True)
class Family:
    """``of``: measures whose rows are the members, each once. ``classes``: by the further measures that hold a member."""

    of: Sequence[str]
    classes: Mapping[frozenset[str], str]

    @property
    def flags(self) -> frozenset[str]:
        """The measures that tell classes apart."""
        return frozenset().union(*self.classes)

    @property
    def measures(self) -> frozenset[str]:
        """Every measure that is looked at."""
        return self.flags | set(self.of)


def _by(**classes: tuple[str, ...]) -> Mapping[frozenset[str], str]:
    return {frozenset(flags): name for name, flags in classes.items()}


FAMILIES: Mapping[CubeCode, Family] = {
    CubeCode.PERSONS: Family(("new_persons", "returning_persons"), _by(CONTINUING=(), NEW=("new_persons",))),
    CubeCode.REFERRALS: Family(
        ("referrals_sent",),
        _by(
            NOT_ACCEPTED=(),
            ACCEPTED_NO_CONTACT=(_ACCEPTED,),
            # Feedback may come without anybody having been reached; the loop is closed all the same.
            CLOSED_NOT_REACHED=(_ACCEPTED, _CLOSED),
            CONTACT_LATE=(_ACCEPTED, _MET),
            CONTACT_IN_TIME=(_ACCEPTED, _MET, _SOON),
            CLOSED_LOOP_LATE=(_ACCEPTED, _MET, _CLOSED),
            CLOSED_LOOP_IN_TIME=(_ACCEPTED, _MET, _SOON, _CLOSED),
        ),
    ),
    CubeCode.OUTCOMES: Family(
        ("phq9_windows_ended",),
        _by(
            NOT_FOLLOWED_UP=(),
            NEITHER=(_FOLLOWED,),
            RESPONSE_ONLY=(_FOLLOWED, _RESPONSE),
            REMISSION_ONLY=(_FOLLOWED, _REMISSION),
            RESPONSE_AND_REMISSION=(_FOLLOWED, _RESPONSE, _REMISSION),
        ),
    ),
}
"""Flags that no class has together make the build fail: better no report than one whose rates do not hold."""
