"""Which records a sample holds, and what a return must say. Pure: no I/O."""

from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from coord.contacts.codes import ContactStatus
from coord.contacts.reviews.codes import ReturnKind
from coord.kernel.errors import Problem

ONE_IN: Final = 10
"""One record in ten is drawn, the last ones rounded up: a month with one record has a sample of one."""
UNDO_WITHIN = timedelta(seconds=12)
MIN_WORDS: Final = 5


def sample(seed: str, records: Collection[UUID], one_in: int = ONE_IN) -> frozenset[UUID]:
    """One in so many of the records, those whose SHA-256 with the seed is lowest: anybody with the seed draws the same."""
    size = -(-len(records) // one_in)
    return frozenset(sorted(records, key=lambda record: sha256(f"{seed}/{record}".encode()).digest())[:size])


def return_problem(kind: ReturnKind, words: str | None) -> Problem | None:
    """What is missing in a return: a reason that is not listed is told in words."""
    if kind is not ReturnKind.OTHER and words is None:
        return None
    if words is None:
        return Problem("reason", "REQUIRED")
    return Problem("reason", "TOO_SHORT", {"limit": MIN_WORDS}) if len(words) < MIN_WORDS else None


def wrong_status(status: ContactStatus) -> str | None:
    """Why a record cannot be decided about."""
    if status is ContactStatus.SUBMITTED:
        return None
    return "RETURNED_ALREADY" if status is not ContactStatus.VERIFIED else "RECORD_REVIEWED_ALREADY"
