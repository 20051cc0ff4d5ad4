"""Secrets in the tree: shapes of known keys, addresses with passwords, and random values under a name of a secret.

Values that are meant to be known (invented data, examples that production refuses) stand here with their reason.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.scan.bandit import judged
from tests.walls.tree import ROOT, files, short

ACCEPTED: Mapping[str, str] = {
    "address with a password docs/deploy.md": "shows the form of a mail server's address",
    "address with a password coord/settings.py": "the same",
    "address with a password tests/workers/test_commands.py": "an invented one, which the doctor must not show",
}
_SHAPES: Mapping[str, re.Pattern[str]] = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "key of a cloud": re.compile(r"\b(?:AKIA|ASIA|LTAI|AKID)[A-Za-z0-9]{12,40}\b"),
    "token of a code host": re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{20,}"),
    "token of a service": re.compile(r"\b(?:sk-|sk_live_|xox[abprs]-|AIza|npm_|pypi-)[A-Za-z0-9_-]{20,}"),
    "token of ours": re.compile(r"\bcoord_[A-Za-z0-9_-]{40,}"),
    "signed token": re.compile(r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}"),
    "address with a password": re.compile(r"\b[a-z+]+://[^\s:/@\"'{}$*<>]+:[^\s:/@\"'{}$*<>]+@"),
}
_NAMED = re.compile(
    r"(?i)\b\w*(?:password|passwd|secret|token|api_?key|credential)s?\w*[\"']?\s*[:=]\s*(?:SecretStr\()?[bf]?[\"']([A-Za-z0-9+/=_-]{20,})[\"']"
)
_RANDOM_BITS = 4.0
_TEXT = frozenset(
    {".py", ".js", ".html", ".css", ".md", ".toml", ".yaml", ".yml", ".json", ".po", ".sh", ".csv", ".txt", ".in", ""}
)
_OF_OTHERS = re.compile(r"\.min\.|\.production\.|package-lock|\.lock$|^tests/scan/")


def is_random(text: str) -> bool:
    """Whether a value looks like chance: many different characters, digits among them, no words with dashes."""
    counted = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counted.values())
    return bits >= _RANDOM_BITS and any(c.isdigit() for c in text) and any(c.isupper() for c in text)


def found_in(text: str) -> Iterator[tuple[str, int]]:
    """What is found in a text, with its line."""
    for number, line in enumerate(text.splitlines(), 1):
        for name, shape in _SHAPES.items():
            if shape.search(line):
                yield name, number
        if any(is_random(value) for value in _NAMED.findall(line)):
            yield "random value", number


def looked_at() -> Iterator[Path]:
    """Every text of ours; archives and files of others have walls of their own."""
    for path in files():
        if path.suffix in _TEXT and not _OF_OTHERS.search(short(path)):
            yield path


def faults() -> list[str]:
    """Everything that is wrong."""
    lines = []
    for path in looked_at():
        text = path.read_text("utf-8", errors="replace")
        lines += [f"{name} {path.relative_to(ROOT).as_posix()}:{line}" for name, line in found_in(text)]
    return judged(lines, ACCEPTED)
