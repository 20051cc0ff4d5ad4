"""Catalogs: gettext files with keys instead of sentences, one folder a language, one file a topic."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

from coord.kernel.errors import NotAllowed, Problem

LANGUAGES: Mapping[str, str] = {"zh-CN": "中文", "en": "English", "ko": "한국어"}
_FOLDER = Path(__file__).parent / "catalogs"
Text = str | tuple[str, ...]


class MissingText(KeyError):
    """A key without a sentence: a defect that the catalog wall finds before a person does."""


@dataclass(frozen=True)
class Words:
    """The sentences of one language."""

    language: str
    locale: Locale
    texts: Mapping[str, Text]

    def __call__(self, key: str, **arguments: object) -> str:
        """The sentence behind a key, its ``{placeholders}`` filled; ``n`` chooses the plural form."""
        text = self.texts.get(key)
        if text is None:
            raise MissingText(f"{self.language}: {key}")
        if isinstance(text, tuple):
            number = arguments.get("n")
            form = self.locale.plural_form(number) if isinstance(number, (int, float)) else "other"
            text = text[0] if form == "one" else text[-1]
        return text.format(**arguments) if arguments else text

    def has(self, key: str) -> bool:
        """Whether the language has a sentence for the key."""
        return key in self.texts

    def problem(self, problem: Problem) -> str:
        """What is wrong and what to do; an argument that is a key of the catalog is said in words."""
        said = {
            name: self(value) if isinstance(value, str) and self.has(value) else value
            for name, value in problem.arguments.items()
        }
        return self(problem.message, **said)

    def refusal(self, refused: NotAllowed) -> str:
        """Why the actor may not do it."""
        return self(refused.message)


@functools.cache
def words(language: str) -> Words:
    """The catalog of a language; Chinese for a language that coord does not speak."""
    known = language if language in LANGUAGES else "zh-CN"
    texts: dict[str, Text] = {}
    for path in sorted((_FOLDER / known).glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=known.replace("-", "_"))
        for message in catalog:
            if message.id and message.string:
                key = message.id if isinstance(message.id, str) else message.id[0]
                texts[key] = message.string if isinstance(message.string, str) else tuple(message.string)
    return Words(known, Locale.parse(known, sep="-"), texts)
