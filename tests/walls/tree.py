"""The project's own files, as the walls look at them."""

import ast
import functools
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOORS = ("schema", "web", "workers")
PACKAGES = ("coord", *DOORS)
GENERATED = "coord/migrations/versions"
_GIT = shutil.which("git")


@functools.cache
def files() -> Sequence[Path]:
    """Every file that is tracked or would be; without git, every file that is not hidden."""
    if _GIT and (ROOT / ".git").exists():
        command = [_GIT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()  # noqa: S603  a fixed command
        found = [ROOT / name for name in listed.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not any(part[0] == "." for part in path.relative_to(ROOT).parts)]
    return sorted(path for path in set(found) if path.is_file())


def short(path: Path) -> str:
    """The path as it stands in the project."""
    return path.relative_to(ROOT).as_posix()


def under(*folders: str, suffix: str = ".py") -> Iterator[Path]:
    """Files of some folders with one suffix; generated ones are left out."""
    for path in files():
        name = short(path)
        if path.suffix == suffix and name.startswith(tuple(f"{f}/" for f in folders)) and GENERATED not in name:
            yield path


@functools.cache
def text(path: Path) -> str:
    """A file's text."""
    return path.read_text("utf-8")


@functools.cache
def parsed(path: Path) -> ast.Module:
    """A Python file's syntax tree."""
    return ast.parse(text(path), filename=short(path))


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Calls of a function by its plain or last name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            found = function.id if isinstance(function, ast.Name) else getattr(function, "attr", None)
            if found == name:
                yield node


def literal(node: ast.AST | None) -> str | None:
    """The text of a string literal, None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


@functools.cache
def areas() -> Sequence[str]:
    """The folders of ``coord`` that hold tables or numbers of their own."""
    base = {"access", "demo", "kernel", "language", "migrations", "work"}
    return sorted(p.parent.name for p in (ROOT / "coord").glob("*/__init__.py") if p.parent.name not in base)
