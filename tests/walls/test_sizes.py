"""Small files, small functions."""

import ast
import statistics

from tests.walls.tree import PACKAGES, parsed, short, text, under

MOST_LINES = 400
MEDIAN_LINES = 80
MOST_LINES_OF_A_FUNCTION = 50


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
