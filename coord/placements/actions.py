"""Filling posts."""

from coord import audit
from coord.kernel.errors import Invalid, Problem
from coord.placements.inputs import Place
from coord.placements.tables import Placement
from coord.work import Unit, action


@action("placement.manage")
async def place(unit: Unit, given: Place) -> Placement:
    """Open a post, filled or vacant. Raises ``Invalid`` when it ends before it starts."""
    if given.ends_on is not None and given.ends_on < given.starts_on:
        raise Invalid(Problem("ends_on", "ENDS_BEFORE_START"))
    row = Placement(**given.model_dump())
    unit.add(row)
    await unit.session.flush()
    audit.record(unit, "placement.add", row)
    return row
