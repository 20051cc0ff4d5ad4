"""Programs and the organizations that take part."""

from coord.programs import access as _access
from coord.programs.actions import add_program, join_program, start_program
from coord.programs.finding import ProgramFacts, program_by_code, program_by_id
from coord.programs.inputs import AddProgram, JoinProgram
from coord.programs.reads import PROGRAMS, participants, programs, take_part
from coord.programs.tables import Part, Setting

__all__ = [
    "PROGRAMS",
    "AddProgram",
    "JoinProgram",
    "Part",
    "ProgramFacts",
    "Setting",
    "add_program",
    "join_program",
    "participants",
    "program_by_code",
    "program_by_id",
    "programs",
    "start_program",
    "take_part",
]
_ = _access
