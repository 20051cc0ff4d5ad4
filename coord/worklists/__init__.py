"""The one list of what waits for a person."""

from coord.worklists import access as _access
from coord.worklists.actions import SetAside, set_aside, take_up
from coord.worklists.codes import WorkKind
from coord.worklists.reads import WorkFilter, WorkList, work_list
from coord.worklists.rules import Entry
from coord.worklists.sources import SOURCES, Desk

__all__ = [
    "SOURCES", "Desk", "Entry", "SetAside", "WorkFilter", "WorkKind", "WorkList", "set_aside", "take_up", "work_list",
]  # fmt: skip
_ = _access
