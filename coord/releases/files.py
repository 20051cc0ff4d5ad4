"""A report as each of the files that it can be had as: all from the same cells."""

from collections.abc import Callable, Mapping

from coord.kernel.sheets import csv_table, xlsx_book
from coord.language import Words
from coord.releases.exporting import report_json
from coord.releases.iati import report_xml
from coord.releases.paper import report_pdf
from coord.releases.reads import ImpactReport
from coord.releases.sheets import sheets_of
from coord.releases.tabling import lines_of

_WRITERS: Mapping[str, Callable[[ImpactReport, Words], bytes]] = {
    "xlsx": lambda report, words: xlsx_book(sheets_of(report, words), made_at=report.released_at),
    "pdf": report_pdf,
    "csv": lambda report, words: csv_table(lines_of(report, words)),
    "xml": report_xml,
    "json": lambda report, _: report_json(report),
}
KINDS = tuple(_WRITERS)
"""The files that a report can be had as."""
PARTIAL_KINDS = ("xlsx", "pdf", "csv")
"""Those that say some hospitals alone; the others are of a whole release."""


def report_file(report: ImpactReport, kind: str, words: Words) -> bytes:
    """A report as one of ``KINDS``; only the JSON can be verified."""
    return _WRITERS[kind](report, words)
