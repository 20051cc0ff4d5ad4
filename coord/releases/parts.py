"""What releases say: read from their cells, and remembered where it was signed and so cannot become anything else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord.kernel.remembered import Remembered
from coord.kernel.sql import select
from coord.measures import Dimension
from coord.releases.codes import CLASSES, CubeCode
from coord.releases.parameters import Parameters
from coord.releases.serving import Answer, CellKey, Place, Released, answer
from coord.releases.signing import said_of
from coord.releases.tables import ProtectedCell, Release
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class SignedRelease:
    """One quarter's release with its signature; ``key`` and ``signature`` are None before it is published."""

    id: UUID
    digest: str
    key: str | None
    signature: str | None
    released: Released
    said: Mapping[str, Any]
    """Everything that the signature covers."""
    notes: Sequence[Mapping[str, Any]] = ()


@read("release.read")
async def cells_of(unit: Unit, releases: Sequence[UUID]) -> Mapping[UUID, Mapping[CellKey, int]]:
    """The cells of some releases."""
    columns = (
        ProtectedCell.release_id,
        ProtectedCell.cube,
        ProtectedCell.group_code,
        ProtectedCell.class_code,
        ProtectedCell.value,
    )
    found: dict[UUID, dict[CellKey, int]] = {}
    statement = select(*columns).where(col(ProtectedCell.release_id).in_(releases))
    for release, cube, group, name, value in await unit.rows(statement):
        found.setdefault(release, {})[cube, group, name] = value
    return found


@read("release.read")
async def stored_cells(unit: Unit, release: UUID) -> Mapping[CubeCode, Mapping[tuple[str, str], int]]:
    """The cells of one release, as they are signed."""
    return by_cube((await cells_of(unit, [release])).get(release, {}))


def by_cube(cells: Mapping[CellKey, int]) -> Mapping[CubeCode, Mapping[tuple[str, str], int]]:
    """Cells as they are signed: every family, each cube of people only where it was built."""
    found: dict[CubeCode, dict[tuple[str, str], int]] = {cube: {} for cube in CLASSES}
    for (cube, group, name), value in cells.items():
        found.setdefault(cube, {})[group, name] = value
    return found


def released_of(release: Release, cells: Mapping[CellKey, int]) -> Released:
    """A release as figures are served from it."""
    return Released(release.period, places_of(release.places), cells, Parameters.of(release.parameters))


def places_of(said: Sequence[Mapping[str, Any]]) -> Sequence[Place]:
    """Hospitals as a release says them."""
    return [
        Place(
            UUID(one["id"]), one["code"], one["name"], one["province"],
            frozenset(CubeCode(name) for name in one.get("withheld", ())),
        )
        for one in said
    ]  # fmt: skip


# A digest is over everything that a release says, so what is remembered under it is what stands under it.
_parts = Remembered[SignedRelease](most=64)
_answers = Remembered[Answer](most=64)


@read("release.read")
async def signed_parts(unit: Unit, releases: Sequence[Release]) -> Sequence[SignedRelease]:
    """Releases with what they say; of one that was signed it is read once. Whoever sees a release sees all of it."""
    kept = {one.id: _parts.get((one.id, one.digest, one.signature)) for one in releases if one.signature}
    missing = [one.id for one in releases if not kept.get(one.id)]
    cells = await cells_of(unit, missing) if missing else {}
    return [kept.get(one.id) or _remember(one, cells.get(one.id, {})) for one in releases]


def _remember(one: Release, cells: Mapping[CellKey, int]) -> SignedRelease:
    said = said_of(one, by_cube(cells))
    part = SignedRelease(one.id, one.digest, one.signing_key, one.signature, released_of(one, cells), said, one.notes)
    return _parts.put((one.id, one.digest, one.signature), part) if one.signature else part


def answer_of(parts: Sequence[SignedRelease], by: Sequence[Dimension], hospitals: Collection[UUID] | None) -> Answer:
    """A pure function of what was released, so that it is worked out once where that was signed."""
    wanted = None if hospitals is None else frozenset(hospitals)
    key = (tuple((part.id, part.digest, part.signature) for part in parts), tuple(by), wanted)
    found = _answers.get(key)
    if found is None:
        found = answer([part.released for part in parts], by, wanted)
        if all(part.signature for part in parts):
            _answers.put(key, found)
    return found
