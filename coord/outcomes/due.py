"""What is due for a person in care: a first scale, the next one, a review without response, a second contact. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coord.outcomes.codes import Due
from coord.outcomes.rules import is_response
from coord.outcomes.scales import PHQ9
from coord.programs import Setting

_SOON = timedelta(days=7)
AGAIN_AFTER = timedelta(weeks=4)
AGAIN_AFTER_AT_CASENESS = timedelta(weeks=2)


@dataclass(frozen=True, slots=True)
class Facts:
    """An open case: since when, its complete PHQ-9 scores (day, score) and the days of its contacts, in order.

    ``terms``: its program's settings on a day; what began on a day is due by the terms of that day.
    """

    opened_on: date
    scores: Sequence[tuple[date, int]]
    contacts: Sequence[date]
    terms: Callable[[date], Mapping[Setting, int]]


def due_of(facts: Facts, today: date) -> Iterator[tuple[Due, date]]:
    """Everything that is due on a day, each with the day on which it became due."""
    yield from _contact(facts, today)
    if not facts.scores:
        yield Due.FIRST_SCALE, facts.opened_on
        return
    yield from _review(facts, today)
    day, score = facts.scores[-1]
    on = day + (AGAIN_AFTER_AT_CASENESS if score >= (PHQ9.caseness or 0) else AGAIN_AFTER)
    if on <= today:
        yield Due.SCALE_AGAIN, on


def _review(facts: Facts, today: date) -> Iterator[tuple[Due, date]]:
    """T7: weeks 8 to 12 after an elevated first score, while the last one is no response."""
    first_day, first = facts.scores[0]
    terms = facts.terms(first_day)
    opens = first_day + timedelta(weeks=terms[Setting.RESPONSE_REVIEW_WEEKS])
    in_window = opens <= today <= first_day + timedelta(weeks=terms[Setting.RESPONSE_REVIEW_LAST_WEEKS])
    if first >= (PHQ9.caseness or 0) and in_window and not is_response(first, facts.scores[-1][1]):
        yield Due.NON_RESPONSE, opens


def _contact(facts: Facts, today: date) -> Iterator[tuple[Due, date]]:
    """T6: a second contact within four weeks of the first; said a week before."""
    days = list(dict.fromkeys(facts.contacts))
    if len(days) != 1:
        return
    due = days[0] + timedelta(days=facts.terms(days[0])[Setting.NEXT_CONTACT_DAYS])
    if due - _SOON <= today:
        yield Due.FOUR_WEEK_CONTACT, due
