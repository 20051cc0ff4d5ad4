"""Protecting a quarter's true counts: rounding, repairing, and merging what would tell too much. Pure but for the secret."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from itertools import product

from coord.releases.codes import CLASSES, NOT_SPLIT, PROFILE_OF, CubeCode
from coord.releases.parameters import Parameters
from coord.releases.people import GROUPS
from coord.releases.protecting import Key, Protection, TrueCube, cube_key, protect

Counts = Mapping[tuple[str, str], int]
Cubes = Mapping[CubeCode, Counts]
_SECRET = 32
_BY_HOSPITAL = ((1,), (0,))
"""Margins of hospital and class: over all hospitals for each class, and each hospital's own total."""
_BY_PERSON = ((2,), (0, 2), (1, 2))
"""Margins of sex, age and class: each class, and each class by sex and by age."""


def protected_cells(
    hospitals: Sequence[str], counted: Cubes, withheld: Collection[str], content: str, how: Parameters
) -> Cubes:
    """Every cube protected with a secret of this moment, which is then forgotten.

    Person-times of ``withheld`` hospitals are in no sum. A cube by sex and age that would cut small classes a second
    time has no classes, or is not built at all.
    """
    secret = secrets.token_bytes(_SECRET)
    found: dict[CubeCode, Counts] = {}
    for cube, classes in CLASSES.items():
        kept = () if cube is not CubeCode.PERSON_TIMES else withheld
        cells = {
            (place, name): 0 if place in kept else counted[cube].get((place, name), 0)
            for place, name in product(hospitals, classes)
        }
        key = cube_key(secret, content, cube.value)
        found[cube] = merged(_protected(cells, _BY_HOSPITAL, key, how), classes)
    for cube, profile in PROFILE_OF.items():
        coarse = coarsened(counted[profile], CLASSES[cube], how.shared_margin)
        if coarse:
            key = cube_key(secret, content, profile.value)
            found[profile] = merged(_profile(coarse, key, how), CLASSES[cube])
    return found


def _protected(cells: Counts, margins: Sequence[tuple[int, ...]], key: bytes, how: Parameters) -> Counts:
    true: dict[Key, int] = {cell: value for cell, value in cells.items()}  # noqa: C416  as keys of any length
    published = protect(TrueCube(true, margins), key, Protection(how.base, how.margin_floor))
    return {(group, name): value for (group, name), value in published.items()}


def _profile(cells: Counts, key: bytes, how: Parameters) -> Counts:
    true: dict[Key, int] = {(*group.split("/"), name): value for (group, name), value in cells.items()}
    published = protect(TrueCube(true, _BY_PERSON), key, Protection(how.base, how.margin_floor))
    return {(f"{sex}/{age}", name): value for (sex, age, name), value in published.items()}


def coarsened(counts: Counts, classes: Sequence[str], least: int) -> Counts:
    """A cube by sex and age as it may stand beside the one by hospital: shared margins hold enough people, or nobody.

    Without classes where one of them is too small; empty where all people together are too few.
    """
    by_class = {name: sum(counts.get((group, name), 0) for group in GROUPS) for name in classes}
    if sum(by_class.values()) < least:
        return {}
    if all(number == 0 or number >= least for number in by_class.values()):
        return {(group, name): counts.get((group, name), 0) for group, name in product(GROUPS, classes)}
    return {(group, NOT_SPLIT): sum(counts.get((group, name), 0) for name in classes) for group in GROUPS}


def merged(cells: Counts, classes: Sequence[str]) -> Counts:
    """Nobody learns that everybody of a group is of one kind (group disclosure)."""
    if len(classes) == 1:
        return cells
    found = dict(cells)
    for group in {group for group, _ in cells}:
        filled = [name for name in classes if cells.get((group, name))]
        if len(filled) == 1:
            found[group, NOT_SPLIT] = found.pop((group, filled[0]))
    return found
