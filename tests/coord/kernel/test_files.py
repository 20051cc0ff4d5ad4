"""Files that people bring: only whole PDF, JPEG and PNG files, and no picture tells where it was taken."""

import struct
import zlib

import pytest

from coord.kernel.errors import Invalid
from coord.kernel.files import FileKind, checked

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*more: bytes) -> bytes:
    """A picture of one dot, with further chunks in front of its data."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + b"".join(more)
        + chunk(b"IDAT", zlib.compress(b"\0\1\2\3"))
        + chunk(b"IEND", b"")
    )


def segment(marker: int, content: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def exif(orientation: int, order: str = "<") -> bytes:
    """EXIF of a phone: which way up, and where."""
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    return segment(0xE1, b"Exif\0\0" + head + struct.pack(f"{order}H", 1) + entry + b"\0\0\0\0GPS 30.59N 114.30E")


def jpeg(*more: bytes) -> bytes:
    scan = b"\xff\xda\0\x08\1\1\0\0\x3f\0data\xff\0data\xff\xd9"
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0") + b"".join(more) + segment(0xDB, b"\0" * 65) + scan


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("同意书.PDF", PDF, FileKind.PDF),
        ("a.jpeg", jpeg(), FileKind.JPEG),
        ("a.jpg", jpeg(), FileKind.JPEG),
        ("a.png", png(), FileKind.PNG),
    ],
)
def test_whole_files_are_taken_as_they_are(name: str, content: bytes, kind: FileKind) -> None:
    assert checked(name, content) == (kind, content)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "FILE_EMPTY"),
        ("a.pdf", PDF + b"\0" * (10 * 1024 * 1024), "FILE_TOO_LARGE"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "FILE_NOT_TAKEN"),
        ("a.html", PDF, "FILE_NOT_TAKEN"),
        ("a.pdf", jpeg(), "FILE_NOT_TAKEN"),
        ("a.png", jpeg(), "FILE_NOT_TAKEN"),
        ("a.jpg", b"<html>", "FILE_NOT_TAKEN"),
        ("a", PDF, "FILE_NOT_TAKEN"),
        ("../../etc/passwd", PDF, "FILE_NOT_TAKEN"),
        ("a.pdf.exe", PDF, "FILE_NOT_TAKEN"),
        ("a.pdf", PDF[:20], "FILE_NOT_TAKEN"),
        ("a.png", png()[:-5], "FILE_NOT_TAKEN"),
        ("a.png", png()[:8], "FILE_NOT_TAKEN"),
        ("a.png", png()[:8] + chunk(b"IDAT", b"") + chunk(b"IEND", b""), "FILE_NOT_TAKEN"),
        ("a.jpg", jpeg()[:40], "FILE_NOT_TAKEN"),
        ("a.jpg", jpeg()[:-2], "FILE_NOT_TAKEN"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\0", "FILE_NOT_TAKEN"),
        ("a.jpg", b"\xff\xd8\xff", "FILE_NOT_TAKEN"),
        ("a.jpg", b"\xff\xd8" + segment(0xFF, b"x") + b"y" * 9, "FILE_NOT_TAKEN"),
    ],
)
def test_anything_else_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(name, content)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("file", code)]


def test_a_png_loses_its_texts_and_what_stands_behind_its_end() -> None:
    with_more = png(chunk(b"tEXt", b"Author\0secret"), chunk(b"eXIf", b"secret")) + b"secret"
    assert checked("a.png", with_more) == (FileKind.PNG, png())


def test_a_jpeg_loses_everything_but_the_picture_and_which_way_up_it_is() -> None:
    for order in "<>":
        _, kept = checked("a.jpg", jpeg(exif(6, order), segment(0xED, b"secret"), segment(0xFE, b"secret")) + b"secret")
        assert b"secret" not in kept
        assert b"GPS" not in kept
        assert struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) in kept
        assert checked("a.jpg", kept) == (FileKind.JPEG, kept)
    assert checked("a.jpg", jpeg(exif(1))) == checked("a.jpg", jpeg(exif(99))) == (FileKind.JPEG, jpeg())
