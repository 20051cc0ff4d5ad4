"""Figures as tiles and charts: from measure tables to what a template shows. No counting here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coord.measures import Dimension, MeasureTable, identified_share
from coord.measures.ratios import Ratio
from web.charts import Bar, Column, Drawn, Series, Svg, horizontal_bars, sparkline, stacked_columns
from web.foundation import cap, word_of
from web.words import number, percent, t

Figures = Mapping[str, int]
Link = Callable[[Mapping[Dimension, str]], str]
_TONES = ("s1", "s2", "s3", "s4", "s5")
_REST = "sn"
_KPI_WIDTH, _KPI_HEIGHT = 120, 26


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure on top of a page: its name, value, what it is compared with, its way over a year."""

    name: str
    value: str
    below: str = ""
    trend: str = ""
    spark: Svg | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its legend and the table of its data."""

    title: str
    drawn: Drawn
    legend: Sequence[tuple[str, str]]
    head: Sequence[str]
    rows: Sequence[tuple[str, Sequence[tuple[int, str]]]]


def share_word(share: float | None) -> str:
    """A share with one decimal: 41.2%; a dash where it is of nothing."""
    return t("foundation.no_share") if share is None else f"{number(round(share * 100, 1))}%"


def value_word(ratio: Ratio, value: float) -> str:
    """A ratio's value: a share in percent, a mean with one decimal."""
    return number(round(value, 1)) if ratio.is_mean else share_word(value)


def ratio_word(ratio: Ratio, figures: Figures) -> str:
    """What a ratio is, a dash where it is of nothing."""
    value = ratio.of(figures)
    return t("foundation.no_share") if value is None else value_word(ratio, value)


def change(now: int, before: int) -> tuple[str, str]:
    """Words and direction of a change against the same days of the month before."""
    if before == 0:
        return t("foundation.before_none"), ""
    share = (now - before) / before
    points = round(share * 100)
    direction = "up" if points > 0 else "down" if points < 0 else ""
    return t(f"foundation.change_{direction or 'none'}", share=percent(abs(share))), direction


def tile(
    name: str, trend: Sequence[Figures], measure: str, *, before: int | None = None, href: str | None = None
) -> Tile:
    """A tile of one measure; ``trend`` are the figures of twelve months, the last one is shown."""
    values = [figures[measure] for figures in trend]
    below, direction = change(values[-1], before) if before is not None else ("", "")
    return Tile(name, number(values[-1]), below, direction, spark_of(name, values), href)


def spark_of(name: str, values: Sequence[int], *, small: bool = False) -> Svg:
    """Twelve months as a line, with words for those who do not see it."""
    words = t("charts.spark", name=name, first=number(values[0]), last=number(values[-1]))
    return sparkline(values, words) if small else sparkline(values, words, width=_KPI_WIDTH, height=_KPI_HEIGHT)


def share_tile(trend: Sequence[Figures]) -> Tile:
    """The share of known people; no share where there was nobody."""
    name = cap(t("measure.identified_share"))
    shares = [identified_share(figures) for figures in trend]
    known = t("foundation.known_of", known=number(trend[-1]["identified_heads"]), all=number(trend[-1]["person_times"]))
    values = [round((share or 0) * 100) for share in shares]
    return Tile(name, share_word(shares[-1]), known, "", spark_of(name, values))


def by_month(table: MeasureTable, months: Sequence[str]) -> Sequence[Figures]:
    """The figures of each month, also of those without any."""
    found = {row.key[0].key: row.figures for row in table.rows}
    return [found.get(month, dict.fromkeys(table.total, 0)) for month in months]


def bars_of(title: str, table: MeasureTable, measure: str, link: Link, *, most: int = 12) -> Chart:
    """Horizontal bars of a table with one dimension, largest first."""
    rows = sorted((row for row in table.rows if row.figures[measure]), key=lambda row: -row.figures[measure])
    total = table.total[measure] or 1
    shown = [(row.key[0], row.figures[measure], link({row.key[0].dimension: row.key[0].key})) for row in rows]
    bars = [Bar(word_of(k.dimension, k.key, k.name), n, share_word(n / total), href) for k, n, href in shown[:most]]
    data = [(word_of(k.dimension, k.key, k.name), [(n, href)]) for k, n, href in shown]
    return Chart(title, horizontal_bars(title, bars), (), [cap(t(f"measure.{measure}"))], data)


def stacked_by(
    title: str, table: MeasureTable, measure: str, slots: Sequence[tuple[str, str, str]], link: Link
) -> Chart:
    """Columns of a table with two dimensions: the first along the axis, the second in colors.

    ``slots`` are the axis: key, short label, full name. The five largest parts get a color, the rest one.
    """
    cells: dict[tuple[str, str], int] = {}
    sums: dict[Any, int] = {}
    for row in table.rows:
        slot, part = row.key
        cells[slot.key, part.key] = row.figures[measure]
        sums[part] = sums.get(part, 0) + row.figures[measure]
    parts = [part for part in sorted(sums, key=lambda part: (-sums[part], part.key)) if sums[part]]
    series = [Series(word_of(p.dimension, p.key, p.name), tone) for p, tone in zip(parts, _TONES, strict=False)]
    if len(parts) > len(_TONES):
        series.append(Series(t("charts.others"), _REST))
    along = table.rows[0].key[0].dimension if table.rows else Dimension.MONTH
    columns, data = [], []
    for key, label, name in slots:
        values = [cells.get((key, part.key), 0) for part in parts]
        colored = [*values[: len(_TONES)], *([sum(values[len(_TONES) :])] if len(parts) > len(_TONES) else [])]
        href = link({along: key})
        columns.append(Column(label, t("charts.column", name=name, value=number(sum(values))), colored, href))
        data.append((name, [(sum(values), href), *_linked(values, parts, along, key, link)]))
    head = [t("charts.all"), *(word_of(p.dimension, p.key, p.name) for p in parts)]
    legend = [(one.tone, one.name) for one in series]
    return Chart(title, stacked_columns(title, series, columns), legend, head, data)


def _linked(
    values: Sequence[int], parts: Sequence[Any], along: Dimension, key: str, link: Link
) -> Sequence[tuple[int, str]]:
    return [(n, link({along: key, part.dimension: part.key})) for n, part in zip(values, parts, strict=True)]
