"""How many people fit a session, how many minutes are asked for, how much is too much. Pure: no I/O."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from coord.kernel.errors import Problem
from coord.programs.tables import Setting
from coord.supervision.codes import SupervisionKind

NEW_FOR: Final = timedelta(days=365)
"""A worker is new in the first year of their first post."""


def wrong_group(kind: SupervisionKind, workers: Sequence[object], worried: Sequence[object]) -> Iterator[Problem]:
    """One worker is no group, several are no individual session; worries are about those who took part."""
    if len(set(workers)) < len(workers):
        yield Problem("workers", "NAMED_TWICE")
    if (len(set(workers)) == 1) is not (kind is SupervisionKind.INDIVIDUAL):
        yield Problem("workers", "WRONG_NUMBER_FOR_KIND")
    if not set(worried) <= set(workers):
        yield Problem("worried_about", "NOT_IN_SESSION")


def minutes_due(first_post_on: date, month_ends_on: date, settings: Mapping[Setting, int]) -> int:
    """The minutes of supervision that a month asks for: more in a worker's first year."""
    is_new = month_ends_on - first_post_on < NEW_FOR
    return settings[Setting.SUPERVISION_MINUTES_NEW if is_new else Setting.SUPERVISION_MINUTES]
