"""A line of a few months, as small as a word."""

from collections.abc import Sequence

from web.charts.svg import Svg, drawing, el, number

_MARGIN = 3


def sparkline(values: Sequence[int], name: str, *, width: int = 96, height: int = 24) -> Svg:
    """A line from zero with a dot on the last value; one value is a dot, none an empty frame."""
    top = max([*values, 0]) or 1
    step = (width - 2 * _MARGIN) / max(len(values) - 1, 1)
    points = [
        (_MARGIN + n * step, height - _MARGIN - value / top * (height - 2 * _MARGIN)) for n, value in enumerate(values)
    ]
    line = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    marks = [el("polyline", points=line, class_="line")] if len(points) > 1 else []
    marks += [el("circle", cx=x, cy=y, r=2.2, class_="dot") for x, y in points[-1:]]
    return drawing(width, height, name, *marks, linked=False, class_="trend")


def meter(share: float | None, tone: str, *, width: int = 64, height: int = 8) -> Svg:
    """A bar of a share between 0 and 1; the figure itself stands beside it as text."""
    filled = width * min(max(share or 0.0, 0.0), 1.0)
    bars = [el("rect", width=width, height=height, rx=4, class_="track")]
    if filled:
        bars.append(el("rect", width=float(filled), height=height, rx=4, class_=f"fill-{tone}"))
    return el("svg", *bars, class_="gauge", viewBox=f"0 0 {width} {height}", aria_hidden="true", focusable="false")
