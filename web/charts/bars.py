"""Horizontal bars, longest value across the whole width."""

from collections.abc import Sequence
from typing import NamedTuple

from web.charts.data import Bar
from web.charts.svg import NARROW, WIDE, Drawn, Svg, drawing, el, joined, mark, shortened, text_width

_ROW, _BAR, _GAP, _LINE = 30, 20, 8, 18
_LABEL_SHARE = 0.44
_AFTER = 60


def horizontal_bars(name: str, bars: Sequence[Bar], *, tone: str = "s1") -> Drawn:
    """Bars with their value after them and their label before them; in a narrow drawing above, where one is too long."""
    return Drawn(*(_draw(width, name, bars, tone) for width in (WIDE, NARROW)))


def _draw(width: int, name: str, bars: Sequence[Bar], tone: str) -> Svg:
    widest = max((text_width(bar.label, width) for bar in bars), default=0.0)
    above = _LINE if width == NARROW and widest > width * _LABEL_SHARE else 0
    left = 0.0 if above else min(widest, width * _LABEL_SHARE) + _GAP
    values = max((text_width(f"{bar.value:,} {bar.after}", width) for bar in bars), default=0.0)
    room = width - left - max(values, _AFTER) - 2 * _GAP
    top, high = max((bar.value for bar in bars), default=0) or 1, _ROW + above
    places = [Strip(n * high, above, width, left) for n in range(len(bars))]
    rows = [_row(bar, at, room * max(bar.value, 0) / top, tone) for bar, at in zip(bars, places, strict=True)]
    linked = any(bar.href for bar in bars)
    return drawing(width, max(len(bars), 1) * high, name, *rows, linked=linked)


class Strip(NamedTuple):
    """Where a row stands: its top, how much of it the label takes above the bar, its width, where the bar begins."""

    y: int
    above: int
    width: int
    left: float


def _row(bar: Bar, at: Strip, length: float, tone: str) -> Svg:
    middle = at.y + at.above + _ROW / 2 + 4
    words = [el("tspan", f"{bar.value:,}", class_="strong")]
    if bar.after:
        words.append(el("tspan", bar.after, dx=_GAP))
    label, room = (at.y + at.above, at.width) if at.above else (middle, at.left - _GAP)
    shape = joined(
        el("rect", x=0, y=at.y, width=at.width, height=_ROW + at.above, class_="hit"),
        el("text", shortened(bar.label, room, at.width), x=0, y=label, class_="label"),
        el(
            "rect",
            x=at.left,
            y=at.y + at.above + (_ROW - _BAR) / 2,
            width=max(length, 1.0),
            height=_BAR,
            rx=3,
            class_=tone,
        ),
        el("text", *words, x=at.left + length + _GAP, y=middle),
    )
    title = f"{bar.label} {bar.value:,} {bar.after}".rstrip()
    return mark(shape, title, bar.href)
