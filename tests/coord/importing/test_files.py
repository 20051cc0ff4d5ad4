"""Which files are tables, and how a wrong one is refused: with one problem, before it can do harm."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from coord.contacts.importing import open_workbook
from coord.contacts.importing.headers import Column
from coord.contacts.importing.limits import MAX_FILE_BYTES
from coord.contacts.importing.sheet import names_code
from coord.contacts.importing.xlsx import read_workbook
from coord.kernel.errors import Invalid
from tests.coord.importing.running import HEADER, TITLE, file_of, row, sheet

XLSX = file_of("H003").read_bytes()


def refusal(content: bytes) -> str:
    """The one problem code of a file that cannot be taken."""
    with pytest.raises(Invalid) as refused:
        open_workbook(content)
    (problem,) = refused.value.problems
    assert problem.field == "file"
    return problem.code


def repacked(change: Callable[[str, bytes], bytes], **extra: bytes) -> bytes:
    """The third workbook with parts changed or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(XLSX)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in extra.items():
            new.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def written(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """A new XLSX file."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        fill(book)
    return made.getvalue()


def table(book: xlsxwriter.Workbook, name: str, *rows: str, title: str = TITLE) -> None:
    """A sheet with a title, the header and rows."""
    page = book.add_worksheet(name)
    for place, line in enumerate((title, HEADER, *rows)):
        page.write_row(place, 0, line.split(","))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "FILE_NOT_A_SHEET"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"\x00" * 50, "FILE_NOT_A_SHEET"),
        (b"<!DOCTYPE html><table><tr><td>x", "FILE_NOT_A_SHEET"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "FILE_NOT_A_SHEET"),
        (b"PK\x03\x04 no archive at all", "FILE_BROKEN"),
        (XLSX[: len(XLSX) // 2], "FILE_BROKEN"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "FILE_OLD_EXCEL"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 90 + "EncryptedPackage".encode("utf-16-le"), "FILE_ENCRYPTED"),
        (b"Dear colleagues,\nplease find attached.\n", "FILE_HAS_NO_HEADER"),
        ("姓名,性别,社工\n王,男,甲\n".encode(), "FILE_LACKS_COLUMNS"),
        (f"{TITLE}\n{HEADER}\n\n合计,,,,,,,,,0\n".encode(), "FILE_HAS_NO_ROWS"),
        (sheet(row(备注="=HYPERLINK(1)")), "FILE_HAS_FORMULAS"),
        (b"a" * (MAX_FILE_BYTES + 1), "FILE_TOO_LARGE"),
        (sheet(*(row(序号=str(n)) for n in range(20_060))), "FILE_HAS_TOO_MANY_ROWS"),
        (sheet("1," * 250 + "x"), "FILE_HAS_TOO_MANY_COLUMNS"),
        (b"\xff\xfe" + b"\x00\xd8" * 40, "FILE_NOT_A_SHEET"),
        (bytes(range(1, 200)) + b"\0" * 10, "FILE_NOT_A_SHEET"),
    ],
)
def test_a_wholly_wrong_file_is_refused_with_one_problem(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_zip_bomb_is_refused_from_its_directory() -> None:
    bomb = repacked(lambda _, part: part, xl__media__bomb=b"\0" * (30 * 1024 * 1024))
    assert len(bomb) < 100_000
    assert refusal(bomb) == "FILE_UNPACKS_TOO_LARGE"


def test_a_directory_that_lies_about_sizes_is_refused() -> None:
    honest = repacked(lambda name, part: part + b" " * 5_000_000 if name.endswith("sheet1.xml") else part)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (90_000).to_bytes(4, "little"))
    assert lying != honest
    assert refusal(lying) in {"FILE_BROKEN", "FILE_UNPACKS_TOO_LARGE"}


def test_an_archive_of_something_else_is_no_sheet() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(made.getvalue()) == "FILE_NOT_A_SHEET"


def test_macros_are_refused() -> None:
    assert refusal(repacked(lambda _, part: part, **{"xl__vbaProject.bin": b"x"})) == "FILE_HAS_MACROS"


def test_formulas_in_xlsx_are_refused() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        table(book, "记录", row())
        book.get_worksheet_by_name("记录").write_formula("J4", "=SUM(J3:J3)")

    assert refusal(written(fill)) == "FILE_HAS_FORMULAS"


def test_a_cell_far_outside_does_not_allocate_the_whole_sheet() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        table(book, "记录", row())
        book.get_worksheet_by_name("记录").write_string("A1048576", "x")

    assert refusal(written(fill)) == "FILE_HAS_TOO_MANY_ROWS"


def test_a_long_string_repeated_into_gigabytes_is_refused() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        table(book, "记录", row())
        for place in range(9000):
            book.get_worksheet_by_name("记录").write_string(place + 3, 0, "长" * 32_000)

    assert refusal(written(fill)) == "FILE_UNPACKS_TOO_LARGE"


def test_two_sheets_of_records_are_refused_but_an_example_is_not_taken_for_one() -> None:
    def two(book: xlsxwriter.Workbook) -> None:
        table(book, "8月", row(服务日期="2026-08-03"))
        table(book, "9月", row())

    def with_example(book: xlsxwriter.Workbook) -> None:
        table(book, "填写说明", row(序号="99"))
        table(book, "记录", row())

    assert refusal(written(two)) == "FILE_HAS_SEVERAL_SHEETS"
    assert [record.number for record in open_workbook(written(with_example)).records] == [1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_is_read_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str) -> None:
    content = sheet(row(备注="门诊大厅")).decode().replace(",", delimiter).encode(encoding)
    book = open_workbook(content)
    assert (book.month, [record.get(Column.NOTE) for record in book.records]) == ("2026-09", ["门诊大厅"])


def test_columns_are_known_by_other_names_in_any_order() -> None:
    content = "服务项目,日期,时长（分）,人数,编号,工作人员\n电访,2026/9/3,30,1,N-1,甲\n".encode()
    (record,) = open_workbook(content).records
    assert {column.value: cell for column, cell in record.cells.items()} == {
        "service": "电访", "date": "2026/9/3", "minutes": "30", "heads": "1", "client": "N-1", "worker": "甲",
    }  # fmt: skip


def test_totals_blank_lines_remarks_and_repeated_headers_are_no_records() -> None:
    lines = ["", row(), HEADER, ",,,,", "合计,,,,,,,,,1", "合 计", "审核人：李", row(序号="2")]
    assert [record.number for record in open_workbook(sheet(*lines)).records] == [1, 2]


@pytest.mark.parametrize(
    ("title", "month"),
    [
        ("H001 2026年9月 记录表", "2026-09"), ("２０２６年０９月份", "2026-09"), ("记录 2026-09", "2026-09"),
        ("2026.10", "2026-10"), ("2026년 9월", "2026-09"), ("填表日期：2026年10月2日", None), ("记录表", None),
    ],
)  # fmt: skip
def test_the_month_is_read_from_the_title_but_not_from_a_day(title: str, month: str | None) -> None:
    assert open_workbook(sheet(row(), title=title)).month == month


def test_a_code_of_digits_only_is_never_found_in_a_title() -> None:
    assert names_code(["H09 2026-09"], "H09")
    assert not names_code(["2026-09"], "09")


def test_the_one_who_filled_the_sheet_in_is_the_default_worker() -> None:
    for line in ("填表人:社工A", "填表人：社工A  日期:9月30日", "填表人,社工A"):
        assert open_workbook(sheet(row(), title=f"{TITLE}\n{line}")).filled_by == "社工A"


def test_numbers_and_dates_of_xlsx_are_read_as_people_write_them() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        table(book, "记录")
        page = book.get_worksheet_by_name("记录")
        clock = book.add_format({"num_format": "h:mm"})
        page.write_row(2, 0, [7.0, date(2026, 9, 3), "N-1", "王", "男", 1980.0, "个案面谈", "治疗"])
        page.write_datetime(2, 8, timedelta(minutes=45), clock)
        page.write_row(2, 9, [1.0, "", "社工A", "是"])
        page.write_number(3, 1, 46269.395833333336, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        page.write_string(3, 6, "个案面谈")

    first, second = open_workbook(written(fill)).records
    assert [first.get(c) for c in (Column.NUMBER, Column.DATE, Column.BIRTH_YEAR, Column.MINUTES, Column.HEADS)] == [
        "7", "2026-09-03", "1980", "0:45", "1",
    ]  # fmt: skip
    assert second.get(Column.DATE) == "2026-09-04 09:30:00"


_OUTSIDE = {
    "a file of the server": '<!DOCTYPE x [<!ENTITY e SYSTEM "file://{path}">]>',
    "a parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file://{path}"> %p; <!ENTITY e "x">]>',
    "another server": '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/canary">]>',
    "entities in entities": '<!DOCTYPE x [<!ENTITY a "canary"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY e "&b;&b;&b;&b;">]>',
}


def _said_in_a_cell(doctype: str, words: str) -> bytes:
    """The workbook with a document type, and with these words as the last text of its sheet."""

    def change(name: str, content: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return content
        before, last, after = content.decode().rpartition("</t>")
        assert before.startswith("<worksheet")
        return f"{doctype}{before[: before.rindex('>') + 1]}{words}{last}{after}".encode()

    return repacked(change)


@pytest.mark.parametrize("kind", _OUTSIDE)
def test_entities_of_a_workbook_bring_nothing_in(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "canary.txt"
    secret.write_text("canary", "utf-8")
    content = _said_in_a_cell(_OUTSIDE[kind].replace("{path}", str(secret)), "&e;")
    try:
        read = repr(list(read_workbook(content)))
    except Invalid:
        read = ""
    assert "canary" not in read
    # What a cell says by itself is read.
    assert "canary" in repr(list(read_workbook(_said_in_a_cell("", "canary"))))
