"""The results framework: what the program is to reach, how it is measured, and how far it is."""

from coord.results import access as _access
from coord.results.actions import add_node, adopt_aims, define_indicator, set_baseline, set_target
from coord.results.inputs import AddNode, DefineIndicator, ResultQuery, SetBaseline, SetTarget, TakeActuals
from coord.results.reads import Framework, Line, framework
from coord.results.taking import take_quarter

__all__ = [
    "AddNode", "DefineIndicator", "Framework", "Line", "ResultQuery", "SetBaseline", "SetTarget", "TakeActuals",
    "add_node", "adopt_aims", "define_indicator", "framework", "set_baseline", "set_target", "take_quarter",
]  # fmt: skip
_ = _access
