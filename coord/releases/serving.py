"""What a release answers: sums of its protected cells and nothing else. Pure: no I/O.

An answer is a function of the cells, so however somebody slices, he learns no more than the cells say. The flags that
hide a number are computed from protected values only.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from coord.kernel.remembered import LastingRows
from coord.measures import Dimension
from coord.releases.codes import (
    CLASSES,
    COUNTS,
    NOT_SPLIT,
    PROFILE_OF,
    SHARES,
    Count,
    CountStatus,
    CubeCode,
    Share,
)
from coord.releases.parameters import Parameters
from coord.releases.people import GROUPS

SERVED = (Dimension.HOSPITAL, Dimension.PROVINCE, Dimension.QUARTER)
"""By what a release can be grouped: its own dimensions, and what follows from them."""
CellKey = tuple[CubeCode, str, str]
"""Cube, group (the id of a hospital, or sex and age), class."""


@dataclass(frozen=True, slots=True)
class Place:
    """A hospital as it was when the release was built."""

    id: UUID
    code: str
    name: str
    province: str | None
    withheld: frozenset[CubeCode] = frozenset()
    """Families of which nothing is said about this hospital."""


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

    @property
    def rest(self) -> int | None:
        """Whole percent of those for whom it did not happen; None where the rate has no value."""
        return None if self.percent is None else 100 - self.percent


Published = Mapping[str, ProtectedCount | ProtectedRate]
HIDDEN = ProtectedCount(None, CountStatus.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Group:
    """One row: code and name for each dimension asked for, and its figures."""

    key: tuple[tuple[str, str | None], ...]
    figures: Published


@dataclass(frozen=True, slots=True)
class Answer:
    """All rows, the total, and how many numbers are hidden in them.

    ``profile``: people by sex and age, all hospitals together; empty where that was not released, or for some hospitals.
    """

    rows: Sequence[Group]
    total: Published
    suppressed: int
    profile: Sequence[Group] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """One group of one quarter, and the cubes that are asked for each family there; None: nothing is said."""

    released: Released
    group: str
    cubes: Mapping[CubeCode, CubeCode | None]


def answer(releases: Sequence[Released], by: Sequence[Dimension], hospitals: Collection[UUID] | None) -> Answer:
    """The figures of some quarters, grouped by served dimensions, for all hospitals or those named.

    The total is the sum over the hospitals asked for; hospitals that a release does not know add nothing.
    """
    groups: dict[tuple[tuple[str, str | None], ...], list[_Part]] = {}
    everything = []
    for released in releases:
        for place in released.places:
            if hospitals is None or place.id in hospitals:
                part = _Part(released, str(place.id), {c: None if c in place.withheld else c for c in CLASSES})
                everything.append(part)
                groups.setdefault(tuple(_VALUE[one](released, place) for one in by), []).append(part)
    how = releases[-1].parameters
    rows = [Group(key, _figures(parts, how)) for key, parts in sorted(groups.items(), key=_by_code)] if by else []
    total = _figures(everything, how)
    hidden = sum(_hidden(published) for published in (total, *(row.figures for row in rows)))
    profile = _profile(releases, how) if hospitals is None else ()
    return Answer(LastingRows(rows), total, hidden, LastingRows(profile))


def _profile(releases: Sequence[Released], how: Parameters) -> Sequence[Group]:
    """People by sex and age, where every quarter has a cube of them."""
    held = [{cube for cube, _, _ in released.cells} for released in releases]
    cubes: dict[CubeCode, CubeCode | None] = dict.fromkeys(CLASSES)
    cubes |= {cube: profile for cube, profile in PROFILE_OF.items() if all(profile in one for one in held)}
    if not any(cubes.values()):
        return []
    filled = {group for released in releases for cube, group, _ in released.cells if cube in cubes.values()}
    return [
        Group(_keys(group), _figures([_Part(one, group, cubes) for one in releases], how))
        for group in GROUPS
        if group in filled
    ]


def _keys(group: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((code, None) for code in group.split("/"))


_VALUE: Mapping[Dimension, Callable[[Released, Place], tuple[str, str | None]]] = {
    Dimension.HOSPITAL: lambda _, place: (place.code, place.name),
    Dimension.PROVINCE: lambda _, place: (place.province or "NOT_GIVEN", place.province),
    Dimension.QUARTER: lambda released, _: (released.quarter, released.quarter),
}


def _by_code(item: tuple[tuple[tuple[str, str | None], ...], Any]) -> tuple[str, ...]:
    return tuple(code for code, _ in item[0])


@dataclass(slots=True)
class _Sums:
    """The sums of a slice by family and class, and the families of which nothing is said anywhere in it."""

    of: dict[tuple[CubeCode, str], int] = field(default_factory=dict)
    silent: set[CubeCode] = field(default_factory=set)

    def over(self, cube: CubeCode, classes: Sequence[str]) -> int:
        """Of some classes together."""
        return sum(self.of.get((cube, name), 0) for name in classes)

    def not_split(self, cube: CubeCode) -> int:
        """Of groups whose classes are not told."""
        return self.of.get((cube, NOT_SPLIT), 0)


def _sums(parts: Sequence[_Part]) -> _Sums:
    found = _Sums()
    for cube, classes in CLASSES.items():
        asked = [(part, part.cubes[cube]) for part in parts]
        if asked and all(stored is None for _, stored in asked):
            found.silent.add(cube)
        for name in (*classes, NOT_SPLIT):
            found.of[cube, name] = sum(
                part.released.cells.get((stored, part.group, name), 0) for part, stored in asked if stored
            )
    return found


def _figures(parts: Sequence[_Part], how: Parameters) -> Published:
    sums = _sums(parts)
    is_one_quarter = len({part.released.quarter for part in parts}) <= 1
    counts = {
        name: _count(count, sums, how) if count.is_additive or is_one_quarter else HIDDEN
        for name, count in COUNTS.items()
    }
    return {**counts, **{name: _rate(share, sums, how) for name, share in SHARES.items()}}


def shown(value: int, how: Parameters) -> ProtectedCount:
    """A protected value as it is published: 0 and what reaches the floor are shown."""
    return HIDDEN if 0 < value < how.display_floor else ProtectedCount(value, CountStatus.SHOWN)


def _count(count: Count, sums: _Sums, how: Parameters) -> ProtectedCount:
    """Groups whose people all fell in one class count in the whole family only, never in a part of it."""
    if count.cube in sums.silent:
        return HIDDEN
    every, not_split = CLASSES[count.cube], sums.not_split(count.cube)
    split = sums.over(count.cube, count.classes)
    if set(count.classes) == set(every):
        return shown(split + not_split, how)
    if not_split and not sums.over(count.cube, every):
        return HIDDEN
    return shown(split, how)


def _rate(share: Share, sums: _Sums, how: Parameters) -> ProtectedRate:
    part, whole = sums.over(share.cube, share.part), sums.over(share.cube, share.whole)
    numerator, denominator = shown(part, how), shown(whole, how)
    if share.cube in sums.silent or (not sums.over(share.cube, CLASSES[share.cube]) and sums.not_split(share.cube)):
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
