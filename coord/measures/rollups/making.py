"""All rollups of a program made anew: at first, when a measure means something else, and when an operator asks."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

from sqlmodel import col, delete

from coord.kernel.sql import select
from coord.measures.rollups.folding import FOLDER, fold
from coord.measures.rollups.recounting import Places, parts_of, put_anew
from coord.measures.rollups.state import changed, held, ready_programs
from coord.measures.rollups.streams import STREAMS, digest_of
from coord.measures.rollups.tables import MeasurePair, MeasureState, MeasureSum
from coord.programs import ProgramFacts
from coord.programs.finding import PROGRAM_FACTS
from coord.programs.tables import Program
from coord.work import Unit, action, begin, read
from coord.work.inserting import insert_new

_MAKING = "making "
_GIVEN_UP = timedelta(minutes=30)
"""After so long without a step whoever was making the figures is taken for dead."""
_PLACES_AT_ONCE = 16


class Busy(Exception):
    """Somebody else folds or makes the same figures just now; a later run finds them done or does it."""


@read("program.list")
async def all_programs(unit: Unit) -> Sequence[ProgramFacts]:
    """Every program; there are few."""
    rows = await unit.rows(PROGRAM_FACTS.order_by(col(Program.code), col(Program.id)).limit(1000))
    return [ProgramFacts(*row) for row in rows]


async def make(program: ProgramFacts, *, again: bool = False) -> None:
    """Count everything of a program anew, part by part, each in a transaction of its own. Raises ``Busy``.

    Whoever writes meanwhile does not wait; whoever reads counts the rows until all is done. ``again`` takes over from
    whoever is at it.
    """
    mark = f"{_MAKING}{uuid4().hex}"
    async with begin(FOLDER) as unit:
        await _begin(unit, program, mark, again=again)
        places = await _places(unit, program)
    for part in (part for some in places for part in parts_of(program, some)):
        async with begin(FOLDER) as unit:
            changed(await _going_on(unit, program, mark), unit.started_at)
            await put_anew(unit, part)
    async with begin(FOLDER) as unit:
        state = await _going_on(unit, program, mark)
        state.digest = digest_of(program.time_zone)
        changed(state, unit.started_at)
        state.checked_at = unit.started_at


@action("job.run")
async def _begin(unit: Unit, program: ProgramFacts, mark: str, *, again: bool) -> None:
    """Nothing stored of a program is read or folded from now on; the mark says who makes it anew."""
    if await unit.scalar(select(MeasureState.program_id).where(col(MeasureState.program_id) == program.id)) is None:
        await insert_new(unit, [MeasureState(program_id=program.id)])
    state = await held(unit, program.id)
    if state is None:
        raise Busy
    is_alive = state.folded_at is not None and unit.started_at - state.folded_at < _GIVEN_UP
    if state.digest.startswith(_MAKING) and is_alive and not again:
        raise Busy
    state.digest = mark
    changed(state, unit.started_at)
    for model in (MeasureSum, MeasurePair):
        gone = delete(model).where(col(model.program_id) == program.id)
        await unit.session.run(gone.execution_options(synchronize_session=False))


async def _going_on(unit: Unit, program: ProgramFacts, mark: str) -> MeasureState:
    """The state of a program that is being made, kept until the unit ends. Raises ``Busy`` when somebody took over."""
    state = await held(unit, program.id)
    if state is None or state.digest != mark:
        raise Busy
    return state


async def _places(unit: Unit, program: ProgramFacts) -> list[Places]:
    """The hospitals of which there is or was anything, some at a time, then the program itself."""
    found: set[UUID] = set()
    for stream in STREAMS:
        for model in (stream.source, stream.change):
            statement = select(model.hospital_id).where(model.program_id == program.id)  # type: ignore[attr-defined]
            found |= set(await unit.scalars(statement.distinct()))
    hospitals = sorted(found)
    some = [tuple(hospitals[n : n + _PLACES_AT_ONCE]) for n in range(0, len(hospitals), _PLACES_AT_ONCE)]
    return [*some, None]


async def keep_up() -> None:
    """Make what is not made yet and fold what waits, program by program, until nothing waits."""
    async with begin(FOLDER, read_only=True) as unit:
        programs = await all_programs(unit)
        ready = await ready_programs(unit)
    for program in programs:
        if program.id not in ready:
            with suppress(Busy):
                await make(program)
        folded = 1
        while folded:
            async with begin(FOLDER) as unit:
                folded = await fold(unit, program)
