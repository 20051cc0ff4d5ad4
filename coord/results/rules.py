"""What an indicator may be, and how figures of hospitals become one. Pure."""

from collections.abc import Iterable, Iterator

from coord.kernel.errors import Problem
from coord.kernel.quantity import Quantity, ratio_of_sums, total
from coord.measures import MEASURES
from coord.measures.outcome_parts import OUTCOME_PARTS
from coord.measures.ratios import RATIOS
from coord.results.codes import Aggregation, IndicatorUnit, SourceKind
from coord.results.inputs import DefineIndicator

KNOWN = {SourceKind.MEASURE: MEASURES, SourceKind.RATIO: RATIOS, SourceKind.OUTCOME: OUTCOME_PARTS}
"""What a source of each kind may name."""


def wrong_definition(given: DefineIndicator, known_version: int) -> Iterator[Problem]:
    """What is wrong with a definition; ``known_version`` is the latest one of its code, 0 for a new indicator."""
    if known_version and given.reason is None:
        yield Problem("reason", "REQUIRED")
    if given.source_kind is SourceKind.NONE:
        if given.source is not None:
            yield Problem("source", "SOURCE_OF_NONE")
        return
    if given.source is None:
        yield Problem("source", "REQUIRED")
    elif given.source not in KNOWN[given.source_kind]:
        yield Problem("source", "NO_SUCH_SOURCE")
    else:
        yield from _wrong_together(given, given.source)


def _wrong_together(given: DefineIndicator, source: str) -> Iterator[Problem]:
    """Counts of distinct people cannot be added; counts are summed, everything else is sum over sum."""
    is_count = given.source_kind is SourceKind.MEASURE
    if is_count and MEASURES[source].distinct is not None:
        yield Problem("source", "NOT_ADDITIVE")
    elif is_count != (given.aggregation is Aggregation.SUM):
        yield Problem("aggregation", "WRONG_AGGREGATION")
    elif is_count != (given.unit is IndicatorUnit.COUNT):
        yield Problem("unit", "WRONG_UNIT")


def together(parts: Iterable[Quantity], how: Aggregation) -> Quantity | None:
    """The figure of several hospitals; None without any."""
    held = list(parts)
    if not held:
        return None
    return total(held) if how is Aggregation.SUM else ratio_of_sums(held)
