"""Contrast (WCAG relative luminance), computed from the style sheet itself, in both themes."""

import re
from collections.abc import Mapping

import pytest

from tests.walls.tree import ROOT, text

_SHEET = ROOT / "web" / "static" / "coord.css"
_BLOCK = re.compile(r":root(?P<theme>\[data-theme=\"\w+\"\])?\s*\{(?P<body>[^}]*)\}")
_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6}|var\(--[\w-]+\))\s*;")
_TEXT, _SHAPE = 4.5, 3.0

# Foreground, background, what the pair needs.
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((name, ground, _TEXT) for name in ("text", "muted") for ground in ("bg", "surface", "sunken", "accent-soft")),
    *((name, ground, _TEXT) for name in ("link", "accent") for ground in ("bg", "surface")),
    ("accent", "accent-soft", _TEXT),
    ("bad", "accent-soft", _TEXT),
    *(("on-accent", ground, _TEXT) for ground in ("accent", "accent-h")),
    *((name, ground, _SHAPE) for name in ("field", "focus") for ground in ("bg", "surface")),
    *((name, f"{name}-bg", _TEXT) for name in ("ok", "warn", "bad", "info")),
    *((name, "surface", _TEXT) for name in ("ok", "warn", "bad")),
    *((name, "h0", _SHAPE) for name in ("ok", "warn", "bad")),
    ("on-bad", "bad", _TEXT),
    *((series, ground, _SHAPE) for series in ("c1", "c2", "c3", "c4", "c5", "cn") for ground in ("bg", "surface")),
    *(("h-lo", level, _TEXT) for level in ("h0", "h1", "h2")),
    ("h3-text", "h3", _TEXT),
    ("h-hi", "h4", _TEXT),
)
# Published results of the formula itself.
KNOWN = (("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#1c2226", "#f7f6f3", 14.88))


def luminance(color: str) -> float:
    """Relative luminance of #rrggbb."""
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def themes() -> Mapping[str, Mapping[str, str]]:
    """The color tokens of each theme; the dark ones stand twice (chosen, and by the system's wish)."""
    found: dict[str, dict[str, str]] = {}
    for block in _BLOCK.finditer(text(_SHEET)):
        tokens = dict(_TOKEN.findall(block["body"]))
        if "bg" in tokens:
            found[block["theme"] or "light"] = tokens
    return found


def color(tokens: Mapping[str, str], name: str) -> str:
    """A token's color, also where it points at another token."""
    value = tokens[name]
    return color(tokens, value[6:-1]) if value.startswith("var(") else value


def too_weak(tokens: Mapping[str, str]) -> list[str]:
    """Pairs below their need."""
    ratios = [(ink, ground, contrast(color(tokens, ink), color(tokens, ground)), need) for ink, ground, need in PAIRS]
    return [f"{ink} on {ground}: {ratio:.2f} < {need}" for ink, ground, ratio, need in ratios if ratio < need]


def test_every_pair_can_be_read_in_every_theme() -> None:
    assert {theme: too_weak(tokens) for theme, tokens in themes().items()} == {theme: [] for theme in themes()}


def test_the_two_dark_themes_are_the_same() -> None:
    found = themes()
    assert len(found) == len({"light", "dark", "auto"})
    assert found['[data-theme="dark"]'] == found['[data-theme="auto"]']


@pytest.mark.parametrize(("one", "other", "ratio"), KNOWN)
def test_the_formula_gives_published_ratios(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == ratio


def test_a_weak_pair_is_found() -> None:
    tokens = {**themes()["light"], "muted": "#aaaaaa"}
    assert too_weak(tokens)[0].startswith("muted on bg: 2.1")
