"""Filling posts."""

from coord import audit
from coord.kernel.errors import Invalid, Problem
from coord.organizations.tables import Organization
from coord.placements.inputs import Place
from coord.placements.tables import Placement
from coord.programs.tables import Program
from coord.work import Unit, action
from coord.workforce.tables import Worker


@action("placement.manage")
async def place(unit: Unit, given: Place) -> Placement:
    """Open a post, filled or vacant.

    Raises ``Invalid`` when it ends before it starts, or names somebody or something that does not exist.
    """
    if given.ends_on is not None and given.ends_on < given.starts_on:
        raise Invalid(Problem("ends_on", "ENDS_BEFORE_START"))
    unknown = [
        Problem(field, code)
        for field, code, model, key in (
            ("program_id", "NO_SUCH_PROGRAM", Program, given.program_id),
            ("hospital_id", "NO_SUCH_ORGANIZATION", Organization, given.hospital_id),
            ("employer_id", "NO_SUCH_ORGANIZATION", Organization, given.employer_id),
            ("worker_id", "NO_SUCH_WORKER", Worker, given.worker_id),
        )
        if key is not None and await unit.session.get(model, key) is None
    ]
    if unknown:
        raise Invalid(*unknown)
    row = Placement(**given.model_dump())
    unit.add(row)
    await unit.session.flush()
    audit.record(unit, "placement.add", row)
    return row
