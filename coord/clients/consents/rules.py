"""What a consent covers, who may give it, when it has to be asked for again. Pure: no I/O."""

import calendar
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from coord.clients.codes import ConsentState
from coord.clients.consents.codes import Basis, Channel, DataCategory, ItemKind, Purpose, Relation, Signer, Standing
from coord.kernel.errors import Problem

ALWAYS_GUARDIAN_UNDER: Final = 14
ADULT_FROM: Final = 18
REMIND_BEFORE: Final = timedelta(days=30)
LONGEST: Final = timedelta(days=3653)
NAMED_RECIPIENTS = frozenset({Purpose.INFORMATION_SHARING, Purpose.CROSS_BORDER})
"""Purposes that reach only the organizations that a consent names."""
ENDLESS = frozenset({Purpose.SERVICE, Purpose.FOLLOW_UP})
"""Purposes that may last as long as the care does; for the others the person hears a last day."""
_CARE = frozenset(DataCategory) - {DataCategory.IMAGES_AND_STORY, DataCategory.DOCUMENTS}
FIXED_CATEGORIES: Mapping[Purpose, frozenset[DataCategory]] = {
    Purpose.SERVICE: _CARE,
    Purpose.FOLLOW_UP: frozenset({DataCategory.BASIC_FILE, DataCategory.SCALES, DataCategory.SERVICE_RECORDS}),
    Purpose.PHOTO_OR_CASE_USE: frozenset({DataCategory.IMAGES_AND_STORY}),
}
"""What is meant where the text itself says which data; elsewhere the person chooses."""


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A consent with the moments between which it holds; ``expires_at`` and ``withdrawn_at`` are outside."""

    id: UUID
    client_id: UUID
    purpose: Purpose
    categories: frozenset[DataCategory]
    recipients: frozenset[UUID]
    basis: Basis
    signer: Signer | None
    relation: Relation | None
    channel: Channel
    text_version: str
    language: str
    given_on: date
    expires_on: date | None
    starts_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None

    def standing(self, at: datetime) -> Standing:
        """Where it stands at a moment."""
        return _standing(self.starts_at, self.expires_at, self.withdrawn_at, at)


@dataclass(frozen=True, slots=True)
class Born:
    """What is known of a birth: the day, the year alone, or nothing."""

    on: date | None = None
    year: int | None = None

    @property
    def latest(self) -> date | None:
        """The latest day it can have been: who may be a minor is treated as one."""
        return self.on or (None if self.year is None else date(self.year, 12, 31))


@dataclass(frozen=True, slots=True)
class ConsentItem:
    """A consent that needs attention from a day on."""

    consent: GivenConsent
    kind: ItemKind
    since: date


def first_moment(day: date, zone: str) -> datetime:
    """When a day begins in a time zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def end_of(day: date | None, zone: str) -> datetime | None:
    """The moment after a last day; None for no last day."""
    return None if day is None else first_moment(day + timedelta(days=1), zone)


def _standing(
    starts_at: datetime, expires_at: datetime | None, withdrawn_at: datetime | None, at: datetime
) -> Standing:
    if withdrawn_at is not None and at >= withdrawn_at:
        return Standing.WITHDRAWN
    if expires_at is not None and at >= expires_at:
        return Standing.EXPIRED
    return Standing.VALID if at >= starts_at else Standing.NOT_YET


def standing_of(
    given_on: date, expires_on: date | None, withdrawn_at: datetime | None, zone: str, at: datetime
) -> Standing:
    """Where a consent stands that is known by its days alone."""
    return _standing(first_moment(given_on, zone), end_of(expires_on, zone), withdrawn_at, at)


def birthday(born: date, age: int) -> date:
    """The day on which somebody reaches an age; born on 29 February, in other years on 1 March."""
    year = born.year + age
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1)
    return born.replace(year=year)


def is_under(born: Born, age: int, day: date) -> bool:
    """Whether somebody is, or may be, younger than an age on a day."""
    latest = born.latest
    return latest is None or day < birthday(latest, age)


def covering(
    consents: Iterable[GivenConsent],
    purpose: Purpose,
    recipient: UUID | None,
    at: datetime,
    categories: Collection[DataCategory] = (),
) -> GivenConsent | None:
    """The consent that allows a purpose, towards a recipient if one is named, at a moment; None: it is not allowed.

    ``categories``: data that it must cover. Purposes with named recipients cover nobody else, and not nobody.
    """
    for consent in consents:
        reaches = recipient in consent.recipients if purpose in NAMED_RECIPIENTS else (
            recipient is None or not consent.recipients or recipient in consent.recipients
        )  # fmt: skip
        if (
            consent.purpose is purpose
            and reaches
            and consent.standing(at) is Standing.VALID
            and consent.categories.issuperset(categories)
        ):
            return consent
    return None


def covers(
    consents: Iterable[GivenConsent],
    purpose: Purpose,
    recipient: UUID | None,
    at: datetime,
    categories: Collection[DataCategory] = (),
) -> bool:
    """Whether some consent allows it: see ``covering``."""
    return covering(consents, purpose, recipient, at, categories) is not None


def care_state(consents: Collection[GivenConsent], at: datetime) -> ConsentState:
    """Whether consent to the service is on file."""
    if covers(consents, Purpose.SERVICE, None, at):
        return ConsentState.GIVEN
    over = {consent.standing(at) for consent in consents if consent.purpose is Purpose.SERVICE}
    if Standing.WITHDRAWN in over:
        return ConsentState.WITHDRAWN
    return ConsentState.EXPIRED if Standing.EXPIRED in over else ConsentState.NOT_RECORDED


def check_signer(
    signer: Signer | None, relation: Relation | None, born: Born, day: date, guardian_under: int
) -> Iterator[Problem]:
    """Who has to sign on a day: a guardian for those under 14 always, under ``guardian_under`` by the rule of the place."""
    if signer is None:
        yield Problem("signer", "REQUIRED")
    elif signer is Signer.GUARDIAN:
        if relation is None:
            yield Problem("relation", "REQUIRED")
    elif is_under(born, max(guardian_under, ALWAYS_GUARDIAN_UNDER), day):
        known = born.latest is not None
        yield Problem("signer", "GUARDIAN_NEEDED" if known else "GUARDIAN_NEEDED_AGE_UNKNOWN")
    elif relation is not None:
        yield Problem("relation", "NOT_A_CHOICE")


def check_term(purpose: Purpose, given_on: date, expires_on: date | None, today: date) -> Iterator[Problem]:
    """A consent is given today or earlier, and lasts some days, but not for ever."""
    if given_on > today:
        yield Problem("given_on", "FUTURE_DATE")
    if expires_on is None:
        if purpose not in ENDLESS:
            yield Problem("expires_on", "REQUIRED")
    elif expires_on < given_on:
        yield Problem("expires_on", "ENDS_BEFORE_START")
    elif expires_on - given_on > LONGEST:
        yield Problem("expires_on", "TOO_LONG_A_TERM")


def check_reach(
    purpose: Purpose, categories: Collection[DataCategory], recipients: Collection[UUID]
) -> Iterator[Problem]:
    """Who gets what is said one by one, where the text does not say it already."""
    if purpose in NAMED_RECIPIENTS and not recipients:
        yield Problem("recipients", "REQUIRED")
    if purpose not in FIXED_CATEGORIES and not categories:
        yield Problem("categories", "REQUIRED")


def items(consents: Iterable[GivenConsent], born: Born, at: datetime, zone: str) -> Iterator[ConsentItem]:
    """What to ask for again: consents that end within 30 days or have ended, and those of a guardian of one now older.

    A consent that was withdrawn, or that a later one of the same purpose replaces, asks for nothing.
    """
    day = at.astimezone(ZoneInfo(zone)).date()
    given = sorted(consents, key=lambda consent: (consent.given_on, consent.id))
    for n, consent in enumerate(given):
        replaced = any(_replaces(later, consent, at) for later in given[n + 1 :])
        if not replaced and consent.standing(at) in {Standing.VALID, Standing.EXPIRED}:
            yield from _items_of(consent, born, day)


def _replaces(later: GivenConsent, consent: GivenConsent, at: datetime) -> bool:
    return (
        later.purpose is consent.purpose
        and later.recipients >= consent.recipients
        and later.standing(at) is Standing.VALID
    )


def _items_of(consent: GivenConsent, born: Born, day: date) -> Iterator[ConsentItem]:
    over = None if consent.expires_on is None else consent.expires_on + timedelta(days=1)
    if over is not None and day >= over:
        yield ConsentItem(consent, ItemKind.EXPIRED, over)
        return
    if over is not None and day >= over - REMIND_BEFORE:
        yield ConsentItem(consent, ItemKind.EXPIRING, over - REMIND_BEFORE)
    if consent.signer is Signer.GUARDIAN and born.latest is not None:
        for age, kind in ((ADULT_FROM, ItemKind.TURNED_18), (ALWAYS_GUARDIAN_UNDER, ItemKind.TURNED_14)):
            reached = birthday(born.latest, age)
            if consent.given_on < reached <= day:
                yield ConsentItem(consent, kind, reached)
                return
