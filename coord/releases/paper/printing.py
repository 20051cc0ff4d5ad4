"""Setting a report with typst. What the page says goes in as JSON, so no name or note is ever read as markup."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import noto_cjk_sans_otc
import typst

from coord.language import Words
from coord.releases.paper.saying import paper_of
from coord.releases.reads import ImpactReport

_FOLDER = Path(__file__).parent
FAMILIES = {"zh-CN": "Noto Sans CJK SC", "en": "Noto Sans CJK SC", "ko": "Noto Sans CJK KR"}
"""The face of the font whose shapes a language's readers know."""


class PaperFailed(RuntimeError):
    """The template and the fonts do not fit: a defect of the installation, never of the report."""


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the installed package alone: the same report is the same bytes on every machine."""
    folder = Path(noto_cjk_sans_otc.FONT_PATH).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def report_pdf(report: ImpactReport, words: Words) -> bytes:
    """A tagged PDF (PDF/UA-1) in the language of ``words``; the same release gives the same bytes.

    Raises ``PaperFailed`` when a font is missing: a page of empty boxes is never handed out.
    """
    said = {**paper_of(report, words), "font": FAMILIES[words.language], "lang": words.language}
    made, warned = typst.compile_with_warnings(
        str(_FOLDER / "report.typ"),
        root=str(_FOLDER),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(said, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(report.released_at.timestamp()),
    )
    _refuse(warned)
    return bytes(made)


def _refuse(warned: Sequence[typst.TypstWarning]) -> None:
    if warned:
        raise PaperFailed("; ".join(one.message for one in warned))
