"""Which passwords are too easy to guess: pure. No rule about characters, no forced changes (ASVS 5.0, 6.2)."""

from collections.abc import Iterable

from zxcvbn import zxcvbn

_WORDS_OF_OURS = ("coord", "program", "hospital", "foundation", "beijing", "hubei", "wuhan", "seoul", "depression")
_LOOKED_AT = 72
_EASIEST_TAKEN = 3
"""zxcvbn's fourth class of five: more than a hundred million guesses."""


def is_easy(password: str, about: Iterable[str]) -> bool:
    """Whether lists, patterns, our words or words about the person find it within some hundred million guesses."""
    whole = list(about)
    words = [*whole, *(word for text in whole for word in text.replace("@", " ").replace(".", " ").split())]
    looked_at = zxcvbn(password[:_LOOKED_AT], user_inputs=[*_WORDS_OF_OURS, *words])
    return int(looked_at["score"]) < _EASIEST_TAKEN
