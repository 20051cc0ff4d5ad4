"""Charts as SVG text: words and values in, markup out. One drawing for the page, paper and mail."""

from web.charts.bars import horizontal_bars
from web.charts.columns import stacked_columns
from web.charts.data import Bar, Column, Flow, Place, Series
from web.charts.sankey import sankey
from web.charts.sparkline import meter, sparkline
from web.charts.svg import Drawn, Svg
from web.charts.tiles import province_tiles, tile_of

__all__ = [
    "Bar", "Column", "Drawn", "Flow", "Place", "Series", "Svg", "horizontal_bars", "meter", "province_tiles",
    "sankey", "sparkline", "stacked_columns", "tile_of",
]  # fmt: skip
