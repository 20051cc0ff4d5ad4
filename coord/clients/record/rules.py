"""Whether the facts of a record go together. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from coord.clients.codes import ClientFact, Gender, IdType
from coord.clients.record.inputs import RecordFacts
from coord.kernel.errors import Problem

KEPT_DIGITS: Final = 4
"""Of the number of a document only its end is kept."""
OF_AGE: Final = 18
_ICD: Final = re.compile(
    r"([A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?|[0-9A-Z]{4}(\.[0-9A-Z]{1,2})?)(?=$|[\s,;:，；：])", re.IGNORECASE
)
"""The beginning of a code of ICD-10 (F32.1) or ICD-11 (6A70.1)."""
_CARD: Final = re.compile(r"\d{17}[0-9X]")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


def number_of(given: RecordFacts) -> str | None:
    """The number of the document as it is compared: upper case, without spaces and dashes."""
    return re.sub(r"[\s\-]", "", given.id_number).upper() if given.id_number else None


def birth_year_of(given: RecordFacts, said: int | None) -> int | None:
    """The year of birth: of the day where that is known, else as it was said."""
    return given.birth_date.year if given.birth_date else said


def is_card_number(number: str) -> bool:
    """Whether a number is one of a Chinese identity card: 18 places, the last a check digit (GB 11643)."""
    if not _CARD.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == number[-1]


def years_old(born: date, day: date) -> int:
    """Whole years on a day; somebody born on 29 February grows older on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_minor(given: RecordFacts, birth_year: int | None, day: date) -> bool:
    """Whether the person is certainly under age on a day."""
    if given.birth_date is not None:
        return years_old(given.birth_date, day) < OF_AGE
    return birth_year is not None and day.year - birth_year < OF_AGE


DEMANDED: Final = (ClientFact.GENDER, ClientFact.BIRTH_DATE, ClientFact.DISTRICT, ClientFact.SOURCE)
"""What a registration must say beside the name (the field list of record 1); the code is given by coord."""


def unsaid(given: RecordFacts) -> Iterator[ClientFact]:
    """What every file must say beside the name and was not said; of a list, a gender that is not known was not."""
    for fact in DEMANDED:
        said = getattr(given, fact.lower())
        if said is None or (said is Gender.UNKNOWN and fact is ClientFact.GENDER):
            yield fact


def check_demanded(given: RecordFacts) -> Iterator[Problem]:
    """What a registration left out. That the gender is not known may be said: it is asked for again later."""
    yield from (Problem(fact.lower(), "REQUIRED") for fact in DEMANDED if getattr(given, fact.lower()) is None)


def check_record(given: RecordFacts, birth_year: int | None, day: date) -> Iterator[Problem]:
    """What does not go together. ``birth_year``: as it was said beside the date."""
    yield from _check_days(given, birth_year, day)
    yield from _check_number(given)
    if given.diagnosis is not None and not _ICD.match(given.diagnosis):
        yield Problem("diagnosis", "NOT_ICD")
    if given.guardian is None and is_minor(given, birth_year, day):
        yield Problem("guardian", "GUARDIAN_REQUIRED")


def _check_days(given: RecordFacts, birth_year: int | None, day: date) -> Iterator[Problem]:
    for field, said in (("birth_date", given.birth_date), ("first_diagnosed_on", given.first_diagnosed_on)):
        if said is not None and said > day:
            yield Problem(field, "FUTURE_DATE")
    if given.birth_date is None:
        return
    if birth_year is not None and given.birth_date.year != birth_year:
        yield Problem("birth_date", "BIRTH_YEAR_DIFFERS", {"year": birth_year})
    if given.first_diagnosed_on is not None and given.first_diagnosed_on < given.birth_date:
        yield Problem("first_diagnosed_on", "BEFORE_BIRTH")


def _check_number(given: RecordFacts) -> Iterator[Problem]:
    number = number_of(given)
    if number is None:
        return
    if given.id_type is None:
        yield Problem("id_type", "REQUIRED")
    if given.id_type is not IdType.ID_CARD:
        return
    if not is_card_number(number):
        yield Problem("id_number", "BAD_ID_NUMBER")
    elif given.birth_date is not None and number[6:14] != f"{given.birth_date:%Y%m%d}":
        yield Problem("id_number", "ID_NUMBER_DIFFERS")
