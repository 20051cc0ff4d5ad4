"""Figures since the first release: sums of protected quarters, and nothing that was counted for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col

from coord.kernel.sql import select
from coord.programs import ProgramFacts
from coord.releases.codes import ReleaseState
from coord.releases.parts import cells_of, released_of
from coord.releases.serving import Published, answer
from coord.releases.tables import Release
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class Cumulated:
    """The sums of all published quarters up to one; of persons only those first met are additive."""

    quarters: Sequence[str]
    total: Published


@read("release.read")
async def cumulated(unit: Unit, program: ProgramFacts, until: str) -> Cumulated:
    """Every published quarter of a program up to and with one, together. Two statements."""
    statement = select(Release).where(
        col(Release.program_id) == program.id,
        col(Release.state) == ReleaseState.PUBLISHED,
        col(Release.period) <= until,
    )
    found: Sequence[Release] = await unit.scalars(statement.order_by(col(Release.period)))
    cells = await cells_of(unit, [one.id for one in found])
    released = [released_of(one, cells.get(one.id, {})) for one in found]
    return Cumulated([one.quarter for one in released], answer(released, (), None).total)
