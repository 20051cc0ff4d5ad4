"""The pages of an administrator: what leads from one to the next."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from coord.kernel.clock import today
from web.desk import Options
from web.words import HOME_ZONE, t

_PAGES = (
    ("/administration", "people.tab"),
    ("/administration/programs", "programs.title"),
    ("/administration/posts", "posts.title"),
    ("/administration/review", "review.title"),
    ("/administration/counsel", "counsel.title"),
    ("/administration/webhooks", "webhooks.title"),
)


class Named(Protocol):
    """Anything that can be chosen by its name."""

    @property
    def id(self) -> UUID:
        """What is sent."""

    @property
    def name(self) -> str:
        """What is read."""


def tabs(current: str) -> Sequence[tuple[str, None, str, bool]]:
    """The pages of the administration, the one that is open marked."""
    return [(t(word), None, path, path == current) for path, word in _PAGES]


def choices(found: Iterable[Named]) -> Options:
    """Named things for a drop-down."""
    return [(str(one.id), one.name) for one in found]


def day_of_today() -> str:
    """Today, as a date field wants it."""
    return today(HOME_ZONE).isoformat()


def is_over(ends_on: date | None) -> bool:
    """Whether something ended before today."""
    return ends_on is not None and ends_on < today(HOME_ZONE)
