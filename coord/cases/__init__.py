"""Cases: from the first talk to the look after the closure, each step by the one table of ``rules``."""

from coord.cases import access as _access
from coord.cases.closing import record_follow_up, submit_closing
from coord.cases.deciding import advance_case, assign_case, decide_case
from coord.cases.intake import assess_case, start_case, write_intake
from coord.cases.planning import rate_goals, write_plan
from coord.cases.reads import CASES, cases, cases_of_client, cases_on_page
from coord.cases.viewing import case_view

__all__ = [
    "CASES", "advance_case", "assess_case", "assign_case", "case_view", "cases", "cases_of_client", "cases_on_page",
    "decide_case", "rate_goals", "record_follow_up", "start_case", "submit_closing", "write_intake", "write_plan",
]  # fmt: skip
_ = _access
