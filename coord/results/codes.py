"""Codes of the results framework."""

from enum import StrEnum


class ResultLevel(StrEnum):
    """How far a result is from what is done (IATI result type 1, 2, 3)."""

    OUTPUT = "OUTPUT"
    OUTCOME = "OUTCOME"
    IMPACT = "IMPACT"


class IndicatorUnit(StrEnum):
    """What an indicator's value is. MEAN: an average; DAYS: a mean number of days."""

    COUNT = "COUNT"
    PERCENT = "PERCENT"
    MEAN = "MEAN"
    DAYS = "DAYS"


class Direction(StrEnum):
    """Which way is better."""

    UP = "UP"
    DOWN = "DOWN"


class Aggregation(StrEnum):
    """How hospitals are put together: counts are added, rates are sum over sum."""

    SUM = "SUM"
    RATIO_OF_SUMS = "RATIO_OF_SUMS"


class SourceKind(StrEnum):
    """Where the figure comes from. NONE: nothing in coord records it yet, and nobody types it in."""

    MEASURE = "MEASURE"
    RATIO = "RATIO"
    OUTCOME = "OUTCOME"
    NONE = "NONE"
