"""Exact axes: the step is chosen first, from 1, 2 and 5 times a power of ten."""

import math
from collections.abc import Sequence

_MOST_STEPS = 5


def ticks(maximum: float) -> Sequence[int]:
    """Whole tick values from 0 up to at least the maximum, in equal steps; nothing to show gives 0 and 1."""
    if maximum <= 0:
        return (0, 1)
    power = 10 ** max(0, math.floor(math.log10(maximum)) - 1)
    step = power
    for factor in (1, 2, 5, 10, 20, 50, 100):
        step = factor * power
        if step * _MOST_STEPS >= maximum:
            break
    return tuple(range(0, math.ceil(maximum / step) * step + 1, step))


def level(value: int, maximum: int) -> int:
    """Heat level: 0 for nothing, else 1 to 4 by quarters of the maximum."""
    if value <= 0 or maximum <= 0:
        return 0
    return min(4, math.ceil(4 * value / maximum))
