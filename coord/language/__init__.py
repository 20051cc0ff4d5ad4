"""The words of coord in three languages. Doors render with them; the domain only names keys."""

from coord.language.catalog import LANGUAGES, Words, words

__all__ = ["LANGUAGES", "Words", "words"]
