"""Every night a sample of what is kept ready is counted anew from the rows; what differs is put right, and people are told."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from sqlmodel import col, delete

from coord.access import Role
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.measures.rollups.folding import FOLDER, SUMS
from coord.measures.rollups.making import all_programs
from coord.measures.rollups.recounting import Part, Places, parts_of, put_anew
from coord.measures.rollups.state import changed, held
from coord.measures.rollups.streams import digest_of
from coord.measures.rollups.tables import MeasurePair, MeasureSum
from coord.notices import NoticeKind, tell_holders
from coord.programs import ProgramFacts
from coord.work import Unit, action, begin

SAMPLE = 12
"""How many parts of a program's rollups are counted anew in a night."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of one part found: how many rows it compared, and how many said something else."""

    places: Places
    along: str
    rows: int
    wrong: int


def numbers_of(model: Any) -> Sequence[str]:
    """The columns of a table of rollups that count."""
    return SUMS if model is MeasureSum else ("number",)


@action("job.run")
async def check(unit: Unit, part: Part) -> Checked | None:
    """Compare a part with the rows, and put it right; None while it is folded or made by somebody else."""
    state = await held(unit, part.program.id)
    if state is None or state.digest != digest_of(part.program.time_zone):
        return None
    keys = len(part.names) - len(numbers_of(part.model))
    stored = select(*(getattr(part.model, name) for name in part.names)).where(*part.stored)
    right = {tuple(row[:keys]): tuple(row[keys:]) for row in await unit.rows(part.zoned(unit))}
    kept = {tuple(row[:keys]): tuple(row[keys:]) for row in await unit.rows(stored) if any(row[keys:])}
    wrong = sum(right.get(key) != kept.get(key) for key in right.keys() | kept.keys())
    if wrong:
        await put_anew(unit, part)
        changed(state, unit.started_at)
        _tell(unit, part.program, part.along, wrong)
    state.checked_at = unit.started_at
    return Checked(part.places, part.along, len(right), wrong)


def _tell(unit: Unit, program: ProgramFacts, along: str, wrong: int) -> None:
    """A figure was wrong since the last check: the administrators of the foundation hear of it, and the log says where."""
    log.error("rollups.differed", program=program.code, along=along, rows=wrong)
    tell_holders(unit, [Role.ADMINISTRATOR], program.foundation_id, NoticeKind.FIGURES_REPAIRED, "figures", program.id)


async def sampled(unit: Unit, program: ProgramFacts, day: date, number: int = SAMPLE) -> Sequence[Part]:
    """Parts of a program's rollups, drawn by the day: the same for whoever draws again."""
    statement = select(MeasureSum.place_id).where(col(MeasureSum.program_id) == program.id).distinct()
    places: list[Places] = [(place,) for place in sorted(await unit.scalars(statement))]
    # nosemgrep: guessable -- a sample that can be drawn again, no secret
    draw = random.Random(f"{program.code} {day}")  # noqa: S311  a sample, no secret
    drawn = draw.choices([*places, None], k=number)
    return [draw.choice(list(parts_of(program, some))) for some in drawn]


async def check_sample() -> Sequence[Checked]:
    """Tonight's sample of every program, each part in a transaction of its own; rows of nothing are cleared away."""
    found: list[Checked] = []
    async with begin(FOLDER, read_only=True) as unit:
        drawn = [
            (program, await sampled(unit, program, local_date(unit.started_at, program.time_zone)))
            for program in await all_programs(unit)
        ]
    for program, parts in drawn:
        for part in parts:
            async with begin(FOLDER) as unit:
                checked = await check(unit, part)
            found += [] if checked is None else [checked]
        async with begin(FOLDER) as unit:
            await _clear(unit, program.id)
    return found


@action("job.run")
async def _clear(unit: Unit, program_id: UUID) -> None:
    if await held(unit, program_id) is not None:
        empty = delete(MeasurePair).where(col(MeasurePair.program_id) == program_id, col(MeasurePair.number) == 0)
        await unit.session.run(empty.execution_options(synchronize_session=False))
