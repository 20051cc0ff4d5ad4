"""Every number of coord: defined once, read by pages, spreadsheets and the API alike."""

from coord.measures.counting import person_times_of, rules_on
from coord.measures.definitions import MEASURES
from coord.measures.dimensions import NOT_GIVEN, Dimension
from coord.measures.drill import Behind, cases_behind, drill_down, groups_behind, people_behind
from coord.measures.inputs import MeasureQuery, cell_of
from coord.measures.posts import hospital_posts, open_flags_by_hospital
from coord.measures.progress import HospitalProgress, ProgressQuery, hospital_progress
from coord.measures.reads import MeasureTable, identified_share, measure_table
from coord.measures.standing import Standing
from coord.measures.workbook import WorkbookFigures, workbook_figures

__all__ = [
    "MEASURES", "NOT_GIVEN", "Behind", "Dimension", "HospitalProgress", "MeasureQuery", "MeasureTable",
    "ProgressQuery", "Standing", "WorkbookFigures", "cases_behind", "cell_of", "drill_down", "groups_behind", "hospital_posts",
    "hospital_progress", "identified_share", "measure_table", "open_flags_by_hospital",
    "people_behind", "person_times_of", "rules_on", "workbook_figures",
]  # fmt: skip
