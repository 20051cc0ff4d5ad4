"""``coord report``."""

import sys
from pathlib import Path

import click

from coord.language import LANGUAGES, words
from coord.measures import Dimension
from coord.releases.files import KINDS, report_file
from coord.releases.public import public_report
from workers.commands.common import need_current_schema, run, say, spoken

_EXAMPLE = """\b
Example:
  coord report DIP --period 2026Q3 --format xlsx --out report.xlsx
"""


@click.command(epilog=_EXAMPLE)
@click.argument("program")
@click.option("--period", default="", help="2026Q3 or 2026; the newest published quarter if not given.")
@click.option("--format", "kind", type=click.Choice(KINDS), default="json", show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the words in the file.")
@click.option(
    "--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Instead of standard output."
)
def report(program: str, period: str, kind: str, language: str | None, out: Path | None) -> None:
    """Write the published report of a program: what everybody may read, as a file."""
    need_current_schema()
    found = run(lambda: public_report(program, period, (Dimension.HOSPITAL,))).report
    content = report_file(found, kind, words(language) if language else spoken())
    if out is None:
        sys.stdout.buffer.write(content)
        return
    out.write_bytes(content)
    say("command.report.written", file=out, period=found.period)
