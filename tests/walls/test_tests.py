"""Tests that can fail: each proves something, none is switched off, each exception to a rule has its reason."""

import ast
import re
from collections.abc import Iterator

from tests.walls.tree import PACKAGES, calls, parsed, short, text, under

_PROVING = re.compile(
    r"^(given|until)$|assert|raises|expect|check|prove|refused|same|fails|violations|must|run_state_machine"
)
_NOQA = re.compile(r"#\s*noqa(?P<code>: [A-Z]+\d+(, [A-Z]+\d+)*)?(?P<reason>.*)$", re.MULTILINE)
_REASON_WORDS = 2
_CHANGING = {"uuid1", "uuid4", "uuid7", "now", "today", "token_hex", "token_urlsafe", "random", "randint"}


def proves_nothing(tree: ast.Module) -> Iterator[str]:
    """Tests without an assertion of any kind."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
            # Decorators count as well: what hypothesis gives to a test must at least not break it.
            called = {ast.unparse(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
            if not any(isinstance(n, ast.Assert) for n in ast.walk(node)) and not any(map(_PROVING.search, called)):
                yield node.name


def switched_off(tree: ast.Module) -> Iterator[str]:
    """Tests that never run, or may fail."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"skip", "xfail"}
            and ast.unparse(node).startswith("pytest.mark")
        ):
            yield ast.unparse(node)


def different_each_time(tree: ast.Module) -> Iterator[str]:
    """Parameters that two workers of one run would not agree on."""
    for call in calls(tree, "parametrize"):
        # A text names its test; what stands in a mapping, or where names are given, does not.
        inside = {node for mapping in ast.walk(call) if isinstance(mapping, ast.Dict) for node in ast.walk(mapping)}
        if not any(keyword.arg == "ids" for keyword in call.keywords):
            for node in set(ast.walk(call)) - inside:
                if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in _CHANGING:
                    yield ast.unparse(node)


def without_a_reason(source: str) -> list[str]:
    """Exceptions from a lint rule that do not say why."""
    found = _NOQA.finditer(source)
    return [m[0] for m in found if not m["code"] or len(re.findall(r"[A-Za-z']+", m["reason"])) < _REASON_WORDS]


def test_every_test_proves_something() -> None:
    assert {short(p): found for p in under("tests") if (found := list(proves_nothing(parsed(p))))} == {}


def test_no_test_is_switched_off() -> None:
    assert {short(p): found for p in under("tests") if (found := list(switched_off(parsed(p))))} == {}


def test_every_worker_sees_the_same_tests() -> None:
    assert {short(p): found for p in under("tests") if (found := list(different_each_time(parsed(p))))} == {}


def test_every_exception_from_a_rule_has_a_reason() -> None:
    found = {short(p): without_a_reason(text(p)) for p in under(*PACKAGES, "tests") if p.name != "test_tests.py"}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_an_empty_a_switched_off_and_an_unexplained_one_are_found() -> None:
    tree = ast.parse("@pytest.mark.skip\ndef test_nothing():\n    page.open()\ndef test_it():\n    assert x == 1")
    assert (list(proves_nothing(tree)), list(switched_off(tree))) == (["test_nothing"], ["pytest.mark.skip"])
    assert list(different_each_time(ast.parse("parametrize('a', [str(uuid.uuid4())])"))) == ["uuid.uuid4()"]
    assert without_a_reason("a  # noqa: S101\nb  # noqa\nc  # noqa: S101  read by people") == ["# noqa: S101", "# noqa"]
