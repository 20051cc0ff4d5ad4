"""What a chart shows: words and values, already in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Series:
    """One color of a chart; ``tone`` is s1 to s5, or sn for everything else."""

    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class Column:
    """One slot of the axis: its short label, its full name, a value per series, the rows behind it."""

    label: str
    name: str
    values: Sequence[int]
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar: its label, its value, words after the value, the rows behind it."""

    label: str
    value: int
    after: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A province: its value (None where nobody works there) and the rows behind it."""

    name: str
    value: int | None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """What goes from one place to another, and the rows behind it."""

    start: str
    end: str
    value: int
    href: str | None = None
