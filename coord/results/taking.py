"""Taking the figures of a quarter by the program's code: what a door calls."""

from coord.results.actions import program_run
from coord.results.inputs import TakeActuals
from coord.results.measuring import take_actuals
from coord.results.reads import current_definitions
from coord.work import Unit, action


@action("result.manage")
async def take_quarter(unit: Unit, given: TakeActuals) -> int:
    """Store what the measures say of a quarter for every hospital whose months are locked; how many figures are new.

    Raises ``Conflict`` when no hospital has locked the quarter.
    """
    program = await program_run(unit, given.program)
    return await take_actuals(unit, program, given.period, await current_definitions(unit, program.id))
