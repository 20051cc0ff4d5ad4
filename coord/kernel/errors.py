"""Expected refusals. No HTTP and no sentences here: a door renders the message key for its reader."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one field.

    ``field`` is the input's own name ("" for the whole input), ``code`` is stable and upper case,
    ``arguments`` fill the placeholders of the message.
    """

    field: str
    code: str
    arguments: Mapping[str, str | int] = dataclasses.field(default_factory=dict)

    @property
    def message(self) -> str:
        """The catalog key of the sentence that says what is wrong and what to do."""
        return f"problem.{self.code.lower()}"


class Refusal(Exception):
    """Base of everything the domain refuses on purpose."""

    is_noted = False
    """Whether the log has a line about it."""


class Invalid(Refusal):
    """The input cannot be taken; every problem is named. ``code`` is what a door calls the refusal as a whole."""

    code = "INVALID"

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(f"{p.field}:{p.code}" for p in problems))
        self.problems: Sequence[Problem] = problems


class TooOften(Invalid):
    """One person has done this as often as one may within an hour; ``seconds`` says when it may be tried again."""

    def __init__(self, code: str, limit: int, seconds: int) -> None:
        """Name the limit and the wait, which the sentence tells in minutes."""
        minutes = max(1, -(-seconds // 60))
        super().__init__(Problem("", code, {"limit": limit, "minutes": minutes}))
        self.seconds = seconds


class Conflict(Refusal):
    """The input is well formed but contradicts what is stored already."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.field}:{problem.code}")
        self.problems: Sequence[Problem] = (problem,)


class NotFound(Refusal):
    """There is no such row for this actor; the same answer whether it exists elsewhere or not."""


class Erased(NotFound):
    """What was held about this person is erased: there is a day and a ground, and nothing else."""

    def __init__(self, day: date, basis: str) -> None:
        super().__init__(f"{basis} {day}")
        self.day, self.basis = day, basis


class NotAllowed(Refusal):
    """The actor sees the thing but lacks the verb. ``permission`` names the refusal sentence."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission

    @property
    def message(self) -> str:
        """The catalog key of the refusal sentence."""
        return f"permission.{self.permission}.refused"


class OutOfScope(NotAllowed):
    """The actor has the verb, but the token that stands for them was not made for reading or for changing."""

    def __init__(self, permission: str, scope: str) -> None:
        super().__init__(permission)
        self.scope = scope

    @property
    @override
    def message(self) -> str:
        """The catalog key of the sentence that says which scope is missing."""
        return f"token_scope.{self.scope.lower()}.refused"


class NotConfirmed(Refusal):
    """The person must show again who they are: their last proof is too old for what they want to do."""


class Unauthenticated(Refusal):
    """Nobody is signed in, or the session or token is not valid any more."""


class Unavailable(Exception):
    """The database cannot be reached just now; the same request may work in a moment."""


class TooSlow(Exception):
    """A statement took longer than its unit allows and was ended."""
