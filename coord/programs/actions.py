"""Starting programs and letting organizations join."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from coord import audit
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.organizations.tables import Organization
from coord.programs.inputs import AddProgram, JoinProgram
from coord.programs.setting_up import managed_program
from coord.programs.tables import Part, Participation, Program
from coord.work import Unit, action


@action("program.manage")
async def add_program(unit: Unit, given: AddProgram) -> Program:
    """Start a program. Raises ``Conflict`` when the code is taken, ``Invalid`` when it ends before it starts."""
    if given.ends_on is not None and given.ends_on < given.starts_on:
        raise Invalid(Problem("ends_on", "ENDS_BEFORE_START"))
    if not unit.actor.unscoped and given.foundation_id not in unit.actor.administers():
        raise Invalid(Problem("foundation_id", "NO_SUCH_ORGANIZATION"))
    await _check_organization(unit, "foundation_id", given.foundation_id)
    row = Program(**given.model_dump())
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("code", "CODE_TAKEN")) from None
    audit.record(unit, "program.add", row)
    return row


@action("program.manage")
async def start_program(unit: Unit, given: AddProgram) -> Program:
    """Start a program in which its foundation takes part from the first day. Raises as ``add_program`` does."""
    row = await add_program(unit, given)
    own = JoinProgram(
        program_id=row.id, organization_id=row.foundation_id, part=Part.FOUNDATION, starts_on=row.starts_on
    )
    await join_program(unit, own)
    return row


async def _check_organization(unit: Unit, field: str, organization_id: UUID) -> Organization:
    found = await unit.session.get(Organization, organization_id)
    if found is None:
        raise Invalid(Problem(field, "NO_SUCH_ORGANIZATION"))
    return found


@action("program.manage")
async def join_program(unit: Unit, given: JoinProgram) -> Participation:
    """Let an organization take part.

    Raises ``Conflict`` when it already does, ``Invalid`` for a program that the actor does not set up and for an
    organization that is not in its directory.
    """
    if given.ends_on is not None and given.ends_on < given.starts_on:
        raise Invalid(Problem("ends_on", "ENDS_BEFORE_START"))
    program = await managed_program(unit, given.program_id)
    organization = await _check_organization(unit, "organization_id", given.organization_id)
    if organization.foundation_id != program.foundation_id:
        raise Invalid(Problem("organization_id", "NO_SUCH_ORGANIZATION"))
    row = Participation(**given.model_dump())
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("organization_id", "JOINED_ALREADY")) from None
    audit.record(unit, "program.join", row)
    return row
