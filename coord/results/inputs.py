"""What an officer says about results, indicators, baselines and targets."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from coord.kernel.errors import Invalid
from coord.kernel.inputs import Blank, Day, Input, Line, Prose, Whole, refuse
from coord.programs.quarters import quarters_of
from coord.results.codes import Aggregation, Direction, IndicatorUnit, ResultLevel, SourceKind

_MOST = 10**12
Code = Annotated[Line, Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9_.-]+$")]
_Program = Annotated[Line, Field(min_length=1, max_length=32)]
_Title = Annotated[Line, Field(min_length=1, max_length=200)]
Reason = Annotated[Line, Prose, Field(min_length=1, max_length=400)]
_Text = Annotated[Annotated[str, Prose, Field(max_length=1000)] | None, Blank]
_Amount = Annotated[Whole, Field(ge=0, le=_MOST)]
_Whole = Annotated[Whole, Field(ge=1, le=_MOST)]


def _period(value: str) -> str:
    try:
        named = quarters_of(value)
    except Invalid:
        raise refuse("NOT_A_PERIOD") from None
    if not named:
        raise refuse("NOT_A_PERIOD")
    return value


def _quarter(value: str) -> str:
    if list(quarters_of(_period(value))) != [value]:
        raise refuse("NOT_A_QUARTER")
    return value


Period = Annotated[Line, Field(max_length=8), AfterValidator(_period)]
"""A quarter or a year: ``2026Q3``, ``2026``."""
Quarter = Annotated[Line, Field(max_length=8), AfterValidator(_quarter)]
"""A quarter: ``2026Q3``."""


class AddNode(Input):
    """A result of a program, under another one or at the top."""

    program: _Program
    level: ResultLevel
    code: Code
    title: _Title
    component: Annotated[Code | None, Blank] = None
    parent: Annotated[Code | None, Blank] = None
    assumptions: _Text = None
    risks: _Text = None


class DefineIndicator(Input):
    """An indicator, or a further version of one that is known: then with a reason."""

    program: _Program
    node: Code
    code: Code
    title: _Title
    unit: IndicatorUnit
    direction: Direction = Direction.UP
    aggregation: Aggregation = Aggregation.RATIO_OF_SUMS
    source_kind: SourceKind
    source: Annotated[Annotated[Line, Field(max_length=64)] | None, Blank] = None
    citation: Annotated[Line, Prose, Field(min_length=1, max_length=400)]
    decimals: Annotated[Whole, Field(ge=0, le=3)] = 1
    reason: Annotated[Reason | None, Blank] = None


class SetBaseline(Input):
    """Where an indicator started: a numerator of a denominator (46 of 100, or a count of 1)."""

    program: _Program
    indicator: Code
    numerator: _Amount
    denominator: _Whole = 1
    measured_on: Day
    reason: Reason


class SetTarget(Input):
    """What an indicator is to reach in a quarter or a year, for the program or one hospital."""

    program: _Program
    indicator: Code
    period: Period
    hospital: Annotated[UUID | None, Blank] = None
    numerator: _Amount
    denominator: _Whole = 1
    reason: Reason


class TakeActuals(Input):
    """Take the figures of a quarter from the measures, at every hospital whose months are locked."""

    program: _Program
    period: Quarter


class ResultQuery(Input):
    """The results of a program in a quarter or a year."""

    program: _Program
    period: Period
