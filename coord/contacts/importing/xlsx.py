"""XLSX, looked at before it is opened: sizes, ratios, formulas and macros. Pure.

The reader gets a new archive of only those parts that were unpacked and checked here, so that no
entry with a false size, and nothing that was not looked at, ever reaches it.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from coord.contacts.importing.limits import (
    HEADER_WITHIN,
    MAX_COLUMNS,
    MAX_PARTS,
    MAX_RATIO,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    MEGABYTE,
)
from coord.kernel.errors import Invalid, Problem

_NEEDED = re.compile(r"\[Content_Types\]\.xml|_rels/.*\.rels|xl/.*\.(xml|rels)")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_STRINGS = "xl/sharedStrings.xml"
_FORMULA = re.compile(rb"<(?:x:)?f[\s/>]")
# A cell with something in it, and where: a single far cell would make a reader allocate the whole sheet.
_FILLED = re.compile(rb'<(?:x:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>/]*>(?!</)')
_SHARED = re.compile(rb'<(?:x:)?c\b[^>]*\bt="s"[^>]*>\s*<(?:x:)?v>(\d+)<')
_STRING = re.compile(rb"<(?:x:)?si[\s>].*?</(?:x:)?si>|<(?:x:)?si/>", re.DOTALL)
_SMALL = 100 * 1024
_MIDNIGHT = time()


def read_workbook(content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    """Name and rows of each visible sheet. Raises ``Invalid`` with one problem."""
    checked = _checked(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(checked))
        shown = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
        ]
        sheets = [(name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in shown]
    except CalamineError:
        raise _refused("FILE_BROKEN") from None
    for name, rows in sheets:
        yield name, [[as_text(cell) for cell in row] for row in rows]


def _refused(code: str, **arguments: str | int) -> Invalid:
    return Invalid(Problem("file", code, arguments))


def _checked(content: bytes) -> bytes:
    """A plain archive of the parts that a reader needs, each unpacked and looked at once."""
    kept = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(kept, "w") as plain:
            parts = _parts(archive)
            for part in parts:
                plain.writestr(part.filename, archive.read(part))
            _check_cells(plain)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise _refused("FILE_BROKEN") from None
    return kept.getvalue()


def _parts(archive: zipfile.ZipFile) -> Sequence[zipfile.ZipInfo]:
    """What a reader needs, once the directory of the archive promises sane sizes."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    total = sum(entry.file_size for entry in entries)
    swollen = any(e.file_size > _SMALL and e.file_size > e.compress_size * MAX_RATIO for e in entries)
    if len(entries) > MAX_PARTS or total > MAX_UNPACKED_BYTES or swollen:
        raise _refused("FILE_UNPACKS_TOO_LARGE", limit=MAX_UNPACKED_BYTES // MEGABYTE)
    if "xl/workbook.xml" not in names or len(names) != len(entries):
        raise _refused("FILE_NOT_A_SHEET")
    if any(name.startswith("xl/vbaProject") for name in names):
        raise _refused("FILE_HAS_MACROS")
    return [entry for entry in entries if _NEEDED.fullmatch(entry.filename)]


def _check_cells(plain: zipfile.ZipFile) -> None:
    """No formula, no cell far outside the limits, no string repeated into gigabytes."""
    names = plain.namelist()
    lengths = [len(s) for s in _STRING.findall(plain.read(_STRINGS))] if _STRINGS in names else []
    unpacked = 0
    for name in filter(_SHEET.fullmatch, names):
        xml = plain.read(name)
        if _FORMULA.search(xml):
            raise _refused("FILE_HAS_FORMULAS")
        _check_extent(xml)
        unpacked += sum(lengths[int(n)] for n in _SHARED.findall(xml) if int(n) < len(lengths))
    if unpacked > MAX_UNPACKED_BYTES:
        raise _refused("FILE_UNPACKS_TOO_LARGE", limit=MAX_UNPACKED_BYTES // MEGABYTE)


def _check_extent(xml: bytes) -> None:
    for column, row in _FILLED.findall(xml):
        if int(row) > MAX_ROWS + HEADER_WITHIN:
            raise _refused("FILE_HAS_TOO_MANY_ROWS", limit=MAX_ROWS)
        if _column_number(column) > MAX_COLUMNS:
            raise _refused("FILE_HAS_TOO_MANY_COLUMNS", limit=MAX_COLUMNS)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def as_text(cell: object) -> str:
    """A cell as people write it: whole numbers without a fraction, dates as ISO, durations as h:mm."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == _MIDNIGHT else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell.hour}:{cell.minute:02d}"
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(cell).strip()
