"""From the bytes of a file to sheets of text cells. Decides by content, never by the file's name. Pure."""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from coord.contacts.importing import xlsx
from coord.contacts.importing.limits import HEADER_WITHIN, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, MEGABYTE
from coord.kernel.errors import Invalid, Problem

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DELIMITERS = ",\t;"
_MARKUP = re.compile(r"\s*<(!doctype|html|\?xml|table)", re.IGNORECASE)
# Wide text without a mark: nearly every second byte of a table of digits and commas is zero.
_WIDE_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as rows of text; numbers and dates are written as people write them."""

    name: str
    rows: Sequence[Sequence[str]]


def read_sheets(content: bytes) -> Sequence[Sheet]:
    """All visible sheets of a CSV, TSV or XLSX file.

    Raises ``Invalid`` with one problem for anything that is not a readable table of sane size.
    """
    if not content:
        raise _refused("FILE_EMPTY")
    if len(content) > MAX_FILE_BYTES:
        raise _refused("FILE_TOO_LARGE", limit=MAX_FILE_BYTES // MEGABYTE)
    if content.startswith(_OLE):
        raise _refused("FILE_ENCRYPTED" if _ENCRYPTED in content else "FILE_OLD_EXCEL")
    if content.startswith(_ZIP):
        sheets = [Sheet(name, rows) for name, rows in xlsx.read_workbook(content)]
    else:
        sheets = [Sheet("", _table(_text(content)))]
    for sheet in sheets:
        _check_size(sheet)
    return sheets


def _refused(code: str, **arguments: str | int) -> Invalid:
    return Invalid(Problem("file", code, arguments))


def _check_size(sheet: Sheet) -> None:
    if sum(1 for row in sheet.rows if any(row)) > MAX_ROWS + HEADER_WITHIN:
        raise _refused("FILE_HAS_TOO_MANY_ROWS", limit=MAX_ROWS)
    if any(len(row) > MAX_COLUMNS and any(row[MAX_COLUMNS:]) for row in sheet.rows):
        raise _refused("FILE_HAS_TOO_MANY_COLUMNS", limit=MAX_COLUMNS)
    if any(cell.startswith("=") for row in sheet.rows for cell in row):
        raise _refused("FILE_HAS_FORMULAS")


def _text(content: bytes) -> str:
    """The text in the encodings that spreadsheet programs write in China and Korea."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text or _MARKUP.match(text):
            break
        return text
    raise _refused("FILE_NOT_A_SHEET")


def _encodings(content: bytes) -> Sequence[str]:
    if content.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    sample = content[:4096]
    if sample.count(0) > len(sample) * _WIDE_SHARE:
        return ("utf-16-le",) if sample[1::2].count(0) >= sample[::2].count(0) else ("utf-16-be",)
    return ("utf-8", "gb18030")


def _table(text: str) -> list[list[str]]:
    """Rows of the text, split by the delimiter that splits its first rows into most cells."""
    top = "\n".join(text.splitlines()[:HEADER_WITHIN])
    delimiter = max(_DELIMITERS, key=top.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise _refused("FILE_BROKEN") from None
    return [[cell.strip() for cell in row] for row in rows]
