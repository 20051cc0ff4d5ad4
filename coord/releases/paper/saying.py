"""What the paper says, in words: every number already written as it is read. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from coord.language import Words
from coord.releases.codes import ReleaseState
from coord.releases.method import method_of
from coord.releases.reads import ImpactReport
from coord.releases.serving import ProtectedCount, ProtectedRate, Published
from coord.releases.tabling import (
    FIGURES,
    HEADLINES,
    LOOP,
    PEOPLE_FIGURES,
    RATES,
    figure_word,
    notes_of,
    person_word,
    stories_of,
    unsaid,
)

_Rows = Sequence[tuple[str | None, Published]]


def paper_of(report: ImpactReport, words: Words) -> Mapping[str, Any]:
    """All texts and lengths of bars; nothing is computed in the template."""
    total = report.answer.total
    return {
        "program": report.program.name,
        "title": words("impact.title"),
        "of": _of(report, words),
        "superseded": words("impact.superseded") if report.state is ReleaseState.SUPERSEDED else None,
        "headlines": [[figure_word(name, words), written(total[name], words)] for name in HEADLINES],
        "notes": [list(note) for note in notes_of(report, words)],
        "stories": [list(story) for story in stories_of(report, words)],
        "charts": [_loop(total, words), _rates(total, words)],
        "tables": list(_tables(report, words)),
        "method": [words("impact.how"), *method_of(report.parameters, words)],
        "hidden": words("impact.hidden_cells", n=report.answer.suppressed),
        "releases": [_release(report, number, words) for number in range(len(report.parts))],
        "foot": words("impact.release_of", release=str(report.release_id), period=report.period),
    }


def _of(report: ImpactReport, words: Words) -> str:
    """Which period, published when, and whose hospitals where it is not about all."""
    day = format_date(report.released_at, "long", words.locale)
    said = words("impact.of", period=report.period, day=day)
    return f"{said} · {words('impact.of_sponsor', sponsor=report.sponsor)}" if report.sponsor else said


def written(figure: ProtectedCount | ProtectedRate, words: Words) -> str:
    """A figure as people read it, or the sign for one that is not shown."""
    if isinstance(figure, ProtectedRate):
        return words(unsaid(figure)) if figure.percent is None else f"{figure.percent}%"
    return words(unsaid(figure)) if figure.value is None else format_decimal(figure.value, locale=words.locale)


def _loop(total: Published, words: Words) -> Mapping[str, Any]:
    """Bars from what was sent to what was closed; the longest is the whole width."""
    values = {name: figure.value or 0 for name in LOOP if isinstance(figure := total[name], ProtectedCount)}
    most = max(values.values(), default=0) or 1
    return {
        "title": words("impact.loop"),
        "bars": [
            [figure_word(name, words), written(total[name], words), "", value / most] for name, value in values.items()
        ],
    }


def _rates(total: Published, words: Words) -> Mapping[str, Any]:
    """Bars of which the whole width is a hundred percent, with both counts beside."""
    bars = []
    for name in RATES:
        figure = total[name]
        if isinstance(figure, ProtectedRate):
            part, whole = written(figure.numerator, words), written(figure.denominator, words)
            is_silent = figure.numerator.value is None and figure.denominator.value is None
            beside = "" if is_silent else words("impact.of_all", part=part, whole=whole)
            bars.append([figure_word(name, words), written(figure, words), beside, (figure.percent or 0) / 100])
    return {"title": words("impact.results"), "bars": bars}


def _tables(report: ImpactReport, words: Words) -> Sequence[Mapping[str, Any]]:
    found = report.answer
    hospitals = [(words("impact.total"), found.total), *((row.key[0][1], row.figures) for row in found.rows)]
    tables = [_table("impact.by_hospital", "impact.hospital", hospitals, FIGURES, words)]
    if found.profile:
        people = [(person_word(row, words), row.figures) for row in found.profile]
        tables.append(_table("impact.by_person", "impact.person", people, PEOPLE_FIGURES, words))
    return tables


def _table(title: str, first: str, rows: _Rows, names: Sequence[str], words: Words) -> Mapping[str, Any]:
    return {
        "title": words(title),
        "head": [words(first), *(figure_word(name, words) for name in names)],
        "lines": [[row, *(written(figures[name], words) for name in names)] for row, figures in rows],
    }


def _release(report: ImpactReport, number: int, words: Words) -> Sequence[str]:
    part = report.parts[number]
    return [words("impact.release", period=part.released.quarter), str(part.id), part.digest, part.key or ""]
