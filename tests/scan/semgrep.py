"""Our own rules over the tree, after each rule has proved itself on its samples."""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.scan.tools import ROOT, NotChecked, tool

RULES = Path(__file__).parent / "rules.yaml"
SAMPLES = Path(__file__).parent / "samples.txt"
PACKAGES = ("coord", "schema", "web", "workers")
_HEAD = re.compile(r"^=== (?P<rule>\S+) (?P<path>\S+)$", re.MULTILINE)
_MARK = "# found"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A rule and the line that it found."""

    rule: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A file as somebody might write it, for one rule."""

    rule: str
    path: str
    text: str

    @property
    def expected(self) -> Iterator[Finding]:
        """What the rule must find in it."""
        for number, line in enumerate(self.text.splitlines(), 1):
            if _MARK in line:
                yield Finding(self.rule, self.path, number)


def samples(text: str) -> Iterator[Sample]:
    """The samples of a text, in order."""
    heads = list(_HEAD.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = text[head.end() + 1 : following.start() if following else len(text)]
        yield Sample(head["rule"], head["path"], body)


def rule_names() -> Sequence[str]:
    """Every rule."""
    return re.findall(r"^  - id: (\S+)$", RULES.read_text("utf-8"), re.MULTILINE)


def found_in(folder: Path, *targets: str) -> set[Finding]:
    """What the rules find. Raises ``NotChecked`` when they could not be applied to everything."""
    options = ("--metrics", "off", "--disable-version-check", "--no-git-ignore", "--quiet", "--json")
    done = subprocess.run(  # noqa: S603 -- a fixed command
        [tool("semgrep"), "scan", "--config", RULES, *options, *targets], cwd=folder, capture_output=True, check=False
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise NotChecked(done.stderr.decode(errors="replace")[-2000:]) from None
    if answer["errors"]:
        raise NotChecked("; ".join(str(error.get("message")) for error in answer["errors"])[:2000])
    return {Finding(one["check_id"].split(".")[-1], one["path"], one["start"]["line"]) for one in answer["results"]}


def unproved() -> list[str]:
    """Samples that a rule judges wrongly, and rules without one."""
    wrong = [f"{rule} has no sample" for rule in rule_names() if not any(s.rule == rule for s in _all())]
    by_rule: dict[int, list[Sample]] = {}
    # Two samples for one path would be one file: each goes with the first folder that has none.
    for sample in _all():
        folder = next(n for n in range(99) if sample.path not in {s.path for s in by_rule.get(n, [])})
        by_rule.setdefault(folder, []).append(sample)
    for group in by_rule.values():
        wrong += _misjudged(group)
    return wrong


def _all() -> list[Sample]:
    return list(samples(SAMPLES.read_text("utf-8")))


def _misjudged(group: Sequence[Sample]) -> Iterator[str]:
    """What a rule says of its own sample, compared with the marks; other rules may find more there."""
    with tempfile.TemporaryDirectory() as name:
        for sample in group:
            path = Path(name) / sample.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(sample.text, "utf-8")
        found = found_in(Path(name), ".")
    for sample in group:
        expected = set(sample.expected)
        got = {f for f in found if f.rule == sample.rule and f.path == sample.path}
        yield from (f"{f.rule} misses {f.path}:{f.line}" for f in sorted(expected - got))
        yield from (f"{f.rule} finds {f.path}:{f.line} which it must not" for f in sorted(got - expected))


def faults() -> list[str]:
    """Everything that is wrong: rules that prove nothing, and what the rules find in the product."""
    found = sorted(found_in(ROOT, *PACKAGES))
    return [*unproved(), *(f"{f.path}:{f.line}: {f.rule}" for f in found)]
