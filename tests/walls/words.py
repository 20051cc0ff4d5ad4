"""The catalogs as files, and the keys that code and templates name."""

import ast
import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po

from coord.language import LANGUAGES
from tests.walls.tree import ROOT, calls, literal, parsed, text, under

FOLDER = ROOT / "coord" / "language" / "catalogs"
_PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}")
_TEMPLATE_CALL = re.compile(r"\bt\(\s*(['\"])(?P<key>[\w.-]+)\1\s*(?P<more>~)?")
_POSITIONS = {"t": 0, "say": 0, "stop": 0, "Place": 1}
_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


@dataclass(frozen=True)
class Entry:
    """One key of one catalog file."""

    topic: str
    forms: Sequence[str]
    is_plural: bool
    is_fuzzy: bool

    @property
    def placeholders(self) -> frozenset[str]:
        """The names that the sentence wants filled, but for the count, which a form may leave out."""
        return frozenset(name for form in self.forms for name in _PLACEHOLDER.findall(form)) - {"n"}


@functools.cache
def entries(language: str) -> Sequence[tuple[str, Entry]]:
    """Every key of a language's files with its entry, in the order of reading."""
    found: list[tuple[str, Entry]] = []
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            messages = read_po(file, locale=language.replace("-", "_"), abort_invalid=True)
        for message in messages:
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
                found.append((key, Entry(path.stem, forms, bool(message.pluralizable), bool(message.fuzzy))))
    return found


def catalog(language: str) -> Mapping[str, Entry]:
    """Every key of a language."""
    return dict(entries(language))


def repeated(found: Iterable[tuple[str, Entry]]) -> list[str]:
    """Keys that stand in two files: the reader would get whichever is read last."""
    topics: dict[str, list[str]] = defaultdict(list)
    for key, entry in found:
        topics[key].append(entry.topic)
    return [f"{key}: {', '.join(names)}" for key, names in topics.items() if len(names) > 1]


def catalogs() -> Mapping[str, Mapping[str, Entry]]:
    """Every language."""
    return {language: catalog(language) for language in LANGUAGES}


@dataclass(frozen=True)
class Use:
    """A key that a file names; of a key put together at run time only the beginning is known."""

    where: str
    key: str
    is_prefix: bool

    def is_in(self, keys: Mapping[str, Entry]) -> bool:
        """Whether the catalog has it."""
        return any(key.startswith(self.key) for key in keys) if self.is_prefix else self.key in keys


def _first(argument: ast.expr, where: str) -> Iterator[Use]:
    if (key := literal(argument)) is not None:
        yield Use(where, key, is_prefix=False)
    elif isinstance(argument, ast.JoinedStr) and (key := literal(argument.values[0])):
        yield Use(where, key, is_prefix=True)
    elif isinstance(argument, ast.IfExp):
        yield from (use for part in (argument.body, argument.orelse) for use in _first(part, where))


def used_in_code(tree: ast.AST, where: str) -> Iterator[Use]:
    """Keys in ``t("…")``, ``say("…")``, ``stop("…")``, ``Place(path, "…")`` and ``said="…"``."""
    for name, position in _POSITIONS.items():
        for call in calls(tree, name):
            if len(call.args) > position:
                yield from _first(call.args[position], where)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "said":
            yield from _first(node.value, where)


def used_in_template(source: str, where: str) -> Iterator[Use]:
    """Keys in ``t("…")``; ``t("role." ~ name)`` names a beginning."""
    for found in _TEMPLATE_CALL.finditer(source):
        yield Use(where, found["key"], is_prefix=bool(found["more"]))


def used() -> Iterator[Use]:
    """Every key that the doors name."""
    for path in under("schema", "web", "workers"):
        yield from used_in_code(parsed(path), path.name)
    for path in under("web/templates", suffix=".html"):
        yield from used_in_template(text(path), path.name)


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Codes in ``Problem(field, "CODE")`` and ``refuse("CODE")``, also where an expression chooses one."""
    arguments = [call.args[1] for call in calls(tree, "Problem") if len(call.args) > 1]
    arguments += [call.args[0] for call in calls(tree, "refuse") if call.args]
    for argument in arguments:
        for node in ast.walk(argument):
            value = literal(node)
            if value and _CODE.fullmatch(value):
                yield value


def folded_codes(path: Path) -> Iterator[str]:
    """The codes into which pydantic's own errors are folded."""
    for node in ast.walk(parsed(path)):
        value = literal(node)
        if value and _CODE.fullmatch(value):
            yield value


_QUOTED = re.compile(r"['\"]([a-z_]+\.[\w.{-]*)")


def quoted(sources: Iterable[str]) -> tuple[set[str], tuple[str, ...]]:
    """Every quoted text that may be a key, and the fixed beginnings of those put together at run time."""
    found = {text for source in sources for text in _QUOTED.findall(source)}
    return found, tuple({text.split("{")[0] for text in found if "{" in text or text.endswith((".", "_"))})
