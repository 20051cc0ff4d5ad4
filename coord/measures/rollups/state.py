"""How the figures of a program stand that are kept ready: by what they were made, since when they say the same, what waits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import literal
from sqlmodel import col

from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.measures.names import taking_part
from coord.measures.rollups.streams import STREAMS, Stream, digest_of
from coord.measures.rollups.tables import MeasureState
from coord.programs import ProgramFacts
from coord.programs.finding import PROGRAM_BY_CODE, program_beside
from coord.programs.tables import Program
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class Readiness:
    """Of a program: the version of its sums and pairs, the streams of which changes are not folded, who takes part."""

    version: UUID | None
    waiting: Sequence[Stream]
    taking_part: str | None = None


@cache
def _programs_with_state(*, with_names: bool) -> Any:
    """One statement, made once: a program, its state, whether anything of each stream waits, and who takes part."""
    program_id = col(Program.id)
    waits = [select(stream.change.id).where(stream.change.program_id == program_id).exists() for stream in STREAMS]  # type: ignore[attr-defined]
    names = taking_part(program_id) if with_names else literal("")
    state = PROGRAM_BY_CODE.outerjoin(MeasureState, col(MeasureState.program_id) == program_id)
    return state.add_columns(MeasureState.digest, MeasureState.version, names, *waits)


@read("measure.read")
async def program_and_readiness(
    unit: Unit, code: str, *, with_names: bool = False
) -> tuple[ProgramFacts, Readiness | None]:  # fmt: skip
    """A program and how its rollups stand, in one turn; None unless they were made by what its measures mean today.

    Raises as ``program_by_code`` does.
    """
    program, beside = await program_beside(unit, _programs_with_state(with_names=with_names), code)
    digest, version, names, *waits = beside
    if digest != digest_of(program.time_zone):
        return program, None
    waiting = [stream for stream, is_waiting in zip(STREAMS, waits, strict=True) if is_waiting]
    return program, Readiness(version, waiting, names)


@read("measure.read")
async def ready_programs(unit: Unit) -> Collection[UUID]:
    """The programs whose rollups were made by what their measures mean today."""
    states = select(MeasureState.program_id, MeasureState.digest, Program.time_zone)
    rows = await unit.rows(states.join(Program, col(Program.id) == col(MeasureState.program_id)))
    return {program_id for program_id, digest, zone in rows if digest == digest_of(zone)}


async def held(unit: Unit, program_id: UUID) -> MeasureState | None:
    """The state of a program, kept from everybody else until the unit ends; None while somebody else has it."""
    statement = select(MeasureState).where(col(MeasureState.program_id) == program_id)
    found: MeasureState | None = await unit.scalar(statement.with_for_update(skip_locked=True))
    return found


def changed(state: MeasureState, at: datetime) -> None:
    """Sums and pairs say something else once this unit ends: what was remembered of them is not what stands there.

    The version is no number that goes up: a base that was restored would come to the same numbers with other figures.
    """
    state.version, state.folded_at = uuid7(), at
