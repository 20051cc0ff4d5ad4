"""Tables for people's spreadsheets: CSV with a byte-order mark, XLSX; no cell ever becomes a formula."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

Cell = str | int | float | date | None
Row = Sequence[Cell]

# What a spreadsheet takes for the start of a formula, also in full width, or for the end of the cell before.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f']")
_LONGEST_CELL, _LONGEST_NAME = 32_767, 31
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTHS = (8, 40)


def harmless(text: str) -> str:
    """The text as CSV may hold it: an apostrophe in front of what could start a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _as_text(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return cell


def csv_table(rows: Iterable[Row]) -> bytes:
    """UTF-8 with a byte-order mark, so that Excel reads Chinese; text cells are made harmless."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\r\n")
    for row in rows:
        cells = map(_as_text, row)
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return codecs.BOM_UTF8 + made.getvalue().encode("utf-8", "replace")


def sheet_name(text: str) -> str:
    """A name that a worksheet may have."""
    return _NOT_IN_A_NAME.sub(" ", text).strip()[:_LONGEST_NAME] or "1"


def xlsx_table(name: str, rows: Iterable[Row], *, header: int = 1) -> bytes:
    """A workbook of one sheet; the row with this number (1 is the top one) is the header and stays in sight."""
    return xlsx_book([(name, rows)], header=header)


def xlsx_book(
    sheets: Iterable[tuple[str, Iterable[Row]]], *, header: int = 1, made_at: datetime | None = None
) -> bytes:
    """A workbook of named sheets, each with its header in the row of this number.

    Text stays text: strings are never turned into formulas, links or numbers. With ``made_at`` the same sheets are the
    same bytes whenever they are written.
    """
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, _OPTIONS) as book:
        if made_at is not None:
            book.set_properties({"created": made_at.astimezone(UTC)})
        bold = book.add_format({"bold": True})
        for name, rows in sheets:
            _fill(book.add_worksheet(sheet_name(name)), rows, header, bold)
    return made.getvalue()


def _fill(page: Any, rows: Iterable[Row], header: int, bold: Any) -> None:
    for place, row in enumerate(rows):
        style = bold if place + 1 == header else None
        for column, cell in enumerate(map(_as_text, row)):
            if isinstance(cell, str):
                page.write_string(place, column, cell[:_LONGEST_CELL], style)
            else:
                page.write_number(place, column, cell, style)
        if place + 1 == header:
            for column, heading in enumerate(row):
                page.set_column(column, column, min(max(_WIDTHS[0], 2 * len(str(heading)) + 2), _WIDTHS[1]))
    page.freeze_panes(header, 0)
