"""The table of ASVS 5.0 level 2, written from ``docs/asvs.csv``."""

import csv
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence

from tests.walls.tree import ROOT, text

TABLE = ROOT / "docs" / "asvs.csv"
PAGE = ROOT / "docs" / "security.md"
STATUSES = ("met", "not met", "not applicable")
# Chapter and section, and how many of its requirements are of level 1 or 2: the standard's own numbers.
_NUMBERS = """
1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-4 2.4:1 3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2 4.1:1-3
4.2:1 4.3:1-2 4.4:1-4 5.1:1 5.2:1-3 5.3:1-2 5.4:1-3 6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3 6.8:1-4 7.1:1-3
7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2 8.1:1-2 8.2:1-3 8.3:1 8.4:1 9.1:1-3 9.2:1-4 10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11
10.5:1-5 10.6:1-2 10.7:1-3 11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1 11.6:1 12.1:1-3 12.2:1-2 12.3:1-4 13.1:1 13.2:1-5
13.3:1-2 13.4:1-5 14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3 15.3:1-7 16.1:1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3 17.1:1
17.2:1-4 17.3:1-2
"""
Row = Mapping[str, str]


def wanted() -> list[str]:
    """The ids of all requirements of levels 1 and 2."""
    found = []
    for section, first, last in re.findall(r"([\d.]+):(\d+)(?:-(\d+))?", _NUMBERS):
        found += [f"{section}.{n}" for n in range(int(first), int(last or first) + 1)]
    return found


def rows() -> Sequence[Row]:
    """The lines of the file."""
    return list(csv.DictReader(text(TABLE).splitlines()))


def parts(evidence: str) -> list[str]:
    """The tests and headings that a line names."""
    return [part.strip() for part in evidence.split(";")]


def table(found: Iterable[Row]) -> str:
    """The table of the page; requirements with the same answer share a line."""
    lines = ["| Requirement | | Status | Test, page or reason |", "|---|---|---|---|"]
    alike = itertools.groupby(
        found, lambda row: (row["id"].rpartition(".")[0], row["kind"], row["status"], row["evidence"])
    )
    for (_, kind, status, evidence), group in alike:
        ids = " ".join(row["id"] for row in group)
        said = "<br>".join(f"`{part}`" for part in parts(evidence)) if status == "met" else evidence
        lines.append(f"| {ids} | {kind} | {status} | {said} |")
    return "\n".join(lines)


def summary(found: Sequence[Row]) -> str:
    """How many of each status there are."""
    counted = {status: sum(row["status"] == status for row in found) for status in STATUSES}
    return f"{len(found)} requirements: " + ", ".join(f"{number} {status}" for status, number in counted.items()) + "."
