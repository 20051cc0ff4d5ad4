"""The notice that goes with everything about a person that leaves coord: pass it on only with their own consent.

42 CFR 2.32, PIPL 23 and Korea's PIPA 17 ask for it. The wording is a setting for counsel; every output names its version.
"""

import hashlib
from dataclasses import dataclass

from typing_extensions import override

from coord.language import LANGUAGES, words
from coord.settings import settings

_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said, in one language, and which wording it is, the same id in all of them."""

    text: str
    version: str

    @override
    def __str__(self) -> str:
        """On one line, as a cell or a footer holds it."""
        return f"{self.text} ({self.version})"


def default_text(language: str) -> str:
    """The wording of the catalogs."""
    return words(language)("disclosure.notice")


def _own_text(language: str) -> str:
    own = {
        "zh-CN": settings().disclosure_notice_zh,
        "en": settings().disclosure_notice_en,
        "ko": settings().disclosure_notice_ko,
    }
    return own[language] or default_text(language)


def _version_of(texts: list[str]) -> str:
    return f"RD-{hashlib.sha256(chr(0).join(texts).encode()).hexdigest()[:_DIGITS]}"


def default_version() -> str:
    """The id of the wording without any setting."""
    return _version_of([default_text(language) for language in LANGUAGES])


def version() -> str:
    """The id of the wording that holds now: it changes with any word in any language."""
    return _version_of([_own_text(language) for language in LANGUAGES])


def notice(language: str) -> Notice:
    """The notice in a language."""
    return Notice(_own_text(language), version())
