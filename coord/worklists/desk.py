"""Whose list it is, for those who work at a post."""

from dataclasses import dataclass
from datetime import date

from coord.placements import WorkPost


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose list it is: a post, and today there."""

    post: WorkPost
    today: date
