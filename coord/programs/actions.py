"""Starting programs and letting organizations join."""

from sqlalchemy.exc import IntegrityError

from coord import audit
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.programs.inputs import AddProgram, JoinProgram
from coord.programs.tables import Participation, Program
from coord.work import Unit, action


@action("program.manage")
async def add_program(unit: Unit, given: AddProgram) -> Program:
    """Start a program. Raises ``Conflict`` when the code is taken, ``Invalid`` when it ends before it starts."""
    if given.ends_on is not None and given.ends_on < given.starts_on:
        raise Invalid(Problem("ends_on", "ENDS_BEFORE_START"))
    row = Program(**given.model_dump())
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("code", "CODE_TAKEN")) from None
    audit.record(unit, "program.add", row)
    return row


@action("program.manage")
async def join_program(unit: Unit, given: JoinProgram) -> Participation:
    """Let an organization take part. Raises ``Conflict`` when it already does."""
    row = Participation(**given.model_dump())
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("organization_id", "JOINED_ALREADY")) from None
    audit.record(unit, "program.join", row)
    return row
