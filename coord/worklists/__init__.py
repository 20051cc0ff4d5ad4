"""The one list of what waits for a person."""

from coord.worklists import access as _access
from coord.worklists.actions import SetAside, set_aside, take_up, undo_set_aside
from coord.worklists.codes import WorkKind
from coord.worklists.desk import Desk
from coord.worklists.reads import WorkFilter, WorkList, watch_list, work_list
from coord.worklists.rules import Entry
from coord.worklists.sources import SOURCES
from coord.worklists.watch import Watch

__all__ = [
    "SOURCES",
    "Desk",
    "Entry",
    "SetAside",
    "Watch",
    "WorkFilter",
    "WorkKind",
    "WorkList",
    "set_aside",
    "take_up",
    "undo_set_aside",
    "watch_list",
    "work_list",
]  # fmt: skip
_ = _access
