"""How a sample is drawn again from its seed, and how often records were wrong. Pure: no I/O."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from typing import Final
from uuid import UUID

from coord.oversight.evidence.codes import EvidenceFound

ONE_IN: Final = 20
"""Five records in a hundred, rounded up: a month with one record has a sample of one."""
NEEDS_WORDS = frozenset({EvidenceFound.NOT_SEEN, EvidenceFound.MISMATCH})


def print_of(records: Collection[UUID]) -> str:
    """SHA-256 over the ids that a sample is drawn from, in order: other records give another print."""
    return sha256("\n".join(sorted(map(str, records))).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What came out of a sample so far; ``wrong`` of ``checked`` records had no evidence or another one."""

    drawn: int
    seen: int = 0
    not_seen: int = 0
    mismatch: int = 0

    @property
    def checked(self) -> int:
        """Records that were looked up."""
        return self.seen + self.wrong

    @property
    def wrong(self) -> int:
        """Records whose evidence is missing or says something else."""
        return self.not_seen + self.mismatch

    @property
    def is_done(self) -> bool:
        """Whether every drawn record was looked up."""
        return self.checked == self.drawn

    @property
    def error_percent(self) -> Decimal | None:
        """Wrong ones of a hundred that were looked up, one decimal, rounded half up; None before the first."""
        if not self.checked:
            return None
        share = Decimal(100 * self.wrong) / Decimal(self.checked)
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)
