"""A report as a table for spreadsheets: hospitals, people by sex and age, notes, and which release it is."""

from collections.abc import Iterator, Sequence

from coord.kernel.sheets import Cell, Row
from coord.language import Words
from coord.releases.codes import COUNTS, NARRATIVE, PROFILE_OF, SHARES, NoteKind
from coord.releases.people import AGES, NOT_GIVEN
from coord.releases.reads import ImpactReport
from coord.releases.serving import Group, ProtectedCount, ProtectedRate, Published

FIGURES: Sequence[str] = (*COUNTS, *SHARES)
"""Every published figure, in the order in which tables show them."""
PEOPLE_FIGURES: Sequence[str] = [
    *(name for name, count in COUNTS.items() if count.cube in PROFILE_OF),
    *(name for name, share in SHARES.items() if share.cube in PROFILE_OF),
]
"""Those that are of people, and so also by sex and age."""
HEADLINES = ("persons", "new_persons", "person_times", "sessions")
LOOP = ("referrals_sent", "referrals_accepted", "referrals_first_contact", "referrals_closed_loop")
RATES = tuple(SHARES)
"""What stands in large figures, what is a way that gets narrower, and what is a share of something."""


def lines_of(report: ImpactReport, words: Words) -> Sequence[Row]:
    """Blocks below each other, each with its own head, an empty line between them."""
    people = people_lines(report, words)
    lines = [*hospital_lines(report, words), *([[], *people] if people else [])]
    notes = [[title, text] for title, text in (*notes_of(report, words), *stories_of(report, words))]
    lines += [[], *notes] if notes else []
    about = [[words("impact.of_sponsor", sponsor=report.sponsor)]] if report.sponsor else []
    return [*lines, [], *about, [words("impact.release_of", release=str(report.release_id), period=report.period)]]


def hospital_lines(report: ImpactReport, words: Words) -> list[Row]:
    """A head, the total, one line a hospital."""
    lines: list[Row] = [[words("impact.hospital"), *_head(FIGURES, words)]]
    lines.append([words("impact.total"), *_cells(report.answer.total, words)])
    return [*lines, *([row.key[0][1], *_cells(row.figures, words)] for row in report.answer.rows)]


def people_lines(report: ImpactReport, words: Words) -> list[Row]:
    """A head, one line for each sex and age band; nothing where that was not released."""
    rows = report.answer.profile
    head: list[Row] = [[words("impact.by_person"), *_head(PEOPLE_FIGURES, words)]] if rows else []
    return [*head, *([person_word(row, words), *_cells(row.figures, words, PEOPLE_FIGURES)] for row in rows)]


def _head(names: Sequence[str], words: Words) -> Sequence[str]:
    return [figure_word(name, words) for name in names]


def figure_word(name: str, words: Words) -> str:
    """What a figure is called, as a title."""
    text = words(f"impact.figure.{name}")
    return text[:1].upper() + text[1:]


def unsaid(figure: ProtectedCount | ProtectedRate) -> str:
    """The key of the sign for a figure without a value: too small to be shown, or a rate of nobody at all."""
    is_of_nobody = isinstance(figure, ProtectedRate) and figure.denominator.value == 0
    return "impact.of_nobody" if is_of_nobody else "impact.hidden"


def _cells(figures: Published, words: Words, names: Sequence[str] = FIGURES) -> Sequence[Cell]:
    """Numbers as numbers; a hidden one as the sign that it is."""
    found: list[Cell] = []
    for name in names:
        figure = figures[name]
        value = figure.percent if isinstance(figure, ProtectedRate) else figure.value
        found.append(words(unsaid(figure)) if value is None else value)
    return found


def person_word(row: Group, words: Words) -> str:
    """Sex and age band in words."""
    (sex, _), (age, _) = row.key
    shown = age if age in AGES and age != NOT_GIVEN else words("impact.age_not_given")
    return f"{words(f'impact.sex.{sex}')} · {shown}"


def stories_of(report: ImpactReport, words: Words) -> Sequence[tuple[str, str]]:
    """The stories of a report: a title and a text each; one that ended says only that."""
    return [
        (f"{words('impact.story')} ({one.of})", words("impact.story_ended"))
        if one.told.is_gone
        else (f"{words('impact.story')}: {one.told.title} ({one.of})", one.told.text)
        for one in report.stories
    ]


def notes_of(report: ImpactReport, words: Words) -> Iterator[tuple[str, str]]:
    """What stands beside the figures: a title and a text each."""
    for note in report.notes:
        kind = NoteKind(note["kind"])
        if kind in NARRATIVE:
            yield f"{words(f'impact.note.{kind}')} ({note['of']})", note["text"]
        else:
            yield (
                words("impact.note.correction"),
                words(f"impact.note.{kind}", of=note["of"], period=note["period"], text=note["text"]),
            )
