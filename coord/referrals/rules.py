"""What is right about a referral. Pure: no I/O."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from coord.clients.consents.codes import DataCategory
from coord.kernel.errors import Problem
from coord.referrals.codes import ReferralEventKind, ReferralOutcome, ReferralReason, ReferralState
from coord.referrals.inputs import Packet
from coord.referrals.machine import REASONS, SHARED

MINIMUM = frozenset({DataCategory.BASIC_FILE})
"""What always travels: without knowing whom, nobody can be reached."""
TRAVELS = (
    DataCategory.BASIC_FILE, DataCategory.DIAGNOSIS, DataCategory.SCALES, DataCategory.RISK_AND_SAFETY,
    DataCategory.MEDICATION, DataCategory.SOCIAL_SITUATION, DataCategory.SUPPORTER_CONTACT,
)  # fmt: skip
"""The blocks of a packet, in the order in which they are offered."""
PART_OF = {
    DataCategory.DIAGNOSIS: "diagnosis",
    DataCategory.MEDICATION: "medication",
    DataCategory.RISK_AND_SAFETY: "risk_and_safety",
    DataCategory.SOCIAL_SITUATION: "social_situation",
    DataCategory.SUPPORTER_CONTACT: "supporter_contact",
}
"""The field of the input in which a block is written."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_AGES = ((14, "0-13"), (18, "14-17"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (60, "45-59"), (75, "60-74"))


def new_code() -> str:
    """A code for people to say. By chance, not by number: a number would tell how many others there are."""
    return "R-" + "".join(secrets.choice(_LETTERS) for _ in range(8))


def age_band(birth_year: int | None, day: date) -> str:
    """The band in which somebody's age lies; the year alone is known."""
    if birth_year is None:
        return "?"
    age = day.year - birth_year
    return next((band for limit, band in _AGES if age < limit), "75+")


def blocks_of(given: Packet) -> list[DataCategory]:
    """What travels: the minimum, the parts that are filled in, and the scales if chosen; in one order."""
    filled = {block for block, name in PART_OF.items() if getattr(given, name)}
    wanted = MINIMUM | filled | ({DataCategory.SCALES} if given.with_scales else set())
    return [block for block in TRAVELS if block in wanted]


def parts_among(blocks: Iterable[DataCategory]) -> list[str]:
    """The fields in which the parts of these blocks are written, in one order; the scales have none."""
    given = set(blocks)
    return [name for block, name in PART_OF.items() if block in given]


def field_of(block: DataCategory) -> str:
    """The field of the input by which a block travels; what always travels has none."""
    return "with_scales" if block is DataCategory.SCALES else PART_OF.get(block, "")


def check_seen(event: ReferralEventKind, state: ReferralState, seen: ReferralState | None) -> Problem | None:
    """A move holds for the referral as its actor saw it, not for what has become of it meanwhile.

    Who withdraws without having looked has not seen that somebody took the person on: that is refused as well.
    """
    now = f"referral_state.{state}"
    if seen is not None and seen is not state:
        return Problem("referral", "REFERRAL_CHANGED", {"seen": f"referral_state.{seen}", "state": now})
    if seen is None and event is ReferralEventKind.WITHDRAW and state in SHARED:
        return Problem("referral", "REFERRAL_TAKEN_ON", {"state": now})
    return None


def check_reason(event: ReferralEventKind, reason: ReferralReason | None, note: str | None) -> Iterator[Problem]:
    """Events that end or turn a referral say why; another reason than those named is explained."""
    fitting = REASONS.get(event, ())
    if fitting and reason is None:
        yield Problem("reason_code", "REASON_NEEDED")
    elif reason is not None and reason not in fitting:
        yield Problem("reason_code", "REASON_DOES_NOT_FIT")
    elif reason is ReferralReason.OTHER and not note:
        yield Problem("note", "EXPLAIN_OTHER")


def check_outcome(
    state: ReferralState, outcome: ReferralOutcome, since_acceptance: timedelta, lost_after: timedelta
) -> Iterator[Problem]:
    """Who was never reached is lost, and not before the term has passed; who was reached is not lost unheard."""
    if state is ReferralState.UNREACHABLE:
        if outcome is not ReferralOutcome.LOST:
            yield Problem("outcome", "ONLY_LOST_FITS")
        elif since_acceptance < lost_after:
            yield Problem("outcome", "TOO_EARLY_FOR_LOST", {"days": lost_after.days})


def check_first_contact(occurred_on: date, decided_on: date, discharged_on: date | None) -> Iterator[Problem]:
    """A first contact comes after the acceptance, and the day of discharge never counts as follow-up."""
    if occurred_on < decided_on:
        yield Problem("service_contact", "BEFORE_ACCEPTANCE")
    elif discharged_on is not None and occurred_on <= discharged_on:
        yield Problem("service_contact", "ON_DISCHARGE_DAY")
