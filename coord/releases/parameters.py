"""The numbers that a release is protected with; stored with each and printed in its note on method."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

METHOD = "2026.1"


@dataclass(frozen=True, slots=True)
class Parameters:
    """How a release is protected, in people unless said otherwise.

    ``base``: rounding base. ``display_floor``: smaller counts are not shown. ``rate_floor``: least denominator of a
    rate. ``margin_floor``: least true margin that repair may use. ``most_per_person``: what one known person adds to a
    cell of person-times at most.
    """

    base: int = 3
    display_floor: int = 5
    rate_floor: int = 20
    margin_floor: int = 20
    most_per_person: int = 30
    method: str = METHOD

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Parameters":
        """As a release stored them."""
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        """As a release stores them."""
        return asdict(self)
