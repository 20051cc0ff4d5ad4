"""A social worker's desk: the post they work at, and the words of their forms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from coord.clients import ClientCard
from coord.kernel.clock import local_date
from coord.kernel.errors import NotFound
from coord.placements import WorkPost, posts_of_worker
from coord.work import Unit
from web.forms import Form
from web.words import day, t

Options = Sequence[tuple[str, str]]
_DAYS_IN_WORDS = 30


@dataclass(frozen=True, slots=True)
class Desk:
    """The post of a page, the worker's other posts, and today there."""

    post: WorkPost
    posts: Sequence[WorkPost]
    today: date

    @property
    def zone(self) -> str:
        """The program's time zone."""
        return self.post.time_zone


async def desk_of(unit: Unit, form: Form) -> Desk | None:
    """The worker's desk at the hospital that a page names, else at their newest post; None without a post."""
    held = await posts_of_worker(unit)
    posts = [p for p in held if p.ends_on is None or p.ends_on >= local_date(unit.started_at, p.time_zone)] or held
    wanted = form.value("hospital")
    post = next((p for p in posts if str(p.hospital_id) == wanted or not wanted), None)
    if post is None:
        return None
    places = {p.hospital_id: p for p in reversed(posts)}
    return Desk(post, list(places.values()), local_date(unit.started_at, post.time_zone))


def id_of(text: str) -> UUID:
    """An id from a URL or a hidden field. Raises ``NotFound`` for anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def options(prefix: str, values: Iterable[StrEnum]) -> Options:
    """Choices with their words."""
    return [(value.value, t(f"{prefix}.{value.value}")) for value in values]


def day_options(today: date) -> Options:
    """Today, yesterday, another day."""
    yesterday = today - timedelta(days=1)
    return [
        (today.isoformat(), t("day.today")),
        (yesterday.isoformat(), t("day.yesterday")),
        ("", t("day.other")),
    ]


def ago(then: date, today: date) -> str:
    """Yesterday, 3 days ago; the date itself when it is long ago."""
    days = (today - then).days
    if days > _DAYS_IN_WORDS or days < 0:
        return day(then)
    near = {0: "ago.today", 1: "ago.yesterday"}
    return t(near[days]) if days in near else t("day.ago", n=days)


def about(card: ClientCard, today: date) -> str:
    """What tells two people of one name apart: sex, age, bed, code."""
    known = [t(f"gender.{card.gender}")] if card.gender != "UNKNOWN" else []
    if card.birth_year:
        known.append(t("person.age", n=today.year - card.birth_year))
    if card.bed:
        known.append(card.bed)
    return " · ".join([*known, t("person.code", code=card.code)])
