"""The numbers that a release is protected with; stored with each and printed in its note on method."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

METHOD = "2026.2"


@dataclass(frozen=True, slots=True)
class Parameters:
    """How a release is protected, in people unless said otherwise.

    ``base``: rounding base. ``display_floor``: smaller counts are not shown. ``rate_floor``: least denominator of a
    rate. ``margin_floor``: least true margin that repair may use. ``most_per_person``: what one known person adds to a
    cell of person-times at most. ``p_percent``, ``nk_percent``: when one or two people dominate a sum of person-times.
    ``shared_margin``: least true count of a margin that two cubes share. ``least_changed``: fewest changed records for
    which a published quarter may be restated.
    """

    base: int = 3
    display_floor: int = 5
    rate_floor: int = 20
    margin_floor: int = 20
    most_per_person: int = 30
    p_percent: int = 10
    nk_percent: int = 90
    shared_margin: int = 50
    least_changed: int = 10
    method: str = METHOD

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Parameters":
        """As a release stored them."""
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        """As a release stores them."""
        return asdict(self)
