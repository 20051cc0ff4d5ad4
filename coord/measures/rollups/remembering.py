"""What this process has read of sums and pairs, for as long as they say the same.

Remembered under the version of the rollups, which is another one after every change of them, and under everything that
decided what was read: the roles and scopes of whoever asked, the places, months and measures. So nobody is answered by what
somebody else could see who sees other rows.
"""

from collections.abc import Mapping
from typing import Any

from coord.access import Actor, Scope
from coord.kernel.remembered import LastingCells, Remembered
from coord.measures.dimensions import Dimension
from coord.measures.rollups.asking import Asked, Cells, Key, Rollups, added_up
from coord.measures.rollups.stored import stored
from coord.work import Unit

_LONGEST = 2_000
"""An answer of more cells is read anew each time."""
_remembered = Remembered[LastingCells[Key, Mapping[str, int]]](most=64)


async def stored_or_remembered(unit: Unit, held: Rollups, asked: Asked) -> Cells:
    """The cells of what ``stored`` says, without asking where it was asked before at this version."""
    # Provinces are facts of hospitals: the version knows nothing of them.
    if held.version is None or Dimension.PROVINCE in asked.dimensions:
        return added_up(await stored(unit, held, asked))
    key = (held.version, held.program.id, _eyes_of(unit.actor), held.sight, held.first, held.last, asked)
    found = _remembered.get(key)
    if found is None:
        found = LastingCells(added_up(await stored(unit, held, asked)))
        if len(found) <= _LONGEST:
            _remembered.put(key, found)
    return found


def _eyes_of(actor: Actor) -> Any:
    """All that the rows depend on which an actor sees; figures also count facts about people who are restricted."""
    return actor.unscoped, actor.grants, actor.without(Scope.RESTRICTED).scopes
