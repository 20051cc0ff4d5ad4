"""Whose list it is, for those who oversee."""

from dataclasses import dataclass
from datetime import date

from coord.programs import ProgramFacts


@dataclass(frozen=True, slots=True)
class Watch:
    """Everything of a program that the actor sees, and today there."""

    program: ProgramFacts
    today: date
