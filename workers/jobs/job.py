"""What a job is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from coord.access import Actor


@dataclass(frozen=True, slots=True)
class Job:
    """A named piece of work: the narrow system actor that does it, and the function.

    ``run(unit, **arguments)`` works in the unit in which the job is marked done: both or neither.
    With ``own_units`` it is ``run(**arguments)`` instead, opens units of its own and must be able to
    continue where an earlier run was cut off; its lease is renewed while it runs.
    Arguments are text, as they stand in the outbox.
    """

    actor: Actor
    run: Callable[..., Awaitable[Any]]
    own_units: bool = False
