"""Tracked text: nothing unfinished, no path of one machine, no package index, no docstring missing."""

import ast
import re
from pathlib import Path

from tests.walls.tree import PACKAGES, ROOT, files, parsed, short, text, under

# The patterns are joined from pieces, so that this file does not hold what it forbids.
_UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
_NOT_YET = re.compile("|".join(("not " + "implemented", "lorem " + "ipsum", "coming " + "soon")), re.IGNORECASE)
_MACHINE = re.compile(
    "|".join((r"(?<![\w}])/" + "work/", "/home" + r"/\w", "/Users" + r"/\w", "/" + "root/", r"[A-Z]:\\" + "Users"))
)
_INDEX = re.compile(
    "|".join(("pypi" + r"\.", "python" + r"hosted\.", r"registry\." + "npm", "/sim" + r"ple/?\b", "index-" + "url"))
)
_OF_OTHERS = re.compile(r"(\.min\.(js|css)|production\.min\.js)$")
_BINARY = {".png", ".jpg", ".ico", ".xlsx", ".woff2", ".gz", ".sqlite"}
_LOCKS = {"uv.lock", "pylock.toml", "package-lock.json", "poetry.lock", "Pipfile.lock"}


def unwanted(source: str) -> list[str]:
    """What a tracked text must not say."""
    return [m[0] for pattern in (_UNFINISHED, _NOT_YET, _MACHINE, _INDEX) for m in pattern.finditer(source)]


def readable() -> list[Path]:
    """Our own text files."""
    return [p for p in files() if p.suffix not in _BINARY and not _OF_OTHERS.search(p.name)]


def names_hosts(lock: str) -> bool:
    """Whether a lock file says where its packages were fetched."""
    return "resolved" in lock or "://" in lock or re.search(r'(?<![\w-])url"? *[:=]', lock) is not None


def undocumented(tree: ast.Module) -> list[str]:
    """Public modules, classes, functions and methods without a docstring."""
    missing = [] if ast.get_docstring(tree) else ["the module"]
    scopes: list[ast.Module | ast.ClassDef] = [tree]
    while scopes:
        for node in scopes.pop().body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not node.name.startswith(
                "_"
            ):
                is_override = any(isinstance(d, ast.Name) and d.id == "override" for d in node.decorator_list)
                if not ast.get_docstring(node) and not is_override:
                    missing.append(node.name)
                if isinstance(node, ast.ClassDef):
                    scopes.append(node)
    return missing


def test_no_tracked_file_is_unfinished_or_names_a_machine_or_an_index() -> None:
    sources = {short(p): p.read_text("utf-8", errors="replace") for p in readable()}
    assert {name: found for name, source in sources.items() if (found := unwanted(source))} == {}


def test_no_lock_file_that_names_hosts_is_tracked() -> None:
    assert [short(p) for p in files() if p.name in _LOCKS and names_hosts(text(p))] == []


def test_every_public_thing_says_what_it_is() -> None:
    found = {short(p): missing for p in under(*PACKAGES) if text(p).strip() and (missing := undocumented(parsed(p)))}
    assert found == {}


def test_what_is_forbidden_is_found() -> None:
    sample = "# " + "TO" + "DO: later, see /" + "home/me and https://" + "pypi" + ".example"
    assert unwanted(sample) == ["TO" + "DO", "/" + "home/m", "pypi" + "."]
    assert [names_hosts(lock) for lock in ('"resolved": "h"', 'url = "h"', '"bare-url": "^2"')] == [True, True, False]
    assert undocumented(ast.parse("def f(): ...\nclass C:\n  '''c'''\n  def m(self): ...")) == ["the module", "f", "m"]


def test_the_license_is_apache_2() -> None:
    assert "Apache License" in text(ROOT / "LICENSE")
