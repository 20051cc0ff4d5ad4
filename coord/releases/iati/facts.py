"""Which results a report has: families of figures, each an output or an outcome with its indicators. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coord.releases.codes import COUNTS, SHARES, CubeCode
from coord.releases.people import NOT_GIVEN
from coord.releases.reads import ImpactReport
from coord.releases.serving import Group, ProtectedCount, ProtectedRate, Published
from coord.releases.tabling import PEOPLE_FIGURES


class ResultType(StrEnum):
    """The standard's codes."""

    OUTPUT = "1"
    OUTCOME = "2"


class Measure(StrEnum):
    """The standard's codes."""

    UNIT = "1"
    PERCENTAGE = "2"


class Side(StrEnum):
    """The two counts of a rate, which stand beside it as indicators of their own."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


@dataclass(frozen=True, slots=True)
class Result:
    """One result: its type, the key of its title, the figures that show it."""

    type: ResultType
    title: str
    figures: Sequence[str]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A published figure, or one count of a published rate."""

    figure: str
    measure: Measure
    side: Side | None = None

    @property
    def code(self) -> str:
        """Our own code of it."""
        return f"{self.figure}.{self.side}" if self.side else self.figure

    @property
    def is_additive(self) -> bool:
        """Whether actuals of this indicator may be added up over periods."""
        return self.measure is Measure.UNIT and (self.figure not in COUNTS or COUNTS[self.figure].is_additive)


@dataclass(frozen=True, slots=True)
class Actual:
    """A shown value and of what it is one: nothing for the whole."""

    value: int
    dimensions: Mapping[str, str]


def _of(*cubes: CubeCode) -> Sequence[str]:
    return [name for name, count in COUNTS.items() if count.cube in cubes]


RESULTS: Sequence[Result] = (
    Result(ResultType.OUTPUT, "impact.services", _of(CubeCode.PERSON_TIMES, CubeCode.SESSIONS, CubeCode.PERSONS)),
    Result(ResultType.OUTPUT, "impact.loop", _of(CubeCode.REFERRALS)),
    Result(ResultType.OUTCOME, "impact.results", tuple(SHARES)),
)


def indicators_of(result: Result) -> Iterator[Indicator]:
    """Its figures; a rate is followed by its two counts."""
    for name in result.figures:
        if name not in SHARES:
            yield Indicator(name, Measure.UNIT)
            continue
        yield Indicator(name, Measure.PERCENTAGE)
        yield Indicator(name, Measure.UNIT, Side.NUMERATOR)
        yield Indicator(name, Measure.UNIT, Side.DENOMINATOR)


def actuals_of(report: ImpactReport, indicator: Indicator) -> Iterator[Actual]:
    """The shown values: of all, of each hospital, of people by sex and age. What is not shown is left out."""
    rows: list[tuple[Mapping[str, str], Published]] = [({}, report.answer.total)]
    rows += [(_hospital(row), row.figures) for row in report.answer.rows]
    if indicator.figure in PEOPLE_FIGURES:
        rows += [(_person(row), row.figures) for row in report.answer.profile]
    for dimensions, figures in rows:
        value = _value(figures[indicator.figure], indicator.side)
        if value is not None:
            yield Actual(value, dimensions)


def _hospital(row: Group) -> Mapping[str, str]:
    code, name = row.key[0]
    return {"hospital": code, "hospital name": name or code}


def _person(row: Group) -> Mapping[str, str]:
    (sex, _), (age, _) = row.key
    return {"sex": sex, "age": "not given" if age == NOT_GIVEN else age}


def _value(figure: ProtectedCount | ProtectedRate, side: Side | None) -> int | None:
    if isinstance(figure, ProtectedCount):
        return figure.value
    if side is None:
        return figure.percent
    return figure.numerator.value if side is Side.NUMERATOR else figure.denominator.value
