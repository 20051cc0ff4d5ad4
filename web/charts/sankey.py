"""Flows from places on the left to places on the right; the height of a band is its value."""

from collections.abc import Iterable, Mapping, Sequence

from web.charts.data import Flow
from web.charts.svg import NARROW, WIDE, Drawn, Svg, drawing, el, joined, mark, number, shortened, wrapped

_NODE, _GAP, _LEAST, _LABEL = 10, 12, 16, 12
"""Width of a node, space between nodes, height of the smallest node, space of a label from its node."""
_OF_A_PLACE, _HIGHEST = 56, 320
_LABEL_SHARE, _LINE = 0.3, 16
Spans = Mapping[str, tuple[float, float]]
Heads = Mapping[str, Sequence[str]]


def sankey(name: str, flows: Sequence[Flow]) -> Drawn:
    """Bands between two columns of places, the largest first on both sides.

    Where there is room the names stand beside the places, in a narrow drawing above them, in two lines if need be.
    """
    return Drawn(*(_draw(width, name, flows) for width in (WIDE, NARROW)))


def _draw(width: int, name: str, flows: Sequence[Flow]) -> Svg:
    left, right = _sums((flow.start, flow.value) for flow in flows), _sums((flow.end, flow.value) for flow in flows)
    unit = min(_OF_A_PLACE * max(len(left), len(right)), _HIGHEST) / (sum(left.values()) or 1)
    above = [_heads(places, width) for places in (left, right)]
    starts, ends = _spans(left, unit, above[0]), _spans(right, unit, above[1])
    height = max((top + size for top, size in (*starts.values(), *ends.values())), default=_LEAST)
    room = 0 if width == NARROW else width * _LABEL_SHARE
    x_start, x_end = room, width - room - _NODE
    bands = _bands(flows, (starts, ends), (left, right), (x_start + _NODE, x_end))
    nodes = [
        *(_node(place, span, x_start, above[0].get(place, ()), width, is_left=True) for place, span in starts.items()),
        *(_node(place, span, x_end, above[1].get(place, ()), width, is_left=False) for place, span in ends.items()),
    ]
    return drawing(width, round(height) + 2, name, *bands, *nodes, linked=any(flow.href for flow in flows))


def _heads(places: Iterable[str], width: int) -> Heads:
    """The lines above each place of a narrow drawing."""
    room = width / 2 - _LABEL / 2
    return {place: wrapped(place, room, width) for place in places} if width == NARROW else {}


def _sums(pairs: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """What goes out of, or comes into, each place; the largest first."""
    found: dict[str, int] = {}
    for place, value in pairs:
        found[place] = found.get(place, 0) + value
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _spans(sums: Mapping[str, int], unit: float, above: Heads) -> Spans:
    """Top and height of each place of a column."""
    spans, top = {}, 0.0
    for place, value in sums.items():
        size = max(value * unit, _LEAST)
        top += _LINE * len(above.get(place, ()))
        spans[place] = (top, size)
        top += size + _GAP
    return spans


def _bands(
    flows: Sequence[Flow],
    spans: tuple[Spans, Spans],
    sums: tuple[Mapping[str, int], Mapping[str, int]],
    between: tuple[float, float],
) -> Sequence[Svg]:
    """The bands of a place lie below each other, in the order of the places at their other end."""
    used: dict[tuple[int, str], float] = {}
    order = {place: number for number, place in enumerate(spans[1])}
    drawn = []
    for flow in sorted(flows, key=lambda one: (list(spans[0]).index(one.start), order[one.end])):
        ends = []
        for side, place in enumerate((flow.start, flow.end)):
            top, size = spans[side][place]
            thick = size * flow.value / (sums[side][place] or 1)
            begun = used.get((side, place), 0.0)
            used[side, place] = begun + thick
            ends.append((top + begun, thick))
        drawn.append(_band(flow, ends[0], ends[1], between))
    return drawn


def _band(flow: Flow, start: tuple[float, float], end: tuple[float, float], between: tuple[float, float]) -> Svg:
    (x0, x1), middle = between, sum(between) / 2
    (y0, h0), (y1, h1) = start, end
    path = (
        f"M{number(x0)} {number(y0)}C{number(middle)} {number(y0)} {number(middle)} {number(y1)} {number(x1)} {number(y1)}"
        f"V{number(y1 + h1)}C{number(middle)} {number(y1 + h1)} {number(middle)} {number(y0 + h0)} {number(x0)} "
        f"{number(y0 + h0)}Z"
    )
    title = f"{flow.start} → {flow.end}: {flow.value:,}"
    return mark(el("path", d=path, class_="flow"), title, flow.href)


def _node(place: str, span: tuple[float, float], x: float, above: Sequence[str], width: int, *, is_left: bool) -> Svg:
    top, size = span
    shape = el("rect", x=x, y=top, width=_NODE, height=size, rx=2, class_="s1" if is_left else "s2")
    if above:
        edge, anchor = (0, "start") if is_left else (width, "end")
        tops = [top - 4 - _LINE * (len(above) - 1 - n) for n in range(len(above))]
        lines = [
            el("text", text, x=edge, y=y, text_anchor=anchor, class_="label")
            for text, y in zip(above, tops, strict=True)
        ]
        return joined(shape, *lines)
    at, anchor = (x - _LABEL, "end") if is_left else (x + _NODE + _LABEL, "start")
    room = width * _LABEL_SHARE - _LABEL
    return joined(
        shape,
        el("text", shortened(place, room, width), x=at, y=top + size / 2 + 4, text_anchor=anchor, class_="label"),
    )
