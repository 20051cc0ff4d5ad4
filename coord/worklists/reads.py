"""The work list: every source asked once, what was set aside left out, the filter of a page applied."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col

from coord.kernel.inputs import Input
from coord.kernel.sql import select
from coord.work import Unit, read
from coord.worklists.codes import WorkKind
from coord.worklists.desk import Desk
from coord.worklists.overseeing import WATCHED
from coord.worklists.rules import Entry, in_order
from coord.worklists.sources import SOURCES
from coord.worklists.tables import WorkMark
from coord.worklists.watch import Watch

MOST_SHOWN = 300
_MOST_MARKS = 5000


class WorkFilter(Input):
    """Which entries to show; every field narrows. ``aside``: what was set aside instead of what waits."""

    kind: tuple[WorkKind, ...] = ()
    overdue: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class WorkList:
    """The entries that a filter shows, how many there are of each kind, and how many were set aside."""

    entries: Sequence[Entry]
    counts: Mapping[WorkKind, int]
    set_aside: int


@read("work.list")
async def work_list(unit: Unit, desk: Desk, given: WorkFilter) -> WorkList:
    """What waits at a desk, the most pressing first."""
    return await _listed(unit, [entry for source in SOURCES for entry in await source(unit, desk)], desk.today, given)


@read("work.list")
async def watch_list(unit: Unit, watch: Watch, given: WorkFilter) -> WorkList:
    """What waits for somebody who oversees, the most pressing first."""
    return await _listed(unit, [entry for source in WATCHED for entry in await source(unit, watch)], watch.today, given)


async def _listed(unit: Unit, waiting: Sequence[Entry], today: date, given: WorkFilter) -> WorkList:
    marks = select(WorkMark.key, WorkMark.until).where(col(WorkMark.user_id) == unit.actor.user_id).limit(_MOST_MARKS)
    aside = {key for key, until in await unit.rows(marks) if until is None or until > today}
    left = [entry for entry in waiting if entry.key not in aside]
    shown = [
        entry
        for entry in in_order([one for one in waiting if one.key in aside] if given.aside else left)
        if (not given.kind or entry.kind in given.kind) and (not given.overdue or entry.due_on < today)
    ]
    return WorkList(shown[:MOST_SHOWN], Counter(entry.kind for entry in left), len(waiting) - len(left))
