"""Every number of coord: defined once, read by pages, spreadsheets and the API alike."""

from coord.measures import access as _access
from coord.measures.counting import person_times_of, rules_on
from coord.measures.definitions import MEASURES
from coord.measures.dimensions import NOT_GIVEN, Dimension
from coord.measures.inputs import MeasureQuery
from coord.measures.posts import hospital_posts, open_flags_by_hospital
from coord.measures.progress import HospitalProgress, ProgressQuery, hospital_progress
from coord.measures.reads import MeasureTable, identified_share, measure_table
from coord.measures.standing import Standing

__all__ = [
    "MEASURES",
    "NOT_GIVEN",
    "Dimension",
    "HospitalProgress",
    "MeasureQuery",
    "MeasureTable",
    "ProgressQuery",
    "Standing",
    "hospital_posts",
    "hospital_progress",
    "identified_share",
    "measure_table",
    "open_flags_by_hospital",
    "person_times_of",
    "rules_on",
]  # fmt: skip
_ = _access
