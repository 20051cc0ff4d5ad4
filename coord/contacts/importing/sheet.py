"""Finding the table in a workbook: title, header, rows of records, totals, remarks. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coord.contacts.importing.decode import Sheet
from coord.contacts.importing.headers import CONTACTS, Column, Layout
from coord.contacts.importing.limits import HEADER_WITHIN, MAX_ROWS
from coord.kernel.errors import Invalid, Problem
from coord.kernel.text import narrow, without_invisible

_TOTALS = re.compile(r"(合计|总计|小计|共计|累计|total|subtotal|합계|소계|총계)", re.IGNORECASE)
_EXPLAINS = re.compile(r"说明|示例|样例|模板|字典|instructions|example|안내|예시", re.IGNORECASE)
_MONTHS = (
    re.compile(r"(?<!\d)(20\d\d)\s*[年년]\s*(1[0-2]|0?[1-9])\s*[月월](?!\s*\d{1,2}\s*[日号일])"),
    re.compile(r"(?<!\d)(20\d\d)\s*[-./]\s*(1[0-2]|0?[1-9])(?!\s*[-./\d])"),
)
_FILLED_BY = re.compile(r"(?:填表人|填报人|制表人|填写人)\s*[::]?\s*([^\s::,;]*)")


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the table: its place in the sheet (1 is the top row) and its cells by column."""

    line: int
    cells: Mapping[StrEnum, str]

    def get(self, column: StrEnum) -> str:
        """The cell of a column, empty where the sheet has no such column."""
        return self.cells.get(column, "")

    @property
    def number(self) -> int:
        """The 序号 of the row; its place in the sheet where it has none."""
        text = narrow(self.get(Column.NUMBER))
        return int(text) if re.fullmatch(r"\d{1,9}", text) else self.line


@dataclass(frozen=True, slots=True)
class Workbook:
    """The one table of a file, and what its title rows say."""

    sheet: Sheet
    header_line: int
    columns: Mapping[StrEnum, int]
    records: Sequence[Record]
    titles: Sequence[str]
    month: str | None
    filled_by: str | None


def find_table(sheets: Sequence[Sheet], layout: Layout = CONTACTS) -> Workbook:
    """The sheet with the records. Raises ``Invalid`` if there is none, or more than one."""
    found = [(sheet, line) for sheet in sheets if (line := _header_line(sheet, layout)) is not None]
    if len(found) > 1:
        found = [pair for pair in found if not _EXPLAINS.search(pair[0].name)] or found[:1]
    if not found:
        raise _refused("FILE_HAS_NO_HEADER")
    books = [_workbook(sheet, line, layout) for sheet, line in found]
    filled = [book for book in books if book.records]
    if len(filled) > 1:
        raise _refused("FILE_HAS_SEVERAL_SHEETS")
    if not filled:
        raise _refused("FILE_HAS_NO_ROWS")
    if len(filled[0].records) > MAX_ROWS:
        raise _refused("FILE_HAS_TOO_MANY_ROWS", limit=MAX_ROWS)
    return filled[0]


def _refused(code: str, **arguments: str | int) -> Invalid:
    return Invalid(Problem("file", code, arguments))


def _header_line(sheet: Sheet, layout: Layout) -> int | None:
    for line, row in enumerate(sheet.rows[:HEADER_WITHIN], 1):
        if len(layout.columns_of(row)) >= layout.enough:
            return line
    return None


def _workbook(sheet: Sheet, header_line: int, layout: Layout) -> Workbook:
    header = sheet.rows[header_line - 1]
    columns = layout.columns_of(header)
    missing = [layout.heading_of(column) for column in layout.required if column not in columns]
    if missing:
        raise _refused("FILE_LACKS_COLUMNS", columns="、".join(missing))
    above = [narrow(without_invisible(cell)) for row in sheet.rows[: header_line - 1] for cell in row if cell.strip()]
    return Workbook(
        sheet=sheet,
        header_line=header_line,
        columns=columns,
        records=tuple(_records(sheet, header_line, columns, layout)),
        titles=above,
        month=month_in([*above, narrow(sheet.name)]),
        filled_by=_filled_by(above),
    )


def _records(sheet: Sheet, header_line: int, columns: Mapping[StrEnum, int], layout: Layout) -> Iterator[Record]:
    header = sheet.rows[header_line - 1]
    for line, row in enumerate(sheet.rows[header_line:], header_line + 1):
        cells = {column: row[place] if place < len(row) else "" for column, place in columns.items()}
        if any(row) and row != header and not _is_totals(row, cells, layout) and not _is_remark(cells, layout):
            yield Record(line, cells)


def _is_totals(row: Sequence[str], cells: Mapping[StrEnum, str], layout: Layout) -> bool:
    first = next(cell for cell in row if cell)
    no_record = any(not cells[column] for column in layout.dated)
    return no_record and _TOTALS.match(narrow(first).replace(" ", "")) is not None


def _is_remark(cells: Mapping[StrEnum, str], layout: Layout) -> bool:
    """A line of text under the table: no number of its own, no date, no service, no client."""
    number = narrow(cells.get(Column.NUMBER, ""))
    return not number.isdigit() and not any(cells.get(column) for column in layout.told)


def month_in(texts: Sequence[str]) -> str | None:
    """The month named in titles, as ``2026-09``."""
    for pattern in _MONTHS:
        for text in texts:
            if found := pattern.search(text):
                return f"{found[1]}-{int(found[2]):02d}"
    return None


def names_code(texts: Sequence[str], code: str) -> bool:
    """Whether titles name an organization by its code; a bare number could be anything and names nobody."""
    spelled = re.compile(rf"(?<![0-9A-Za-z]){re.escape(code)}(?![0-9A-Za-z])", re.IGNORECASE)
    return not code.isdigit() and any(map(spelled.search, texts))


def _filled_by(texts: Sequence[str]) -> str | None:
    """Who filled the sheet in: the default worker of rows that name none."""
    for place, text in enumerate(texts):
        if found := _FILLED_BY.search(text):
            following = texts[place + 1] if place + 1 < len(texts) else ""
            return found[1] or following or None
    return None
