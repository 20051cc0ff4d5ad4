"""Opening a file: from its bytes to the one table in it."""

from coord.contacts.importing.decode import read_sheets
from coord.contacts.importing.sheet import Workbook, find_table


def open_workbook(content: bytes) -> Workbook:
    """The table of records in a CSV, TSV or XLSX file. Pure, but slow for large files: off the event loop.

    Raises ``Invalid`` with one problem, field ``file``, for a file that cannot be taken at all.
    """
    return find_table(read_sheets(content))
