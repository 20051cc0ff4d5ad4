"""The report as PDF: readable in three languages, the same bytes again, and never an instruction to the typesetter."""

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from coord.language import LANGUAGES, words
from coord.releases.paper import printing, report_pdf
from coord.releases.paper.saying import written
from coord.releases.tabling import FIGURES, HEADLINES
from tests.coord.releases.papers import DIGEST, PLACES, paper


def pages(made: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_which_release_it_is_of_and_its_number(language: str) -> None:
    said, report = words(language), paper()
    found = pages(report_pdf(report, said))
    for number, text in enumerate(found, 1):
        assert text.rstrip().endswith(f"{number} / {len(found)}")
        assert str(report.release_id) in text
    assert DIGEST in found[-1]
    assert said("impact.method_4", floor=5, rate=20)[:9] in found[-1]
    assert all(place.name in found[1] for place in PLACES)


def test_the_first_page_says_the_totals_of_the_table() -> None:
    said, report = words("zh-CN"), paper()
    first, second, *_ = pages(report_pdf(report, said))
    told = [written(report.answer.total[name], said) for name in FIGURES]
    assert " ".join([said("impact.total"), *told]) in second
    for name in HEADLINES:
        assert f"{said(f'impact.figure.{name}')}\n{written(report.answer.total[name], said)}\n" in f"{first}\n"


def test_what_is_hidden_is_a_word_and_no_number() -> None:
    said = words("en")
    text = "\n".join(pages(report_pdf(paper(each=30), said)))
    row = re.search(rf"{PLACES[1].name} (.*)", text)
    assert row
    assert row[1].split(said("impact.hidden"))[0] == ""
    assert "3" not in row[1].split()


def test_the_same_report_is_the_same_bytes() -> None:
    assert report_pdf(paper(), words("ko")) == report_pdf(paper(), words("ko"))
    assert report_pdf(paper(), words("ko")) != report_pdf(paper(each=33), words("ko"))


@pytest.mark.parametrize(
    "text", ["#panic(1)", "$x$ *b* _i_", "[a](b) <c>", '#read("printing.py")', "= 标题", "\\", '"', "//注释"]
)
def test_words_of_people_are_text_and_nothing_else(text: str) -> None:
    made = report_pdf(paper({"kind": "SUMMARY", "text": f"开始{text}结束"}), words("zh-CN"))
    told, expected = ("".join(one.split()) for one in (pages(made)[0], f"开始{text}结束"))
    assert expected in told


def test_a_long_report_repeats_the_head_of_its_table() -> None:
    many = [replace(PLACES[0], code=f"H{number}") for number in range(60)]
    said = words("zh-CN")
    found = [page for page in pages(report_pdf(paper(places=many), said)) if PLACES[0].name in page]
    assert len(found) >= 3
    assert all(said("impact.figure.persons") in page for page in found)


def test_it_is_tagged_and_says_its_language() -> None:
    reader = PdfReader(io.BytesIO(report_pdf(paper(), words("ko"))))
    catalog: Any = reader.root_object
    assert catalog["/Lang"] == "ko"
    assert catalog["/MarkInfo"]["/Marked"]
    assert reader.metadata
    assert reader.metadata.title == "抑郁症干预项目 · 성과 보고서"


def test_boxes_instead_of_characters_are_never_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(printing.FAMILIES, "en", "No Such Font")
    with pytest.raises(printing.PaperFailed, match="no such font"):
        report_pdf(paper(), words("en"))
