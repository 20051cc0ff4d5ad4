"""What a release answers: sums of its protected cells and nothing else. Pure: no I/O.

An answer is a function of the cells, so however somebody slices, he learns no more than the cells say. The flags that
hide a number are computed from protected values only.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from coord.measures import Dimension
from coord.releases.codes import CLASSES, COUNTS, NOT_SPLIT, SHARES, Count, CountStatus, CubeCode, Share
from coord.releases.parameters import Parameters

SERVED = (Dimension.HOSPITAL, Dimension.PROVINCE, Dimension.QUARTER)
"""By what a release can be grouped: its own dimensions, and what follows from them."""
CellKey = tuple[CubeCode, UUID, str]
Classes = Mapping[tuple[CubeCode, str], int]


@dataclass(frozen=True, slots=True)
class Place:
    """A hospital as it was when the release was built."""

    id: UUID
    code: str
    name: str
    province: str | None


@dataclass(frozen=True, slots=True)
class Released:
    """One quarter's release: its cells, its hospitals, its parameters."""

    quarter: str
    places: Sequence[Place]
    cells: Mapping[CellKey, int]
    parameters: Parameters = field(default_factory=Parameters)


@dataclass(frozen=True, slots=True)
class ProtectedCount:
    """A published count; None where it is too small to be shown."""

    value: int | None
    status: CountStatus


@dataclass(frozen=True, slots=True)
class ProtectedRate:
    """A published rate in whole percent, with both its counts."""

    numerator: ProtectedCount
    denominator: ProtectedCount
    percent: int | None
    status: CountStatus


Published = Mapping[str, ProtectedCount | ProtectedRate]
HIDDEN = ProtectedCount(None, CountStatus.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Group:
    """One row: code and name for each dimension asked for, and its figures."""

    key: tuple[tuple[str, str | None], ...]
    figures: Published


@dataclass(frozen=True, slots=True)
class Answer:
    """All rows, the total, and how many numbers are hidden in them."""

    rows: Sequence[Group]
    total: Published
    suppressed: int


def answer(releases: Sequence[Released], by: Sequence[Dimension], hospitals: Collection[UUID] | None) -> Answer:
    """The figures of some quarters, grouped by served dimensions, for all hospitals or those named.

    The total is the sum over the hospitals asked for; hospitals that a release does not know add nothing.
    """
    groups: dict[tuple[tuple[str, str | None], ...], list[tuple[Released, Place]]] = {}
    everything = [
        (released, place)
        for released in releases
        for place in released.places
        if hospitals is None or place.id in hospitals
    ]
    for released, place in everything:
        groups.setdefault(tuple(_VALUE[one](released, place) for one in by), []).append((released, place))
    how = releases[-1].parameters
    rows = [Group(key, _figures(members, how)) for key, members in sorted(groups.items(), key=_by_code)] if by else []
    total = _figures(everything, how)
    hidden = sum(_hidden(published) for published in (total, *(row.figures for row in rows)))
    return Answer(rows, total, hidden)


_VALUE: Mapping[Dimension, Callable[[Released, Place], tuple[str, str | None]]] = {
    Dimension.HOSPITAL: lambda _, place: (place.code, place.name),
    Dimension.PROVINCE: lambda _, place: (place.province or "NOT_GIVEN", place.province),
    Dimension.QUARTER: lambda released, _: (released.quarter, released.quarter),
}


def _by_code(item: tuple[tuple[tuple[str, str | None], ...], Any]) -> tuple[str, ...]:
    return tuple(code for code, _ in item[0])


def _figures(members: Sequence[tuple[Released, Place]], how: Parameters) -> Published:
    sums: dict[tuple[CubeCode, str], int] = {}
    for released, place in members:
        for cube, classes in CLASSES.items():
            for name in (*classes, NOT_SPLIT):
                sums[cube, name] = sums.get((cube, name), 0) + released.cells.get((cube, place.id, name), 0)
    is_one_quarter = len({released.quarter for released, _ in members}) <= 1
    counts = {
        name: _count(count, sums, how) if count.is_additive or is_one_quarter else HIDDEN
        for name, count in COUNTS.items()
    }
    return {**counts, **{name: _rate(share, sums, how) for name, share in SHARES.items()}}


def shown(value: int, how: Parameters) -> ProtectedCount:
    """A protected value as it is published: 0 and what reaches the floor are shown."""
    return HIDDEN if 0 < value < how.display_floor else ProtectedCount(value, CountStatus.SHOWN)


def _sum(cube: CubeCode, classes: Sequence[str], sums: Classes) -> int:
    return sum(sums.get((cube, name), 0) for name in classes)


def _count(count: Count, sums: Classes, how: Parameters) -> ProtectedCount:
    """Hospitals whose people all fell in one class count in the whole family only, never in a part of it."""
    every, not_split = CLASSES[count.cube], sums.get((count.cube, NOT_SPLIT), 0)
    split = _sum(count.cube, count.classes, sums)
    if set(count.classes) == set(every):
        return shown(split + not_split, how)
    if not_split and not _sum(count.cube, every, sums):
        return HIDDEN
    return shown(split, how)


def _rate(share: Share, sums: Classes, how: Parameters) -> ProtectedRate:
    part, whole = _sum(share.cube, share.part, sums), _sum(share.cube, share.whole, sums)
    numerator, denominator = shown(part, how), shown(whole, how)
    if not whole and sums.get((share.cube, NOT_SPLIT), 0):
        numerator = denominator = HIDDEN
    if whole < how.rate_floor or numerator.status is CountStatus.SUPPRESSED:
        return ProtectedRate(numerator, denominator, None, CountStatus.SUPPRESSED)
    # Half a percent is rounded up.
    return ProtectedRate(numerator, denominator, (200 * part + whole) // (2 * whole), CountStatus.SHOWN)


def _hidden(published: Published) -> int:
    counts = [
        one
        for figure in published.values()
        for one in ((figure.numerator, figure.denominator) if isinstance(figure, ProtectedRate) else (figure,))
    ]
    return sum(one.status is CountStatus.SUPPRESSED for one in counts)
