"""A report as a workbook: one sheet a table, then the notes, what every figure means, and which release it is."""

from collections.abc import Sequence

from coord.kernel.sheets import Row
from coord.language import Words
from coord.measures.ratios import RATIOS
from coord.releases.codes import COUNTS, SHARES
from coord.releases.method import method_of
from coord.releases.reads import ImpactReport
from coord.releases.tabling import FIGURES, figure_word, hospital_lines, notes_of, people_lines, stories_of

Sheet = tuple[str, Sequence[Row]]
"""A name and the rows, the first of which is the head."""


def sheets_of(report: ImpactReport, words: Words) -> Sequence[Sheet]:
    """Every sheet in the order of the book; what a report does not have is no sheet."""
    notes = [*notes_of(report, words), *stories_of(report, words)]
    found: list[Sheet] = [
        (words("impact.by_hospital"), hospital_lines(report, words)),
        (words("impact.by_person"), people_lines(report, words)),
        (words("impact.sheet.notes"), [[words("impact.sheet.notes")], *notes] if notes else []),
        (words("impact.sheet.definitions"), _definitions(report, words)),
        (words("impact.sheet.release"), _releases(report, words)),
    ]
    return [(name, rows) for name, rows in found if rows]


def definition_of(figure: str, words: Words) -> str:
    """What a published figure counts, in the words of the measures that it is made of."""
    if figure in COUNTS:
        return " ".join(words(f"measure.{one}.definition") for one in COUNTS[figure].measures)
    ratio = RATIOS[SHARES[figure].ratio]
    part, whole = (words(f"measure.{one}.definition") for one in (ratio.part, ratio.whole))
    return words("impact.definition_of_rate", part=part, whole=whole)


def _definitions(report: ImpactReport, words: Words) -> Sequence[Row]:
    """Figures first, then how all of them are protected."""
    figures: list[Row] = [[figure_word(name, words), definition_of(name, words)] for name in FIGURES]
    how: list[Row] = [[words("impact.how"), sentence] for sentence in method_of(report.parameters, words)]
    return [[words("impact.sheet.figure"), words("impact.sheet.definition")], *figures, *how]


def _releases(report: ImpactReport, words: Words) -> Sequence[Row]:
    """Each quarter with what it is checked by."""
    about: list[Row] = [
        [words("impact.sheet.program"), f"{report.program.code} {report.program.name}"],
        [words("impact.sheet.period"), report.period],
        [words("impact.sheet.rules"), report.rules_version],
    ]
    if report.sponsor:
        about.append([words("impact.of_sponsor", sponsor=report.sponsor)])
    parts: list[Row] = [
        [part.released.quarter, str(part.id), part.digest, part.key or "", part.signature or ""]
        for part in report.parts
    ]
    head = ("quarter", "release", "digest", "key", "signature")
    return [[words(f"impact.sheet.{name}") for name in head], *parts, [], *about]
