"""A person's scores over time, over the bands in which they lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from web.charts.svg import NARROW, WIDE, Drawn, Svg, drawing, el, joined, shortened, text_width

_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 14, 10, 26
_HEIGHT = 220
_DOT = 4.5
_MOST_SHADES = 5


@dataclass(frozen=True, slots=True)
class Point:
    """A score on a day, with the words that a pointer or a screen reader gets."""

    on: date
    score: int
    name: str
    label: str
    is_withdrawn: bool = False
    """Crossed out, and no part of the line."""


@dataclass(frozen=True, slots=True)
class BandArea:
    """A band from its lowest to its highest score."""

    lowest: int
    highest: int
    word: str


def trajectory(name: str, most: int, bands: Sequence[BandArea], points: Sequence[Point]) -> Drawn:
    """Points joined by a line, by day; worse bands are drawn darker, and each is named."""
    return Drawn(*(_draw(width, name, most, bands, points) for width in (WIDE, NARROW)))


def _draw(width: int, name: str, most: int, bands: Sequence[BandArea], points: Sequence[Point]) -> Svg:
    scale = (_HEIGHT - _TOP - _BOTTOM) / most
    areas = [_band(width, band, shade, most, scale) for shade, band in enumerate(bands)]
    xs = _places(width, points)
    ys = [_TOP + (most - point.score) * scale for point in points]
    live = [f"{x:.1f},{y:.1f}" for point, x, y in zip(points, xs, ys, strict=True) if not point.is_withdrawn]
    marks = [el("polyline", points=" ".join(live), class_="line")] if len(live) > 1 else []
    marks += [
        el("g", el("title", point.name), _crossed(x, y) if point.is_withdrawn else _dot(x, y))
        for point, x, y in zip(points, xs, ys, strict=True)
    ]
    return drawing(width, _HEIGHT, name, *areas, *marks, *_days(width, points, xs), linked=False)


def _dot(x: float, y: float) -> Svg:
    return el("circle", cx=x, cy=y, r=_DOT, class_="dot")


def _crossed(x: float, y: float) -> Svg:
    """A score that was withdrawn: an x, told by its form and not by its color alone."""
    left, right, top, bottom = (f"{n:.1f}" for n in (x - _DOT, x + _DOT, y - _DOT, y + _DOT))
    return el("path", d=f"M{left} {top}L{right} {bottom}M{right} {top}L{left} {bottom}", class_="crossed")


def _band(width: int, band: BandArea, shade: int, most: int, scale: float) -> Svg:
    top = _TOP + (most - min(band.highest, most)) * scale
    # A band reaches up to the lowest score of the next one, so that no gap is drawn between whole numbers.
    height = (min(band.highest, most) - band.lowest + (band.lowest > 0)) * scale
    room = width - _LEFT - _RIGHT
    level = min(shade, _MOST_SHADES - 1)
    return joined(
        el("rect", x=_LEFT, y=top, width=room, height=height, class_=f"band-{level}"),
        el("text", str(band.lowest), x=_LEFT - 6, y=top + height + 4, text_anchor="end"),
        el("text", shortened(band.word, room - 8, width), x=_LEFT + 6, y=top + 14, class_="band-word"),
    )


def _places(width: int, points: Sequence[Point]) -> Sequence[float]:
    """Where each day stands: in proportion to time, one alone in the middle."""
    left, right = _LEFT + _DOT + 4, width - _RIGHT - _DOT - 4
    if not points:
        return []
    first, days = points[0].on, (points[-1].on - points[0].on).days
    if days == 0:
        return [(left + right) / 2 for _ in points]
    return [left + (point.on - first).days / days * (right - left) for point in points]


def _days(width: int, points: Sequence[Point], xs: Sequence[float]) -> Sequence[Svg]:
    """The first and the last day, and those between that have room."""
    shown, free = [], 0.0
    last = len(points) - 1
    for n, (point, x) in enumerate(zip(points, xs, strict=True)):
        half = text_width(point.label, width) / 2
        at = min(max(x, half), width - half)
        ends = (xs[last] - text_width(points[last].label, width)) if n < last else float("inf")
        if at - half >= free and (n == last or at + half < ends):
            shown.append(el("text", point.label, x=at, y=_HEIGHT - 8, text_anchor="middle"))
            free = at + half + 6
    return shown
