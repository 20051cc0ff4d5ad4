"""The provinces as tiles: a picture of the country that is no boundary map."""

from collections.abc import Mapping, Sequence

from web.charts.data import Place
from web.charts.scale import level
from web.charts.svg import Svg, drawing, el, joined, mark

_PITCH_X, _PITCH_Y, _TILE_X, _TILE_Y = 37, 40, 35, 37
_WIDTH, _HEIGHT = 340, 322
POSITIONS: Mapping[str, tuple[int, int]] = {
    "黑龙江": (9, 0), "吉林": (9, 1), "辽宁": (9, 2), "内蒙古": (7, 1), "北京": (7, 2), "天津": (8, 2),
    "河北": (7, 3), "山东": (8, 3), "山西": (6, 3), "宁夏": (4, 3), "甘肃": (3, 3), "新疆": (1, 2),
    "青海": (3, 4), "陕西": (5, 4), "河南": (6, 4), "安徽": (7, 4), "江苏": (8, 4), "上海": (9, 4),
    "西藏": (2, 5), "四川": (3, 5), "重庆": (4, 5), "湖北": (5, 5), "湖南": (6, 5), "江西": (7, 5),
    "浙江": (8, 5), "云南": (3, 6), "贵州": (4, 6), "广西": (5, 6), "广东": (6, 6), "福建": (7, 6),
    "台湾": (9, 6), "海南": (5, 7), "澳门": (6, 7), "香港": (7, 7),
}  # fmt: skip
_ENDINGS = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")


def tile_of(province: str) -> str | None:
    """The tile of a province under any of its names (湖北, 湖北省); None where there is no tile."""
    for ending in ("", *_ENDINGS):
        short = province.removesuffix(ending) if ending else province
        if short in POSITIONS:
            return short
    return None


def province_tiles(name: str, places: Sequence[Place], *, nothing: str) -> Svg:
    """All 34 tiles; ``nothing`` stands where nobody works, which is not the same as a zero."""
    known: dict[str, Place] = {tile: place for place in places if (tile := tile_of(place.name)) is not None}
    top = max((place.value or 0 for place in known.values()), default=0)
    tiles = [_tile(tile, known.get(tile, Place(tile, None)), top, nothing) for tile in POSITIONS]
    linked = any(place.href for place in known.values())
    return drawing(_WIDTH, _HEIGHT, name, *tiles, linked=linked, class_="plot tiles")


def _tile(tile: str, place: Place, top: int, nothing: str) -> Svg:
    column, row = POSITIONS[tile]
    x, y = (column - 1) * _PITCH_X + 4, row * _PITCH_Y + 2
    shown = nothing if place.value is None else f"{place.value:,}"
    heat = level(place.value or 0, top)
    shape = joined(
        el("rect", x=x, y=y, width=_TILE_X, height=_TILE_Y, rx=5, class_=f"l{heat}"),
        el("text", tile, x=x + _TILE_X / 2, y=y + 15, text_anchor="middle", class_=f"on-l{heat}", lang="zh-CN"),
        el("text", shown, x=x + _TILE_X / 2, y=y + 30, text_anchor="middle", class_=f"on-l{heat}"),
    )
    return mark(shape, f"{tile} {shown}", place.href)
