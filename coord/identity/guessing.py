"""How long a guesser waits: pure. A wait grows and ends by itself, so that no stranger locks anybody out for good."""

from datetime import datetime, timedelta

FREE_GUESSES = 5
FREE_GUESSES_OF_AN_ADDRESS = 30
"""A hospital's staff shares one address."""
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
_MOST_DOUBLINGS = 20


def wait_after(guesses: int, free: int) -> timedelta:
    """The wait after so many guesses: none while they are free, then a second, doubled with each one."""
    if guesses < free:
        return timedelta()
    return min(timedelta(seconds=2 ** min(guesses - free, _MOST_DOUBLINGS)), LONGEST_WAIT)


def guesses_at(guesses: int, last_at: datetime, at: datetime) -> int:
    """How many guesses still count."""
    return 0 if at - last_at >= FORGOTTEN_AFTER else guesses


def waits_until(guesses: int, last_at: datetime, free: int) -> datetime:
    """When the next guess is looked at."""
    return last_at + wait_after(guesses, free)
