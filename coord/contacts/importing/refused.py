"""The refused rows of a workbook as a table of their own: corrected, it can be imported as it is. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from coord.contacts.importing.cells import prose
from coord.contacts.importing.outcome import RowFate
from coord.contacts.importing.sheet import Workbook


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row as the hospital wrote it, and why."""

    cells: Sequence[str]
    fate: RowFate


@dataclass(frozen=True, slots=True)
class RefusedTable:
    """Title rows, header, and the refused rows in their order; every row has the header's width."""

    titles: Sequence[Sequence[str]]
    header: Sequence[str]
    rows: Sequence[RefusedRow]


def refused_table(book: Workbook, fates: Sequence[RowFate]) -> RefusedTable:
    """The refused rows with the title rows above them, which name the month."""
    header = list(book.sheet.rows[book.header_line - 1])
    width = len(header)
    refused = [fate for fate in fates if fate.faults]
    return RefusedTable(
        titles=[_fitted(row, width) for row in book.sheet.rows[: book.header_line - 1] if any(row)],
        header=header,
        rows=[RefusedRow(_fitted(book.sheet.rows[fate.line - 1], width), fate) for fate in refused],
    )


def _fitted(row: Sequence[str], width: int) -> list[str]:
    return [prose(cell) for cell in (*row[:width], *[""] * (width - len(row)))]
