"""Charts are pure: values and words in, SVG text out."""

import itertools
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.charts import (
    Bar,
    Column,
    Drawn,
    Flow,
    Place,
    Series,
    Svg,
    horizontal_bars,
    meter,
    province_tiles,
    sankey,
    sparkline,
    stacked_columns,
    tile_of,
)
from web.charts.scale import level, ticks
from web.charts.svg import el, shortened, wrapped
from web.charts.tiles import POSITIONS

NASTY = "<script>\"&'"
SERIES = (Series("Case", "s1"), Series("Group", "s2"))


def parsed(chart: str | Drawn) -> list[ET.Element]:
    """Every SVG of a chart, as a parser sees it."""
    text = chart.wide + chart.narrow if isinstance(chart, Drawn) else chart
    return list(ET.fromstring(f"<all>{text}</all>"))  # noqa: S314 - our own text


def heights(svg: ET.Element, tone: str) -> list[float]:
    return [float(rect.attrib["height"]) for rect in svg.iter("rect") if rect.attrib.get("class") == tone]


@pytest.mark.parametrize(
    ("maximum", "expected"),
    [(0, (0, 1)), (1, (0, 1)), (3, (0, 1, 2, 3)), (10, (0, 2, 4, 6, 8, 10)), (982, (0, 200, 400, 600, 800, 1000))],
)
def test_axis_ticks_are_exact_whole_steps(maximum: int, expected: tuple[int, ...]) -> None:
    assert tuple(ticks(maximum)) == expected


@given(st.integers(min_value=1, max_value=10**12))
def test_ticks_cover_the_maximum_in_equal_steps_and_never_more_than_six(maximum: int) -> None:
    marks = ticks(maximum)
    steps = {after - before for before, after in itertools.pairwise(marks)}
    assert (len(steps), marks[0], marks[-1] >= maximum, len(marks) <= 6) == (1, 0, True, True)


def test_heat_levels_are_quarters_of_the_maximum_and_zero_is_its_own_level() -> None:
    assert [level(value, 100) for value in (0, 1, 25, 26, 50, 75, 76, 100)] == [0, 1, 1, 2, 2, 3, 4, 4]
    assert level(0, 0) == 0


def test_everything_inserted_is_escaped() -> None:
    charts: list[str | Drawn] = [
        sparkline([1, 2], NASTY),
        stacked_columns(NASTY, SERIES, [Column(NASTY, NASTY, (1, 2), f"/rows?a={NASTY}")]),
        horizontal_bars(NASTY, [Bar(NASTY, 3, NASTY, f"/rows?a={NASTY}")]),
        province_tiles(NASTY, [Place("北京", 3, f"/rows?a={NASTY}")], nothing=NASTY),
    ]
    for chart in charts:
        assert [svg.attrib["aria-label"] for svg in parsed(chart)] == [NASTY] * len(parsed(chart))


def test_no_chart_carries_a_style_or_a_color() -> None:
    charts = sparkline([1, 2], "a") + meter(0.5, "bad") + province_tiles("a", [], nothing="-")
    for both in (stacked_columns("a", SERIES, [Column("1", "Jan", (1, 2))]), horizontal_bars("a", [Bar("b", 1)])):
        charts = Svg(charts + both.wide + both.narrow)
    assert re.findall(r"style|#[0-9a-f]{3}|fill=|stroke=", charts) == []


def test_a_sparkline_starts_at_zero_and_ends_in_a_dot() -> None:
    (svg,) = parsed(sparkline([0, 5, 10], "North, 12 months"))
    line, dot = svg
    assert line.attrib["points"] == "3,21 48,12 93,3"
    assert (dot.attrib["cx"], dot.attrib["cy"], svg.attrib["role"]) == ("93", "3", "img")


@pytest.mark.parametrize(("values", "lines", "dots"), [([], 0, 0), ([7], 0, 1), ([0, 0, 0], 1, 1)])
def test_a_sparkline_survives_nothing_one_point_and_only_zeros(values: list[int], lines: int, dots: int) -> None:
    (svg,) = parsed(sparkline(values, "x"))
    assert (len(list(svg.iter("polyline"))), len(list(svg.iter("circle")))) == (lines, dots)


@pytest.mark.parametrize(("share", "width"), [(0.25, "16"), (1.0, "64"), (1.7, "64")])
def test_the_meter_is_as_long_as_its_share(share: float, width: str) -> None:
    (svg,) = parsed(meter(share, "bad"))
    assert svg[1].attrib == {"width": width, "height": "8", "rx": "4", "class": "fill-bad"}


@pytest.mark.parametrize("share", [None, 0.0, -1.0])
def test_an_empty_meter_is_only_its_track(share: float | None) -> None:
    assert len(parsed(meter(share, "bad"))[0]) == 1


def test_parts_of_a_column_are_as_tall_as_their_values_with_a_gap_of_one() -> None:
    wide, narrow = parsed(stacked_columns("x", SERIES, [Column("1", "Jan", (50, 100)), Column("2", "Feb", (0, 30))]))
    # 206 units for 150, the tick above the largest sum.
    assert heights(wide, "s1") == pytest.approx([50 / 150 * 206 - 1], abs=0.06)
    assert heights(wide, "s2") == pytest.approx([100 / 150 * 206 - 1, 30 / 150 * 206 - 1], abs=0.06)
    assert (wide.attrib["viewBox"], narrow.attrib["viewBox"]) == ("0 0 640 240", "0 0 340 240")


def test_a_chart_without_columns_or_with_only_zeros_has_an_axis_and_no_bars() -> None:
    for columns in ([], [Column("1", "Jan", (0, 0))]):
        wide = parsed(stacked_columns("x", SERIES, columns))[0]
        assert [text.text for text in wide.iter("text")][:2] == ["0", "1"]
        assert heights(wide, "s1") + heights(wide, "s2") == []


def test_links_make_a_group_and_no_links_an_image() -> None:
    linked = parsed(stacked_columns("x", SERIES, [Column("1", "Jan 3", (1, 2), "/rows")]))[0]
    plain = parsed(stacked_columns("x", SERIES, [Column("1", "Jan 3", (1, 2))]))[0]
    assert (linked.attrib["role"], plain.attrib["role"]) == ("group", "img")
    assert [(a.attrib["href"], a.attrib["aria-label"]) for a in linked.iter("a")] == [("/rows", "Jan 3")]


def test_columns_too_narrow_for_a_finger_are_no_links() -> None:
    columns = [Column(str(n), str(n), (1, 1), "/rows") for n in range(24)]
    wide, narrow = parsed(stacked_columns("x", SERIES, columns))
    assert (len(list(wide.iter("a"))), len(list(narrow.iter("a"))), narrow.attrib["role"]) == (24, 0, "img")


def test_axis_labels_that_would_collide_are_left_out() -> None:
    columns = [Column(f"{n}月", str(n), (1, 1)) for n in range(1, 25)]
    narrow = parsed(stacked_columns("x", SERIES, columns))[1]
    shown = [text.text for text in narrow.iter("text") if str(text.text).endswith("月")]
    assert shown == ["1月", "4月", "7月", "10月", "13月", "16月", "19月", "22月"]


def test_the_longest_bar_belongs_to_the_largest_value_and_zero_keeps_a_trace() -> None:
    wide = parsed(horizontal_bars("x", [Bar("a", 200), Bar("b", 100), Bar("c", 0)]))[0]
    long, half, none = (float(r.attrib["width"]) for r in wide.iter("rect") if r.attrib["class"] == "s1")
    assert half == pytest.approx(long / 2, abs=0.06)
    assert none == 1.0


def test_bars_without_values_are_drawn_without_dividing_by_zero() -> None:
    assert len(parsed(horizontal_bars("x", []))) == 2
    assert len(parsed(horizontal_bars("x", [Bar("a", 0)]))) == 2


def test_a_label_that_does_not_fit_is_cut_with_an_ellipsis() -> None:
    assert (shortened("云川市第三人民医院", 60), shortened("North", 60)) == ("云川市第…", "North")


def _texts(svg: ET.Element) -> list[str]:
    return [str(text.text) for text in svg.iter("text") if text.attrib.get("class") == "label"]


def test_in_a_narrow_drawing_no_name_of_a_place_and_no_label_of_a_bar_is_cut() -> None:
    """Long names stand above what they name, in two lines if need be."""
    start, end = "北岸医院 North Hospital", "青屏社区康复中心（海淀区分中心）"
    wide, narrow = parsed(sankey("x", [Flow(start, end, 3), Flow("南湖医院", "C", 1)]))
    assert _texts(narrow) == ["北岸医院 North", "Hospital", "南湖医院", "青屏社区康复中心（海淀", "区分中心）", "C"]
    assert len(_texts(wide)) == 4
    label = "referrals with first contact"
    wide, narrow = parsed(horizontal_bars("x", [Bar(label, 3), Bar("short", 1)]))
    assert (_texts(wide), _texts(narrow)) == ([label, "short"], [label, "short"])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short", ["short"]),
        ("北岸医院 North Hospital", ["北岸医院", "North Hospi…"]),
        ("一二三四五六七八九十", ["一二三四五六七", "八九十"]),
        ("abcdefghijklmnopqrstuvwxyz", ["abcdefghijklm", "nopqrstuvwxyz"]),
        ("", [""]),
    ],
)
def test_a_name_is_broken_between_words_and_else_between_glyphs(text: str, lines: list[str]) -> None:
    assert list(wrapped(text, 85)) == lines


def test_34_tiles_stand_in_34_different_places() -> None:
    assert (len(POSITIONS), len(set(POSITIONS.values()))) == (34, 34)


def test_a_tile_tells_zero_from_nobody_there() -> None:
    (svg,) = parsed(province_tiles("x", [Place("湖北省", 8, "/rows"), Place("北京", 0)], nothing="–"))
    titles = {str(title.text) for title in svg.iter("title")}
    assert {"湖北 8", "北京 0", "上海 –"} <= titles
    assert [a.attrib["href"] for a in svg.iter("a")] == ["/rows"]


@pytest.mark.parametrize(
    ("name", "tile"),
    [("湖北", "湖北"), ("湖北省", "湖北"), ("广西壮族自治区", "广西"), ("北京市", "北京"), ("香港特别行政区", "香港"),
     ("서울", None), ("", None)],
)  # fmt: skip
def test_provinces_are_known_by_their_long_names_too(name: str, tile: str | None) -> None:
    assert tile_of(name) == tile


def test_an_attribute_that_is_not_given_is_not_written() -> None:
    assert el("a", "x", href=None, class_="b") == '<a class="b">x</a>'
