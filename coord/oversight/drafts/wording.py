"""A draft in words: headings with sentences, the same for the page, the file and the check. Pure."""

import hashlib
import json
from collections.abc import Iterator, Sequence

from babel.numbers import format_currency

from coord.kernel.money import major
from coord.language import Words
from coord.oversight.drafts.reads import Draft
from coord.oversight.drafts.rules import totals
from coord.releases.paper.saying import written
from coord.releases.serving import ProtectedRate
from coord.releases.tabling import HEADLINES, LOOP, RATES, figure_word, notes_of, stories_of

Section = tuple[str, Sequence[str]]
SINCE_START = ("new_persons", "person_times", "sessions", "referrals_sent", "referrals_closed_loop")
"""Those that add up over quarters."""


def sections_of(draft: Draft, words: Words) -> Sequence[Section]:
    """Headings with their sentences; what is empty has no heading."""
    report, since = draft.report, draft.since_start
    found: list[Section] = [
        (words("draft.quarter", period=report.period), list(_figures(draft, words))),
        (
            words("draft.since", first=since.quarters[0], last=since.quarters[-1]),
            [_line(figure_word(name, words), written(since.total[name], words), words) for name in SINCE_START],
        ),
        (words("draft.money"), list(_money(draft, words))),
        *((title, [text]) for title, text in notes_of(report, words)),
        *((title, [text]) for title, text in stories_of(report, words)),
        (words("draft.basis"), list(_basis(draft, words))),
    ]
    return [(title, lines) for title, lines in found if lines]


def _line(name: str, value: str, words: Words) -> str:
    return words("draft.line", name=name, value=value)


def _figures(draft: Draft, words: Words) -> Iterator[str]:
    total = draft.report.answer.total
    for name in (*HEADLINES, *LOOP):
        yield _line(figure_word(name, words), written(total[name], words), words)
    for name in RATES:
        rate = total[name]
        if isinstance(rate, ProtectedRate) and rate.percent is not None:
            part, whole = written(rate.numerator, words), written(rate.denominator, words)
            yield _line(figure_word(name, words), f"{rate.percent}% ({part} / {whole})", words)


def _money(draft: Draft, words: Words) -> Iterator[str]:
    for one, amount in draft.spent:
        said = words("draft.pay_of_few") if amount is None else _sum(amount, one.currency, words)
        yield _line(words(f"budget_category.{one.category}"), said, words)
    for currency, amount in totals(draft.spent):
        yield _line(words("impact.total"), _sum(amount, currency, words), words)


def _sum(amount: int, currency: str, words: Words) -> str:
    return str(format_currency(major(amount, currency), currency, locale=words.locale))


def _basis(draft: Draft, words: Words) -> Iterator[str]:
    report = draft.report
    yield words("draft.protected", base=report.parameters.base, floor=report.parameters.display_floor)
    yield words("impact.release_of", release=str(report.release_id), period=report.period)


def digest_of_draft(sections: Sequence[Section]) -> str:
    """SHA-256 over everything that a draft says."""
    return hashlib.sha256(json.dumps(sections, ensure_ascii=False).encode()).hexdigest()


def text_of_draft(title: str, sections: Sequence[Section]) -> str:
    """The draft as plain text, to be pasted where it is published."""
    blocks = [title, *("\n".join([heading, *lines]) for heading, lines in sections)]
    return "\n\n".join(blocks) + "\n"
