"""``coord import``: bringing hospitals' spreadsheets in from the command line."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import anyio
import click

from coord.contacts.codes import ImportKind
from coord.contacts.importing import (
    IMPORTER,
    PeoplePlan,
    RequestImport,
    fates,
    open_workbook,
    people_fates,
    request_import,
)
from coord.contacts.importing import import_report as report_of
from coord.contacts.importing.batches import AnyPlan
from coord.contacts.importing.limits import MAX_FILE_BYTES, MEGABYTE
from coord.contacts.importing.outcome import Fate, RowFate
from coord.kernel.errors import Invalid, NotFound, Problem, Refusal
from coord.kernel.workdays import read_year
from coord.kernel.workdays.yearly import FILE_NAME
from coord.language import Words, words
from coord.measures.workbook import workbook_figures
from coord.organizations import organization_by_code
from coord.settings import settings
from coord.work import begin, engine
from workers.commands.common import say
from workers.jobs.imports import planned, write_all

_OF_CLIENTS = """\b
Example:
  coord import clients H001_clients.xlsx --program DIP --hospital H001 --dry-run
"""
_EXAMPLE = """\b
Example:
  coord import contacts H001_2026-09.csv --program DIP --hospital H001 --dry-run
"""


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for on the command line."""

    file: Path
    program: str
    hospital: str
    month: str | None
    dry_run: bool
    kind: ImportKind = ImportKind.CONTACTS


@click.group("import")
def imports() -> None:
    """Bring spreadsheets in."""


@imports.command("calendar", epilog="\b\nExample:\n  coord import calendar CN-2027.csv\n")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def calendar(file: Path) -> None:
    """Add a year's holidays and make-up working days: a CSV file with day,kind,name, named country-year.csv."""
    named = FILE_NAME.fullmatch(file.name)
    if named is None:
        raise Invalid(Problem("file", "CALENDAR_FILE_NAME"))
    try:
        table = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(Problem("file", "CALENDAR_ROW", {"row": 1, "year": named[2]})) from None
    read_year(table, int(named[2]))
    settings().calendar_folder.mkdir(parents=True, exist_ok=True)
    (settings().calendar_folder / file.name).write_text(table, encoding="utf-8")
    say("command.calendar.done", country=named[1], year=named[2])


@imports.command("contacts", epilog=_EXAMPLE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--program", required=True, help="Code of the program.")
@click.option("--hospital", required=True, help="Code of the hospital that sent the file.")
@click.option("--month", help="Month of the records, as 2026-09; otherwise the title row says it.")
@click.option("--dry-run", is_flag=True, help="Show what would become of every row; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def contacts(*, file: Path, program: str, hospital: str, month: str | None, dry_run: bool, as_json: bool) -> None:
    """Import a hospital's table of service contacts: CSV (UTF-8, GB18030) or XLSX.

    A bad row is refused with its reason and does not lose the others. The same file twice adds nothing.
    """
    spoken = words(settings().default_language)
    order = Order(file, program, hospital, month, dry_run)
    try:
        rows = anyio.run(_import, order)
    except (Invalid, NotFound) as refused:
        raise click.ClickException(_sentence(spoken, refused)) from None
    click.echo(_as_json(order, rows, spoken) if as_json else _as_table(order, rows, spoken))


@imports.command("clients", epilog=_OF_CLIENTS)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--program", required=True, help="Code of the program.")
@click.option("--hospital", required=True, help="Code of the hospital whose clients these are.")
@click.option("--dry-run", is_flag=True, help="Show what would become of every row; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def clients(*, file: Path, program: str, hospital: str, dry_run: bool, as_json: bool) -> None:
    """Import a hospital's list of clients: CSV (UTF-8, GB18030) or XLSX.

    People who are registered already stay as they are; a bad row is refused with its reason. The same file twice adds
    nobody.
    """
    spoken = words(settings().default_language)
    order = Order(file, program, hospital, None, dry_run, ImportKind.CLIENTS)
    try:
        rows = anyio.run(_import, order)
    except (Invalid, NotFound) as refused:
        raise click.ClickException(_sentence(spoken, refused)) from None
    click.echo(_people_json(order, rows, spoken) if as_json else _people_table(order, rows, spoken))


def _people_json(order: Order, rows: Sequence[RowFate], spoken: Words) -> str:
    refusals = [_refusal(row, spoken) for row in rows if row.fate is Fate.REFUSED]
    people = [{"row": row.row, "line": row.line, "fate": row.fate, "code": row.code} for row in rows if row.code]
    told = {"file": order.file.name, "dry_run": order.dry_run, **_counts(rows), "people": people, "refusals": refusals}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _people_table(order: Order, rows: Sequence[RowFate], spoken: Words) -> str:
    lines = [spoken("import.cli.dry_run" if order.dry_run else "import.cli.done", file=order.file.name)]
    lines += [f"  {spoken(f'import.figure.{name}')}: {count}" for name, count in _counts(rows).items()]
    for row in rows if order.dry_run else [row for row in rows if row.faults]:
        lines.append("  " + _line(row, spoken) + (f" {row.code}" if row.code else ""))
    return "\n".join(lines)


def _sentence(spoken: Words, refused: Refusal) -> str:
    if isinstance(refused, Invalid):
        return " ".join(spoken.problem(problem) for problem in refused.problems)
    return spoken("import.cli.not_found")


async def _import(order: Order) -> Sequence[RowFate]:
    try:
        return await _run(order)
    finally:
        await engine.database().dispose()


async def _run(order: Order) -> Sequence[RowFate]:
    if order.file.stat().st_size > MAX_FILE_BYTES:
        raise Invalid(Problem("file", "FILE_TOO_LARGE", {"limit": MAX_FILE_BYTES // MEGABYTE}))
    book = open_workbook(order.file.read_bytes(), order.kind)
    async with begin(IMPORTER, read_only=True) as unit:
        hospital = await organization_by_code(unit, order.hospital)
        asked = {"program": order.program, "hospital": hospital["id"], "month": order.month, "dry_run": order.dry_run}
        given = RequestImport.parse({**asked, "file_name": order.file.name[-200:], "kind": order.kind})
        plan = await planned(unit, book, given)
    if order.dry_run:
        return people_fates(plan, {}) if isinstance(plan, PeoplePlan) else fates(plan)
    return await _write(given, plan)


async def _write(given: RequestImport, plan: AnyPlan) -> Sequence[RowFate]:
    async with begin(IMPORTER) as unit:
        import_id = await request_import(unit, given)
    with click.progressbar(length=len(plan.rows), file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        await write_all(import_id, plan, lambda done: bar.update(done - bar.pos))
    async with begin(IMPORTER, read_only=True) as unit:
        return (await report_of(unit, import_id)).rows


def _as_json(order: Order, rows: Sequence[RowFate], spoken: Words) -> str:
    counts = _counts(rows)
    refusals = [_refusal(row, spoken) for row in rows if row.fate is Fate.REFUSED]
    figures = asdict(workbook_figures(row.facts for row in rows if row.facts is not None))
    told = {"file": order.file.name, "dry_run": order.dry_run, **counts, "refusals": refusals, **figures}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _counts(rows: Sequence[RowFate]) -> dict[str, int]:
    count: Callable[[Fate], int] = [row.fate for row in rows].count
    added, there = count(Fate.ADDED), count(Fate.ALREADY_THERE)
    return {
        "accepted_rows": added + there,
        "added_rows": added,
        "already_there": there,
        "refused_rows": count(Fate.REFUSED),
    }


def _refusal(row: RowFate, spoken: Words) -> dict[str, Any]:
    first = row.faults[0]
    told: dict[str, Any] = {"row": row.row, "ok": False, "reason": first.reason, "field": first.column}
    if row.of is not None:
        told["of"] = row.of
    return told | {"line": row.line, "message": spoken(first.message, **first.arguments)}


def _as_table(order: Order, rows: Sequence[RowFate], spoken: Words) -> str:
    counts = _counts(rows)
    figures = workbook_figures(row.facts for row in rows if row.facts is not None)
    lines = [spoken("import.cli.dry_run" if order.dry_run else "import.cli.done", file=order.file.name)]
    lines += [f"  {spoken(f'import.figure.{name}')}: {count}" for name, count in counts.items()]
    for name, value in asdict(figures).items():
        if name == "person_times_by_service":
            lines += [f"    {spoken(f'service_code.{code}')}: {n}" for code, n in value.items()]
        else:
            lines.append(f"  {spoken(f'import.figure.{name}')}: {value}")
    for row in rows if order.dry_run else [row for row in rows if row.faults]:
        lines.append("  " + _line(row, spoken))
    return "\n".join(lines)


def _line(row: RowFate, spoken: Words) -> str:
    told = [spoken(fault.message, **fault.arguments) for fault in row.faults]
    fate = spoken(f"import.fate.{row.fate.lower()}")
    return spoken("import.cli.row", row=row.row, line=row.line, fate=" ".join([fate, *told]))
