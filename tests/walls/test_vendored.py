"""Files of other projects: unchanged, and each with its name, version and license."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.walls.tree import files, short, text

_ROW = re.compile(
    r"^\| `?(?P<file>[\w.-]+)`? \| (?P<package>\S[^|]*) \| (?P<version>\d[\w.]*) \| (?P<license>\S[^|]*) \| `?(?P<sum>\w{64})`? \|$",
    re.MULTILINE,
)
_OF_OTHERS = re.compile(r"\.min\.(js|css)$")


def listed() -> Mapping[Path, str]:
    """Every file that a ``vendored.md`` names, with the sum it must have."""
    tables = [path for path in files() if path.name == "vendored.md"]
    return {table.parent / row["file"]: row["sum"] for table in tables for row in _ROW.finditer(text(table))}


def changed(sums: Mapping[Path, str]) -> list[str]:
    """Files that are not what their table says."""
    return [path.name for path, known in sums.items() if hashlib.sha256(path.read_bytes()).hexdigest() != known]


def unlisted(found: Sequence[Path], sums: Mapping[Path, str]) -> list[str]:
    """Minified files without a row."""
    return [path.name for path in found if _OF_OTHERS.search(path.name) and path not in sums]


def test_every_file_of_others_is_listed_and_unchanged() -> None:
    assert (changed(listed()), unlisted(files(), listed())) == ([], [])


def test_a_changed_and_an_unlisted_file_are_found(tmp_path: Path) -> None:
    sample = tmp_path / "other.min.js"
    sample.write_text("changed")
    assert (changed({sample: "0" * 64}), unlisted([sample], {})) == (["other.min.js"], ["other.min.js"])


def test_nothing_else_is_large() -> None:
    known = {"requirements.lock", "fhir-single.xsd", "hsds-organization.json.gz", *(path.name for path in listed())}
    assert [short(path) for path in files() if path.stat().st_size > 200_000 and path.name not in known] == []
