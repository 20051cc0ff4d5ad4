"""Regular expressions are ours: no text that somebody typed becomes a pattern, and none is let loose on a database."""

import ast
from collections.abc import Iterator

from tests.walls.tree import PACKAGES, parsed, short, under

_FUNCTIONS = frozenset({"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"})
_IN_SQL = frozenset({"regexp_match", "regexp_replace"})


def _is_fixed(node: ast.AST) -> bool:
    """Text of ours: a literal, a constant by its capitals, an escaped value, and what is put together of these."""
    match node:
        case ast.Constant():
            found = True
        case ast.JoinedStr(values=parts):
            found = all(map(_is_fixed, parts))
        case ast.FormattedValue(value=part):
            found = _is_fixed(part)
        case ast.BinOp(left=left, right=right):
            found = _is_fixed(left) and _is_fixed(right)
        case ast.Call(func=ast.Attribute(value=glue, attr="join"), args=parts):
            found = _is_fixed(glue) and all(map(_is_mapped, parts))
        case ast.Call(func=ast.Attribute() as function):
            found = ast.unparse(function) == "re.escape"
        case _:
            found = isinstance(node, ast.Name) and node.id.strip("_").isupper()
    return found


def _is_mapped(node: ast.AST) -> bool:
    """Several values of which each is escaped, or constants."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "map":
        return ast.unparse(node.args[0]) == "re.escape"
    if isinstance(node, ast.GeneratorExp):
        return _is_fixed(node.elt)
    return _is_fixed(node)


def loose(tree: ast.AST) -> Iterator[str]:
    """Calls whose pattern is not fixed."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, owner = node.func.attr, ast.unparse(node.func.value)
        given = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "pattern"), None)
        if name in _IN_SQL or (owner == "re" and name in _FUNCTIONS and (given is None or not _is_fixed(given))):
            yield f"{node.lineno}: {ast.unparse(node)[:60]}"


def test_no_pattern_is_made_of_what_somebody_typed() -> None:
    assert [f"{short(path)}:{found}" for path in under(*PACKAGES) for found in loose(parsed(path))] == []


def test_a_pattern_from_outside_is_found_and_an_escaped_one_is_not() -> None:
    sample = """
re.search(typed, text)
re.compile(f"^{typed}$")
re.sub("a" + typed, "", text)
col.regexp_match("a")
re.compile("|".join(words))
re.compile(f"^{re.escape(typed)}$")
re.compile("|".join(map(re.escape, words)))
re.fullmatch(_PLAIN, text)
_PLAIN.search(typed)
"""
    assert [line.partition(":")[0] for line in loose(ast.parse(sample))] == ["2", "3", "4", "5", "6"]
