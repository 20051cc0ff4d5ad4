"""Horizontal bars, longest value across the whole width."""

from collections.abc import Sequence

from web.charts.data import Bar
from web.charts.svg import NARROW, WIDE, Drawn, Svg, drawing, el, joined, mark, shortened, text_width

_ROW, _BAR, _GAP = 30, 20, 8
_LABEL_SHARE = 0.44
_AFTER = 60


def horizontal_bars(name: str, bars: Sequence[Bar], *, tone: str = "s1") -> Drawn:
    """Bars with their label before and their value after them."""
    return Drawn(*(_draw(width, name, bars, tone) for width in (WIDE, NARROW)))


def _draw(width: int, name: str, bars: Sequence[Bar], tone: str) -> Svg:
    widest = max((text_width(bar.label, width) for bar in bars), default=0.0)
    left = min(widest, width * _LABEL_SHARE) + _GAP
    values = max((text_width(f"{bar.value:,} {bar.after}", width) for bar in bars), default=0.0)
    room = width - left - max(values, _AFTER) - 2 * _GAP
    top = max((bar.value for bar in bars), default=0) or 1
    rows = [_row(bar, n * _ROW, width, left, room * max(bar.value, 0) / top, tone) for n, bar in enumerate(bars)]
    linked = any(bar.href for bar in bars)
    return drawing(width, max(len(bars), 1) * _ROW, name, *rows, linked=linked)


def _row(bar: Bar, y: float, width: int, left: float, length: float, tone: str) -> Svg:
    middle = y + _ROW / 2 + 4
    words = [el("tspan", f"{bar.value:,}", class_="strong")]
    if bar.after:
        words.append(el("tspan", bar.after, dx=_GAP))
    shape = joined(
        el("rect", x=0, y=y, width=width, height=_ROW, class_="hit"),
        el("text", shortened(bar.label, left - _GAP, width), x=0, y=middle, class_="label"),
        el("rect", x=left, y=y + (_ROW - _BAR) / 2, width=max(length, 1.0), height=_BAR, rx=3, class_=tone),
        el("text", *words, x=left + length + _GAP, y=middle),
    )
    title = f"{bar.label} {bar.value:,} {bar.after}".rstrip()
    return mark(shape, title, bar.href)
