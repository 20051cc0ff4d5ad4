"""Files that people bring: only what they say they are, and images without what a camera adds. Pure: no I/O."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from coord.kernel.errors import Invalid, Problem

MEGABYTE: Final = 1024 * 1024
MAX_FILE_BYTES: Final = 10 * MEGABYTE


class FileKind(StrEnum):
    """What a file may be."""

    PDF = "PDF"
    JPEG = "JPEG"
    PNG = "PNG"


_ENDINGS = {".pdf": FileKind.PDF, ".jpg": FileKind.JPEG, ".jpeg": FileKind.JPEG, ".png": FileKind.PNG}
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"pHYs"})
_STARTS = {FileKind.PDF: b"%PDF-", FileKind.JPEG: b"\xff\xd8\xff", FileKind.PNG: _PNG}
_SCAN, _END, _COMMENT = 0xDA, 0xD9, 0xFE
_APPS = range(0xE0, 0xF0)
_APPS_KEPT = frozenset({0xE0, 0xEE})
"""The frame's own density and color transform; EXIF with place and device, and everything else, goes."""
_EXIF, _ORIENTATION = b"Exif\0\0", 0x0112


class _Broken(Exception):
    """The content does not hold what its first bytes promise."""


def checked(file_name: str, content: bytes) -> tuple[FileKind, bytes]:
    """What the file is, and its content as it may be kept.

    Raises ``Invalid`` for no file, an empty or too large one, another kind, or content that contradicts the name.
    """
    if not file_name:
        raise Invalid(Problem("file", "REQUIRED"))
    if not content:
        raise Invalid(Problem("file", "FILE_EMPTY"))
    if len(content) > MAX_FILE_BYTES:
        raise Invalid(Problem("file", "FILE_TOO_LARGE", {"limit": MAX_FILE_BYTES // MEGABYTE}))
    kind = _ENDINGS.get(PurePosixPath(file_name.lower()).suffix)
    if kind is None or not content.startswith(_STARTS[kind]):
        raise Invalid(Problem("file", "FILE_NOT_TAKEN"))
    try:
        return kind, _CLEAN[kind](content)
    except (_Broken, IndexError):
        raise Invalid(Problem("file", "FILE_NOT_TAKEN")) from None


def _whole_pdf(content: bytes) -> bytes:
    if b"%%EOF" not in content[-2048:]:
        raise _Broken
    return content


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4])
        if end > len(content):
            raise _Broken
        name = content[at + 4 : at + 8]
        yield name, content[at:end]
        if name == b"IEND":
            return
        at = end
    raise _Broken


def _bare_png(content: bytes) -> bytes:
    """The picture alone: what stands in other chunks, or behind the end, is left out."""
    chunks = list(_png_chunks(content))
    if chunks[0][0] != b"IHDR":
        raise _Broken
    return _PNG + b"".join(chunk for name, chunk in chunks if name in _PNG_KEPT)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments in front of the picture's data, then the data up to its last end."""
    at = 2
    while True:
        if content[at] != 0xFF:  # noqa: PLR2004  the first byte of every marker
            raise _Broken
        marker = content[at + 1]
        if marker == _SCAN:
            end = content.rfind(b"\xff\xd9") + 2
            if end <= at:
                raise _Broken
            yield marker, content[at:end]
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if end > len(content) or end < at + 4:
            raise _Broken
        yield marker, content[at:end]
        at = end


def _bare_jpeg(content: bytes) -> bytes:
    """The picture and which way up it is; no place, time, device or thumbnail."""
    kept, turned = [], 1
    for marker, segment in _segments(content):
        if segment[4:].startswith(_EXIF):
            turned = _orientation(segment[10:])
        if marker != _COMMENT and (marker not in _APPS or marker in _APPS_KEPT):
            kept.append(segment)
    return b"\xff\xd8" + (b"" if turned == 1 else _exif_of(turned)) + b"".join(kept)


def _orientation(tiff: bytes) -> int:
    """Which way up the camera was held; 1 when it does not say."""
    order = "little" if tiff.startswith(b"II") else "big"

    def number(at: int, length: int) -> int:
        return int.from_bytes(tiff[at : at + length], order)  # type: ignore[arg-type]  # one of the two words above

    first = number(4, 4)
    for n in range(min(number(first, 2), 100)):
        entry = first + 2 + 12 * n
        if number(entry, 2) == _ORIENTATION:
            found = number(entry + 8, 2)
            return found if 1 <= found <= 8 else 1  # noqa: PLR2004  the eight ways of the EXIF standard
    return 1


def _exif_of(turned: int) -> bytes:
    """EXIF that tells the orientation and nothing else."""
    entry = _ORIENTATION.to_bytes(2) + (3).to_bytes(2) + (1).to_bytes(4) + turned.to_bytes(2) + b"\0\0"
    body = _EXIF + b"MM\0*" + (8).to_bytes(4) + (1).to_bytes(2) + entry + b"\0\0\0\0"
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body


_CLEAN = {FileKind.PDF: _whole_pdf, FileKind.JPEG: _bare_jpeg, FileKind.PNG: _bare_png}
