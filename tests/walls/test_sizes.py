"""Small files, small functions."""

import ast
import statistics

from tests.walls.tree import PACKAGES, parsed, short, text, under

MOST_LINES = 400
MEDIAN_LINES = 80
MOST_LINES_OF_A_FUNCTION = 50
MOST_NAMES_OF_AN_AREA = 15


def long_functions(tree: ast.Module) -> list[str]:
    """Functions over the limit, decorators and docstring included."""
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    lengths = {f.name: (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions}
    return [name for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION]


def test_no_file_is_over_the_limit() -> None:
    lines = {short(p): text(p).count("\n") for p in under(*PACKAGES, "tests")}
    assert {name: n for name, n in lines.items() if n > MOST_LINES} == {}


def test_half_of_the_files_are_short() -> None:
    assert statistics.median(text(p).count("\n") for p in under(*PACKAGES)) < MEDIAN_LINES


def test_no_function_is_over_the_limit() -> None:
    assert {short(p): found for p in under(*PACKAGES, "tests") if (found := long_functions(parsed(p)))} == {}


def test_a_long_function_is_found() -> None:
    assert long_functions(ast.parse("def f():\n" + "    x = 1\n" * 50)) == ["f"]
    assert long_functions(ast.parse("def f():\n" + "    x = 1\n" * 49)) == []


def names_offered(tree: ast.Module) -> list[str]:
    """What an area's ``__init__`` says it offers."""
    lists = (n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__")
    return [str(item.value) for found in lists if isinstance(found, ast.List) for item in found.elts
            if isinstance(item, ast.Constant)]  # fmt: skip


def test_no_area_offers_more_than_one_can_keep_in_mind() -> None:
    offered = {short(p): len(names_offered(parsed(p))) for p in under("coord")
               if p.name == "__init__.py" and p.parent.parent.name == "coord"}  # fmt: skip
    assert {name: n for name, n in offered.items() if n > MOST_NAMES_OF_AN_AREA} == {}


def test_the_names_of_an_area_are_counted() -> None:
    assert names_offered(ast.parse("__all__ = ['a', 'b']")) == ["a", "b"]
