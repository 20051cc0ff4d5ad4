"""Building a release: once for each quarter, idempotent, and what it was rounded with is forgotten."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from coord import audit
from coord.measures.counting import rules_on
from coord.programs import ProgramFacts
from coord.programs.quarters import days_of
from coord.programs.tables import Program
from coord.releases.codes import CubeCode, NoteKind
from coord.releases.counting import TrueCounts, Whole, true_counts
from coord.releases.cubes import Cubes, protected_cells
from coord.releases.ordering import first_release, hospitals_of, need_locked_months
from coord.releases.parameters import Parameters
from coord.releases.signing import digest_of, said_of, told
from coord.releases.tables import ProtectedCell, Release, ReleaseSnapshot
from coord.work import Unit, action


@dataclass(frozen=True, slots=True)
class Built:
    """A quarter counted and protected, before anything of it is stored."""

    release: Release
    snapshot: ReleaseSnapshot
    cells: Cubes


@action("release.count")
async def build_release(unit: Unit, program_id: UUID, quarter: str, ordered_by: UUID | None) -> UUID | None:
    """Count, round and repair a quarter, and store what may be published; None where it is stored already.

    The secret lives in this call alone: whoever holds the database cannot take the rounding back.
    """
    if await first_release(unit, program_id, quarter) is not None:
        return None
    made = await count_quarter(unit, program_id, quarter, ordered_by)
    return await keep_release(unit, made)


@action("release.count")
async def count_quarter(
    unit: Unit, program_id: UUID, quarter: str, ordered_by: UUID | None, restates: UUID | None = None
) -> Built:
    """A quarter as it would be released now; ``restates`` names the release whose place it would take.

    Raises ``Conflict`` where a month is open: since it was ordered a hospital may have come in.
    """
    how, rules = Parameters(), rules_on(days_of(quarter)[1]).version
    program = await unit.find(Program, program_id)
    facts = ProgramFacts(**{name: getattr(program, name) for name in ProgramFacts.__dataclass_fields__})
    await need_locked_months(unit, facts, quarter)
    hospitals = await hospitals_of(unit, program_id, *days_of(quarter))
    counted = await true_counts(unit, Whole(facts, quarter, {one.id for one in hospitals}), how)
    prints = sorted(counted.prints)
    content = digest_of({"records": prints, "counts": told(counted.cubes), "rules": rules})
    cells = protected_cells([str(one.id) for one in hospitals], counted.cubes, counted.withheld, content, how)
    release = Release(
        program_id=program_id, period=quarter, rules_version=rules, parameters=how.stored(), restates_id=restates,
        places=_places(hospitals, counted.withheld), notes=_notes(counted), built_at=unit.started_at,
        ordered_by_id=ordered_by, digest="",
    )  # fmt: skip
    release.digest = digest_of(said_of(release, cells))
    snapshot = ReleaseSnapshot(
        id=release.id, program_id=program_id, rules_version=rules, record_count=len(prints), prints=prints,
        content_hash=content, taken_at=unit.started_at,
    )  # fmt: skip
    return Built(release, snapshot, cells)


def _places(hospitals: Sequence[Any], withheld: Collection[str]) -> list[dict[str, Any]]:
    places = [{"id": str(one.id), "code": one.code, "name": one.name, "province": one.province} for one in hospitals]
    hidden = {"withheld": [CubeCode.PERSON_TIMES.value]}
    return [place | (hidden if place["id"] in withheld else {}) for place in places]


def _notes(counted: TrueCounts) -> list[dict[str, Any]]:
    return [{"kind": NoteKind.CORRECTS.value, "period": period, "text": ""} for period in counted.corrects]


@action("release.count")
async def keep_release(unit: Unit, made: Built) -> UUID | None:
    """Store what was built, whole or not at all; None where another worker stored the same quarter before."""
    try:
        await unit.session.savepoint(made.release)
    except IntegrityError:
        return None
    unit.add(made.snapshot)
    unit.add(*_cells(made.release.id, made.cells))
    audit.record(unit, "release.build", made.release)
    return made.release.id


def _cells(release: UUID, cubes: Mapping[CubeCode, Mapping[tuple[str, str], int]]) -> Sequence[ProtectedCell]:
    return [
        ProtectedCell(release_id=release, cube=cube, group_code=group, class_code=name, value=value)
        for cube, counts in cubes.items()
        for (group, name), value in counts.items()
        if value
    ]
