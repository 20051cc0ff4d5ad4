"""When a group meets, who keeps away, and how well it is attended. Pure: no I/O."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from uuid import UUID

ABSENCES_NOTICED = 2
"""So many sessions missed in a row are worth a call."""
_WEEK = timedelta(days=7)
_MOST_WEEKS = 520


def weekly(first: date, number: int, is_free: Callable[[date], bool]) -> Iterator[date]:
    """So many days at weekly distance from the first one on; free days are passed over, not moved."""
    given, day = 0, first
    for _ in range(_MOST_WEEKS):
        if not is_free(day):
            yield day
            given += 1
            if given == number:
                return
        day += _WEEK


@dataclass(frozen=True, slots=True)
class Roll:
    """One session held: its day, who came and which members did not."""

    held_on: date
    came: Collection[UUID]
    missed: Collection[UUID]


def absences_in_a_row(rolls: Sequence[Roll], members: Collection[UUID]) -> Mapping[UUID, int]:
    """How many of the latest sessions in a row each member missed; rolls are in the order in which they were held."""
    missed = {member: _missed_at_last(rolls, member) for member in members}
    return {member: number for member, number in missed.items() if number}


def _missed_at_last(rolls: Sequence[Roll], member: UUID) -> int:
    return sum(1 for _ in takewhile(lambda roll: member in roll.missed, reversed(rolls)))


def attended_of_expected(rolls: Sequence[Roll], members: Collection[UUID]) -> tuple[int, int]:
    """Q9: attendances of members, and members times sessions held; guests never count."""
    return sum(1 for roll in rolls for member in members if member in roll.came), len(members) * len(rolls)


def attendance_rate(rolls: Sequence[Roll], members: Collection[UUID]) -> float | None:
    """Q9 of one group; None without members or sessions."""
    attended, expected = attended_of_expected(rolls, members)
    return attended / expected if expected else None


def came_as_guests(rolls: Sequence[Roll], members: Collection[UUID]) -> Sequence[UUID]:
    """Who came to the last session without being a member: the roll call remembers them."""
    return [one for one in rolls[-1].came if one not in members] if rolls else []
