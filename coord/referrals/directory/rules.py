"""What makes an entry old, and who stands first for one person. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from coord.referrals.codes import ReferralNeed
from coord.referrals.directory.codes import Capacity

STALE_AFTER = timedelta(days=90)
"""A quarter: so long an entry is believed without being confirmed."""
_ROOM: Sequence[Capacity | None] = (Capacity.CAPACITY, Capacity.WAITING_LIST, None, Capacity.NO_CAPACITY)


class Described(Protocol):
    """What the order asks of an organization."""

    @property
    def services(self) -> Sequence[ReferralNeed]:
        """What it does."""

    @property
    def districts(self) -> Sequence[str]:
        """Where."""

    @property
    def capacity(self) -> Capacity | None:
        """Whether it has room, None where it has not said."""


def packed(words: Iterable[str]) -> str:
    """Words as one text in which each stands between spaces."""
    found = " ".join(words)
    return f" {found} " if found else ""


def unpacked(text: str | None) -> Sequence[str]:
    """The words again."""
    return (text or "").split()


def is_stale(confirmed_at: datetime | None, at: datetime) -> bool:
    """Whether nobody has said for a quarter that this still holds, or ever."""
    return confirmed_at is None or at - confirmed_at >= STALE_AFTER


def fitness(one: Described, need: ReferralNeed | None, district: str | None) -> tuple[bool, int, bool]:
    """The smaller, the better: does what is needed; has room; serves the district.

    An entry that names no service or no district says nothing against either; unknown room stands between a
    waiting list and none.
    """
    lacks_service = need is not None and bool(one.services) and need not in one.services
    elsewhere = district is not None and bool(one.districts) and district not in one.districts
    return lacks_service, _ROOM.index(one.capacity), elsewhere
