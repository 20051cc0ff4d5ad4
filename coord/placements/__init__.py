"""Posts, who fills them, and which are vacant."""

from coord.placements import access as _access
from coord.placements.actions import end_post, fill_post, place
from coord.placements.choices import Choice, Choices, filter_choices
from coord.placements.inputs import Place
from coord.placements.reads import (
    PLACEMENTS,
    HeldPost,
    WorkPost,
    are_colleagues,
    placements,
    posts_at,
    posts_of_worker,
)
from coord.placements.tables import PlacementModel

__all__ = [
    "PLACEMENTS",
    "Choice",
    "Choices",
    "HeldPost",
    "Place",
    "PlacementModel",
    "WorkPost",
    "are_colleagues",
    "end_post",
    "fill_post",
    "filter_choices",
    "place",
    "placements",
    "posts_at",
    "posts_of_worker",
]
_ = _access
