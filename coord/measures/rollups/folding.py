"""Changes go into the sums and pairs, in one transaction that takes them out of the table of changes."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from coord.access import system
from coord.measures.definitions import MEASURES
from coord.measures.rollups.rules import Cell, Difference
from coord.measures.rollups.state import changed, held
from coord.measures.rollups.streams import digest_of
from coord.measures.rollups.tables import MeasurePair, MeasureSum
from coord.measures.rollups.waiting import Waiting, waiting
from coord.programs import ProgramFacts
from coord.work import Unit, action
from coord.work.adding import add_to

FOLDER = system("rollups", "keeps the figures of every program ready", "job.run", "measure.read", "program.list")
AT_ONCE = 5000
"""How many changes of each table are folded in one transaction."""
_IDS_AT_ONCE = 1000
SUMS = tuple(name for name in MeasureSum.model_fields if name in MEASURES)


def _cell(program_id: UUID, cell: Cell) -> dict[str, Any]:
    return {
        "program_id": program_id, "along": cell.along.value, "place_id": cell.place_id, "month": cell.month,
        "key": cell.key,
    }  # fmt: skip


def sum_rows(program_id: UUID, difference: Difference) -> Iterator[dict[str, Any]]:
    """What is added to sums, by column."""
    for cell, values in difference.sums.items():
        if any(values.values()):
            yield _cell(program_id, cell) | {name: values[name] for name in SUMS}


def pair_rows(program_id: UUID, difference: Difference) -> Iterator[dict[str, Any]]:
    """What is added to pairs, by column."""
    for measure, pairs in difference.pairs.items():
        for pair, number in pairs.items():
            if number:
                yield _cell(program_id, pair.cell) | {
                    "measure": measure, "previous": pair.previous, "number": number,
                }  # fmt: skip


@action("job.run")
async def fold(unit: Unit, program: ProgramFacts, most: int = AT_ONCE) -> int:
    """Fold changes of a program; how many. None are while its figures are being made, or folded by somebody else."""
    state = await held(unit, program.id)
    if state is None or state.digest != digest_of(program.time_zone):
        return 0
    found = await waiting(unit, program, most)
    if found is None or not found.number:
        return 0
    await add_to(unit, MeasureSum, sum_rows(program.id, found.difference), SUMS)
    await add_to(unit, MeasurePair, pair_rows(program.id, found.difference), ("number",))
    await _forget(unit, found)
    changed(state, unit.started_at)
    return found.number


async def _forget(unit: Unit, found: Waiting) -> None:
    for change, ids in found.changes.items():
        for start in range(0, len(ids), _IDS_AT_ONCE):
            gone = delete(change).where(change.id.in_(ids[start : start + _IDS_AT_ONCE]))  # type: ignore[attr-defined]
            await unit.session.run(gone.execution_options(synchronize_session=False))
