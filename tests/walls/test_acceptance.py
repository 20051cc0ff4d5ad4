"""What was promised for services and for identity has tests that say so, and so has every quality indicator."""

import re
from collections.abc import Iterable
from pathlib import Path

from coord.measures.ratios import RATIOS
from tests.walls.tree import ROOT

PROMISED = (*(f"SVC-{n}" for n in range(1, 6)), "ID-1", "ID-2")
_DOCSTRING = re.compile(r'"""(.+?)"""', re.DOTALL)
_THIS = Path(__file__)


def texts() -> list[str]:
    """The text of every other test."""
    found = (ROOT / "tests").rglob("test_*.py")
    return [path.read_text(encoding="utf-8") for path in found if path != _THIS and "walls" not in path.parts]


def without_a_test(promised: Iterable[str], tests: Iterable[str]) -> set[str]:
    """Promises that stand in no docstring of a test."""
    said = " ".join(words for text in tests for words in _DOCSTRING.findall(text))
    return {one for one in promised if not re.search(rf"\b{one}\b", said)}


def without_a_number(tests: Iterable[str]) -> set[str]:
    """Ratios of indicators that no test compares with numbers computed by hand."""
    whole = " ".join(tests)
    return {
        ratio.name
        for ratio in RATIOS.values()
        if ratio.indicator is not None and f'"{ratio.name}"' not in whole and f'"{ratio.indicator}": (' not in whole
    }


def test_every_promise_has_a_test() -> None:
    assert without_a_test(PROMISED, texts()) == set()


def test_every_indicator_has_numbers_computed_by_hand() -> None:
    assert without_a_number(texts()) == set()


def test_a_promise_or_an_indicator_without_a_test_is_found() -> None:
    assert without_a_test(PROMISED, ['"""SVC-1 and SVC-25"""']) == set(PROMISED) - {"SVC-1"}
    assert "staffed_rate" in without_a_number(['"supervision_rate"'])
