"""How the figures of a program stand that are kept ready: by what they were made, since when they say the same, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, literal
from sqlmodel import col

from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.measures.names import taking_part
from coord.measures.rollups.streams import STREAMS, Stream, digest_of
from coord.measures.rollups.tables import MeasureState
from coord.programs import ProgramFacts
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class Readiness:
    """Of a program: the version of its sums and pairs, the streams of which changes are not folded, who takes part."""

    version: UUID | None
    waiting: Sequence[Stream]
    taking_part: str | None = None


@cache
def _state_of_program(*, with_names: bool) -> Any:
    """One statement, made once: the state, whether anything of each stream waits, and who takes part."""
    program_id = bindparam("program", type_=Uuid())
    waits = [select(stream.change.id).where(stream.change.program_id == program_id).exists() for stream in STREAMS]  # type: ignore[attr-defined]
    names = taking_part(program_id) if with_names else literal("")
    columns = (MeasureState.digest, MeasureState.version, names, *waits)
    return select(*columns).where(col(MeasureState.program_id) == program_id)


@read("measure.read")
async def readiness(unit: Unit, program: ProgramFacts, *, with_names: bool = False) -> Readiness | None:
    """How the rollups of a program stand; None unless they were made by what its measures mean today."""
    rows = await unit.rows(_state_of_program(with_names=with_names), program=program.id)
    if not rows or rows[0].digest != digest_of(program.time_zone):
        return None
    _, version, names, *waits = rows[0]
    return Readiness(version, [stream for stream, waiting in zip(STREAMS, waits, strict=True) if waiting], names)


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
