"""How figures are protected, in plain words: the same sentences on the page and on paper."""

from collections.abc import Sequence

from coord.language import Words
from coord.releases.parameters import Parameters

_SENTENCES = 9


def method_of(how: Parameters, words: Words) -> Sequence[str]:
    """One paragraph after the other, with the numbers that a release was made with."""
    numbers = {
        "base": how.base, "away": how.base - 1, "floor": how.display_floor, "rate": how.rate_floor,
        "most": how.most_per_person, "shared": how.shared_margin,
    }  # fmt: skip
    return [words(f"impact.method_{number}", **numbers) for number in range(1, _SENTENCES + 1)]
