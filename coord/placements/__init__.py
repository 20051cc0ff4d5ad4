"""Posts, who fills them, and which are vacant."""

from coord.placements import access as _access
from coord.placements.actions import place
from coord.placements.choices import Choice, filter_choices
from coord.placements.inputs import Place
from coord.placements.reads import PLACEMENTS, WorkPost, are_colleagues, placements, posts_of_worker

__all__ = [
    "PLACEMENTS",
    "Choice",
    "Place",
    "WorkPost",
    "are_colleagues",
    "filter_choices",
    "place",
    "placements",
    "posts_of_worker",
]
_ = _access
