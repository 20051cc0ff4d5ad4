"""ASVS 5.0 level 2: every requirement is decided once, and what is met names a test or a page that is there."""

import ast
import re
from collections import Counter
from collections.abc import Sequence

from tests.walls.asvs import PAGE, STATUSES, Row, parts, rows, summary, table, wanted
from tests.walls.tree import ROOT, text


def undecided(found: Sequence[Row]) -> list[str]:
    """Requirements that are missing, that stand there twice, or that nobody asked for."""
    counted = Counter(row["id"] for row in found)
    known = wanted()
    return [key for key in {*known, *counted} if counted[key] != known.count(key)]


def _exists(part: str) -> bool:
    """Whether a test or a heading is there."""
    name, _, inside = part.partition("::" if "::" in part else "#")
    path = ROOT / name
    if not path.is_file():
        return False
    if name.endswith(".py"):
        tree = ast.parse(text(path))
        functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
        return inside.startswith("test_") and any(node.name == inside for node in functions)
    return bool(re.search(rf"^#+ {re.escape(inside)}$", text(path), re.MULTILINE))


def unproved(found: Sequence[Row]) -> list[str]:
    """Requirements whose evidence is not there, and those that are not met for no reason."""
    wrong = []
    for row in found:
        named = parts(row["evidence"])
        proved = all(map(_exists, named)) if row["status"] == "met" else len(row["evidence"].split()) > 1
        if row["status"] not in STATUSES or not proved:
            wrong.append(row["id"])
    return wrong


def test_every_requirement_is_decided_once() -> None:
    assert undecided(rows()) == []


def test_every_test_and_every_heading_that_is_named_is_there() -> None:
    assert unproved(rows()) == []


def test_the_page_shows_the_table_as_it_is() -> None:
    page = text(PAGE)
    assert table(rows()) in page
    assert summary(rows()) in page


def test_a_missing_a_doubled_an_unproved_and_an_unexplained_one_are_found() -> None:
    good = dict(rows()[0])
    assert len(undecided([good, good])) == len(wanted())
    bad = [
        good | {"evidence": "tests/web/test_typed_text.py::test_that_never_was"},
        good | {"evidence": "docs/security.md#No such heading"},
        good | {"status": "not met", "evidence": ""},
        good | {"status": "perhaps"},
    ]
    assert unproved(bad) == [good["id"]] * 4
