"""Opening a file: from its bytes to the one table in it."""

from coord.contacts.codes import ImportKind
from coord.contacts.importing.decode import read_sheets
from coord.contacts.importing.headers import CONTACTS, Layout
from coord.contacts.importing.people.headers import PEOPLE
from coord.contacts.importing.sheet import Workbook, find_table

LAYOUTS: dict[ImportKind, Layout] = {ImportKind.CONTACTS: CONTACTS, ImportKind.CLIENTS: PEOPLE}


def open_workbook(content: bytes, kind: ImportKind = ImportKind.CONTACTS) -> Workbook:
    """The table of records in a CSV, TSV or XLSX file. Pure, but slow for large files: off the event loop.

    Raises ``Invalid`` with one problem, field ``file``, for a file that cannot be taken at all.
    """
    return find_table(read_sheets(content), LAYOUTS[kind])
