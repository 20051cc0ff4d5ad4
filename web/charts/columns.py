"""Stacked bars over time."""

from collections.abc import Sequence

from web.charts.data import Column, Series
from web.charts.scale import ticks
from web.charts.svg import NARROW, WIDE, Drawn, Svg, drawing, el, joined, mark, text_width

_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 8, 26
_HEIGHT = 240
_BAR, _OFFSET = 0.64, 0.18
_APART = 4
_SMALLEST_TARGET = 24
"""A link narrower than this cannot be hit by a finger: its rows are reached from the table instead."""


def stacked_columns(name: str, series: Sequence[Series], columns: Sequence[Column]) -> Drawn:
    """Stacked bars; the legend stands outside."""
    return Drawn(*(_draw(width, name, series, columns) for width in (WIDE, NARROW)))


def _draw(width: int, name: str, series: Sequence[Series], columns: Sequence[Column]) -> Svg:
    marks = ticks(max((sum(column.values) for column in columns), default=0))
    floor, room = _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP
    grid = [
        joined(
            el("line", x1=_LEFT, x2=width - _RIGHT, y1=y, y2=y, class_="grid"),
            el("text", f"{tick:,}", x=_LEFT - 6, y=y + 4, text_anchor="end"),
        )
        for tick, y in ((tick, floor - tick / marks[-1] * room) for tick in marks)
    ]
    slot = (width - _LEFT - _RIGHT) / max(len(columns), 1)
    every = _label_step(columns, slot, width)
    bars = [
        joined(
            _bar(column, series, _LEFT + n * slot, slot, room / marks[-1]),
            _label(column.label, _LEFT + (n + 0.5) * slot) if n % every == 0 else Svg(""),
        )
        for n, column in enumerate(columns)
    ]
    linked = slot >= _SMALLEST_TARGET and any(column.href for column in columns)
    return drawing(width, _HEIGHT, name, *grid, *bars, linked=linked)


def _label_step(columns: Sequence[Column], slot: float, drawn: int) -> int:
    """Label every column, or every second, third ... where the words would run into each other."""
    widest = max((text_width(column.label, drawn) for column in columns), default=0)
    return max(1, -(-int(widest + _APART) // max(int(slot), 1)))


def _label(text: str, x: float) -> Svg:
    return el("text", text, x=x, y=_HEIGHT - 8, text_anchor="middle")


def _bar(column: Column, series: Sequence[Series], x: float, slot: float, scale: float) -> Svg:
    y = float(_HEIGHT - _BOTTOM)
    parts = []
    for one, value in zip(series, column.values, strict=True):
        height = value * scale
        y -= height
        if value > 0:
            # One unit shorter than its value: the gap keeps neighbors apart that differ little in contrast.
            shown = max(height - 1, 0.6)
            parts.append(
                el("rect", x=x + slot * _OFFSET, y=y + 1, width=slot * _BAR, height=shown, rx=1.5, class_=one.tone)
            )
    whole = el("rect", x=x, y=_TOP, width=slot, height=_HEIGHT - _TOP, class_="hit")
    href = column.href if slot >= _SMALLEST_TARGET else None
    return mark(joined(whole, *parts), column.name, href)
