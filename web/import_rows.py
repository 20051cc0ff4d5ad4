"""The rows of a finished import: shown page by page, and the refused ones as a file to correct."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from coord.contacts.codes import ImportKind
from coord.contacts.importing import ImportReport, import_content, import_report, open_workbook
from coord.contacts.importing.outcome import Fate, RowFate
from coord.contacts.importing.refused import RefusedTable, refused_table
from coord.kernel.sheets import Row
from coord.measures.workbook import workbook_figures
from coord.work import begin
from web.client_record import lacks
from web.downloads import ENDINGS, table_file
from web.forms import Form
from web.foundation import address, cap
from web.page import language_of
from web.paging import SIZES, Pages, pages_of
from web.routes import heavy
from web.session import actor_of
from web.words import speak, t

_ALL = "ALL"
_TONES: Mapping[Fate, str] = {Fate.REFUSED: "bad", Fate.ADDED: "ok", Fate.ALREADY_THERE: "info"}
_SHOWN = ("person_times", "identified_clients", "minutes", "contacts_not_delivered", "group_sessions")


@dataclass(frozen=True, slots=True)
class Result:
    """What a page shows of a finished import."""

    figures: Sequence[tuple[str, int, str]]
    by_service: Sequence[tuple[str, int]]
    tabs: Sequence[tuple[str, int, str, bool]]
    rows: Sequence[Mapping[str, Any]]
    pages: Pages
    sizes: Sequence[int]
    downloads: Sequence[tuple[str, str]]
    of_people: bool
    lacking: int
    """How many of the people who were taken have files that lack something."""


def result_of(report: ImportReport, asked: Form) -> Result:
    """The figures of an import and one page of its rows: the refused ones unless others are asked for."""
    path, dry_run = f"/imports/{report.card.id}", report.card.dry_run
    counts = Counter(row.fate for row in report.rows)
    chosen = _chosen(asked, counts)
    rows = [row for row in report.rows if chosen in {_ALL, row.fate}]
    pages = pages_of(asked, len(rows), path, {"fate": chosen, "size": asked.value("size")})
    of_people = report.card.kind is ImportKind.CLIENTS
    figures = workbook_figures(row.facts for row in report.rows if row.facts is not None)
    events = f"{t('import.figure.events')} {figures.events}"
    tabs = [(_word(fate, dry_run=dry_run), counts[fate], address(path, fate=fate), chosen == fate) for fate in _TONES]
    return Result(
        of_people=of_people,
        lacking=sum(bool(row.lacks) for row in report.rows),
        figures=[(_word(fate, dry_run=dry_run), counts[fate], "") for fate in _TONES]
        if of_people
        else [
            (t(f"import.figure.{name}"), getattr(figures, name), events if name == "group_sessions" else "")
            for name in _SHOWN
        ],
        by_service=[(cap(t(f"service_code.{code}")), n) for code, n in figures.person_times_by_service.items()],
        tabs=[*tabs, (t("import.all_rows"), len(report.rows), address(path, fate=_ALL), chosen == _ALL)],
        rows=[_line(row, dry_run=dry_run) for row in rows[max(pages.first_row - 1, 0) : pages.last_row]],
        pages=pages,
        sizes=SIZES,
        downloads=[(ending.upper(), f"{path}/refused.{ending}") for ending in ENDINGS] if counts[Fate.REFUSED] else [],
    )


def _chosen(asked: Form, counts: Mapping[Fate, int]) -> str:
    if asked.value("fate") in {_ALL, *Fate}:
        return asked.value("fate")
    return Fate.REFUSED if counts[Fate.REFUSED] else _ALL


def _word(fate: Fate, *, dry_run: bool) -> str:
    key = "would_add" if dry_run and fate is Fate.ADDED else fate.lower()
    return cap(t(f"import.fate.{key}"))


def _line(row: RowFate, *, dry_run: bool) -> Mapping[str, Any]:
    return {
        "number": row.row,
        "line": row.line,
        "tone": _TONES[row.fate],
        "fate": _word(row.fate, dry_run=dry_run),
        "day": row.facts.occurred_on if row.facts else None,
        "code": row.code,
        "service": cap(t(f"service_code.{row.facts.service_code}")) if row.facts else "",
        "why": _why(row),
    }


def _why(row: RowFate) -> Sequence[str]:
    """Every fault of a row, after the name of its column; of a person who was taken, what the file still lacks."""
    faults = [
        t("import.fault", column=t(f"import.column.{fault.column}"), why=t(fault.message, **fault.arguments))
        for fault in row.faults
    ]
    return [*faults, t("record.gaps", what=lacks(row.lacks))] if row.lacks else faults


async def refused(request: Request) -> Response:
    """The refused rows as they were written, with the reasons. Raises ``NotFound`` for others' files."""
    speak(language_of(request))
    import_id: UUID = request.path_params["import_id"]
    async with begin(actor_of(request), read_only=True) as unit:
        report = await import_report(unit, import_id)
        content = await import_content(unit, import_id)
    book = await anyio.to_thread.run_sync(open_workbook, content, report.card.kind)
    table = refused_table(book, report.rows)
    name = f"{report.card.hospital_code} {report.card.month or ''} {t('import.fate.refused')}"
    header = len(table.titles) + 1
    return await table_file(name, request.path_params["ending"], _sheet(table), header=header)


def _sheet(table: RefusedTable) -> list[Row]:
    lines = [[*line.cells, " ".join(_why(line.fate))] for line in table.rows]
    return [*table.titles, [*table.header, t("import.reason_heading")], *lines]


ROUTES = [heavy("/imports/{import_id:uuid}/refused.{ending}", refused)]
