"""What may be imported where; the contracts in pyproject.toml say the rest."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walls.tree import DOORS, PACKAGES, ROOT, parsed, short, under

_STORAGE = ("sqlalchemy", "sqlmodel", "alembic")


def imported(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Every imported module or name, in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def hidden(tree: ast.Module) -> list[str]:
    """Imports inside functions, and modules that are imported for types alone."""
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    found = [name for function in functions for _, name in imported(function)]
    return found + [name for _, name in imported(tree) if name == "typing.TYPE_CHECKING"]


def storage(tree: ast.Module) -> list[str]:
    """What a door must not know: the database and the tables of areas."""
    names = [name for _, name in imported(tree)]
    return [n for n in names if n.split(".")[0] in _STORAGE or (n.startswith("coord.") and "tables" in n.split("."))]


def environment(tree: ast.Module) -> list[str]:
    """Reading the environment."""
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {name.rpartition(".")[2] for _, name in imported(tree)}
    return sorted(names & {"environ", "getenv", "environb"})


def optional() -> frozenset[str]:
    """The packages that a plain installation lacks: all of the extras but those for tests."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    wanted = [one for name, extra in extras.items() if name != "test" for one in extra]
    return frozenset(re.split(r"[\[<>=;]", one)[0].strip() for one in wanted)


def lacking(tree: ast.Module) -> list[str]:
    """Imports of what a plain installation lacks."""
    return [name for _, name in imported(tree) if name.split(".")[0] in optional()]


def test_a_plain_installation_has_everything_that_is_imported() -> None:
    assert {"psycopg", "uvloop"} <= optional()
    assert {short(p): found for p in under(*PACKAGES) if (found := lacking(parsed(p)))} == {}
    assert lacking(ast.parse("import psycopg.sql\nfrom uvloop import run\nimport sqlalchemy")) == [
        "psycopg.sql",
        "uvloop.run",
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_the_packages_load_from_this_project(package: str) -> None:
    assert Path(str(importlib.import_module(package).__file__)) == ROOT / package / "__init__.py"


def test_nothing_is_imported_inside_a_function_or_for_types_alone() -> None:
    assert {short(p): found for p in under(*PACKAGES, "tests") if (found := hidden(parsed(p)))} == {}


def test_doors_do_not_know_the_database() -> None:
    assert {short(p): found for p in under(*DOORS) if (found := storage(parsed(p)))} == {}


def test_only_the_settings_read_the_environment() -> None:
    assert [short(p) for p in under(*PACKAGES) if environment(parsed(p))] in ([], ["coord/settings.py"])


def test_a_hidden_import_a_table_in_a_door_and_the_environment_are_found() -> None:
    tree = ast.parse("import os\nfrom coord.contacts import tables\ndef f():\n  import sqlmodel\nos.environ['A']")
    assert (hidden(tree), storage(tree), environment(tree)) == (
        ["sqlmodel"],
        ["coord.contacts.tables", "sqlmodel"],
        ["environ"],
    )
