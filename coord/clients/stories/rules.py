"""What a story must not say, which consent it needs, how it moves. Pure: no I/O."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import rfc8785

from coord.clients.consents.codes import Basis, DataCategory, Purpose, Signer
from coord.clients.consents.rules import ADULT_FROM, GivenConsent, covers
from coord.clients.stories.codes import StoryMove, StoryState
from coord.kernel.errors import Problem

MOVES: Mapping[tuple[StoryState, StoryMove], StoryState] = {
    (StoryState.WAITING, StoryMove.APPROVE): StoryState.APPROVED,
    (StoryState.WAITING, StoryMove.RETURN): StoryState.RETURNED,
    (StoryState.WAITING, StoryMove.END): StoryState.ENDED,
    (StoryState.RETURNED, StoryMove.END): StoryState.ENDED,
    (StoryState.APPROVED, StoryMove.END): StoryState.ENDED,
}
"""Everything else is refused; one that was sent back waits again when it is written anew."""
VERB_OF: Mapping[StoryMove, str] = {
    StoryMove.APPROVE: "story.review", StoryMove.RETURN: "story.review", StoryMove.END: "story.write",
}  # fmt: skip
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_EXACT_DAY = re.compile(
    r"\d{4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}"
    r"|\d{1,2}\s*月\s*\d{1,2}\s*[日号]|\d{1,2}\s*월\s*\d{1,2}\s*일"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})\b|\b(?:{_MONTHS})\s+\d{{1,2}}\b",
    re.IGNORECASE,
)
_REACHES = re.compile(r"\S@\S|(?:\d[\s-]?){7,}")
_SHORTEST_WORD: Final = 3
_WITH_FAMILY_NAME: Final = 3
_CHINESE = re.compile(r"[\u3400-\u9fff\uac00-\ud7a3]{2,}")


def identity_in(field: str, text: str, names: Iterable[str]) -> Iterator[Problem]:
    """Why these words could lead to a person: a name, a day to the day, a number or address to reach somebody."""
    if any(_has_name(text, name) for name in names):
        yield Problem(field, "NAMES_SOMEBODY")
    if _EXACT_DAY.search(text):
        yield Problem(field, "EXACT_DAY")
    if _REACHES.search(text):
        yield Problem(field, "PHONE_OR_MAIL")


def _has_name(text: str, name: str) -> bool:
    """A word of the name: a Chinese or Korean one wherever it stands, also without the family name, others as a word."""
    squeezed = re.sub(r"\s", "", text)
    for word in re.split(r"[\s·]+", name.strip()):
        if _CHINESE.fullmatch(word):
            if word in squeezed or (len(word) == _WITH_FAMILY_NAME and word[1:] in squeezed):
                return True
        elif len(word) >= _SHORTEST_WORD and re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE):
            return True
    return False


def told_until(consent: GivenConsent, birth_year: int | None) -> date | None:
    """The last day of a consent; one of a guardian lasts no longer than the year before the person may be of age."""
    if consent.signer is not Signer.GUARDIAN or birth_year is None:
        return consent.expires_on
    of_age = date(birth_year + ADULT_FROM, 1, 1)
    if consent.given_on >= of_age or consent.expires_on is None:
        return consent.expires_on
    return min(consent.expires_on, of_age - timedelta(days=1))


def consent_for_story(
    consents: Iterable[GivenConsent], at: datetime, today: date, birth_year: int | None
) -> GivenConsent | None:
    """The consent by which a story may be told to everybody; None: it may not.

    A legal ground stands in for care, never for a story; a consent that names recipients is not one for everybody.
    """
    for consent in consents:
        last = told_until(consent, birth_year)
        is_open = consent.basis is Basis.CONSENT and not consent.recipients and last is not None and last >= today
        if is_open and covers([consent], Purpose.PHOTO_OR_CASE_USE, None, at, [DataCategory.IMAGES_AND_STORY]):
            return consent
    return None


def wrong_move(state: StoryState, move: StoryMove, who: UUID | None, written_by: UUID | None) -> Problem | None:
    """Why a story cannot be moved on; None where it can. Who wrote it does not decide about it."""
    if (state, move) not in MOVES:
        return Problem("story", "STORY_NOT_IN_STATE", {"state": state.value})
    if move is not StoryMove.END and who == written_by:
        return Problem("story", "ANOTHER_PERSON_MUST")
    return None


def moves_from(
    state: StoryState, verbs: Iterable[str], who: UUID | None, written_by: UUID | None
) -> Sequence[StoryMove]:
    """What somebody with these verbs can do with a story now."""
    held = frozenset(verbs)
    return [one for one in StoryMove if VERB_OF[one] in held and wrong_move(state, one, who, written_by) is None]


def digest_of_story(story_id: UUID, title: str, text: str, salt: str) -> str:
    """SHA-256 of canonical JSON (RFC 8785): what a release signs of a story."""
    said = {"id": str(story_id), "salt": salt, "text": text, "title": title}
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()
