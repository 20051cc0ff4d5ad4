"""Inputs: the only validation of shape, the same class for both doors."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from coord.kernel.cards import has_card_number
from coord.kernel.errors import Invalid, Problem
from coord.kernel.text import has_control_characters, narrow

# pydantic's error types, folded into the few codes that a reader needs.
_CODES = {
    "missing": "REQUIRED",
    "string_too_long": "TOO_LONG",
    "string_too_short": "TOO_SHORT",
    "too_short": "TOO_SHORT",
    "too_long": "TOO_MANY",
    "greater_than_equal": "TOO_SMALL",
    "greater_than": "TOO_SMALL",
    "less_than_equal": "TOO_LARGE",
    "less_than": "TOO_LARGE",
    "int_parsing": "NOT_A_WHOLE_NUMBER",
    "int_parsing_size": "TOO_LARGE",
    "int_type": "NOT_A_WHOLE_NUMBER",
    "int_from_float": "NOT_A_WHOLE_NUMBER",
    "bool_parsing": "NOT_A_CHOICE",
    "bool_type": "NOT_A_CHOICE",
    "enum": "NOT_A_CHOICE",
    "literal_error": "NOT_A_CHOICE",
    "uuid_parsing": "NOT_AN_ID",
    "uuid_type": "NOT_AN_ID",
    "timezone_aware": "NO_TIME_ZONE",
    "extra_forbidden": "UNKNOWN_FIELD",
}
_LIMITS = ("max_length", "min_length", "ge", "gt", "le", "lt")


def refuse(code: str, **arguments: str | int) -> PydanticCustomError:
    """An error for a validator to raise; ``code`` is the problem's code, arguments fill its sentence."""
    return PydanticCustomError("refused", "{code}", {"code": code, **arguments})


def _blank_to_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _no_control(value: str) -> str:
    if has_control_characters(value):
        raise refuse("CONTROL_CHARACTERS")
    return value


def _prose(value: str) -> str:
    if has_card_number(value):
        raise refuse("CARD_NUMBER")
    return _no_control(value)


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
# Beyond these years nothing is meant, and moving a moment to another time zone would overflow.
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2199
_MOST_DIGITS = 16


def _day(value: object) -> object:
    """ISO dates only: pydantic alone would take 20260903 for a number of seconds."""
    if isinstance(value, datetime) or not isinstance(value, (date, str)):
        raise refuse("BAD_DATE")
    if isinstance(value, date):
        return value
    text = narrow(value)
    if not text:
        raise refuse("REQUIRED")
    try:
        found = date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise refuse("BAD_DATE")
    return found


def _of_our_time(value: date) -> date:
    if not _EARLIEST_YEAR <= value.year <= _LATEST_YEAR:
        raise refuse("BAD_DATE")
    return value


def _month(value: str) -> str:
    if not (_ISO_MONTH.fullmatch(value) and _EARLIEST_YEAR <= int(value[:4]) <= _LATEST_YEAR):
        raise refuse("BAD_MONTH")
    return value


def _instant(value: object) -> object:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not re.match(r"\d{4}-\d{2}-\d{2}[T ]", value):
        raise refuse("BAD_DATE")
    return value


def _whole(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise refuse("NOT_A_WHOLE_NUMBER")
    if isinstance(value, str):
        text = narrow(value)
        if not text:
            raise refuse("REQUIRED")
        if not re.fullmatch(r"[+-]?[0-9]+", text):
            raise refuse("NOT_A_WHOLE_NUMBER")
        # More digits change nothing: every field has a limit far below, which names itself.
        digits = text.lstrip("+-").lstrip("0")[:_MOST_DIGITS] or "0"
        return -int(digits) if text.startswith("-") else int(digits)
    return value


Day = Annotated[date, BeforeValidator(_day), AfterValidator(_of_our_time)]
"""A calendar date, given as YYYY-MM-DD."""
Instant = Annotated[AwareDatetime, BeforeValidator(_instant), AfterValidator(_of_our_time)]
"""A moment with its UTC offset, given as ISO 8601."""
Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number; digits as text are fine, true and 1.5 are not. A field gives its limits."""
Blank = BeforeValidator(_blank_to_none)
"""Put on optional fields: an empty form field means "not given"."""
Narrow = BeforeValidator(lambda value: narrow(value) if isinstance(value, str) else value)
Printable = AfterValidator(_no_control)
Prose = AfterValidator(_prose)
"""Put on free text: no control characters, and no number of an identity card, which nobody needs in a note (PIPL 6)."""
Line = Annotated[str, Narrow, Printable]
"""One line of identifier text: NFKC, trimmed, no control characters."""
Month = Annotated[Line, AfterValidator(_month)]
"""A month, given as YYYY-MM."""


def _problem(error: ErrorDetails) -> Problem:
    field = str(error["loc"][0]) if error["loc"] else ""
    context = error.get("ctx") or {}
    if error["type"] == "refused":
        arguments = {k: v for k, v in context.items() if k != "code"}
        return Problem(field, str(context["code"]), arguments)
    code = _CODES.get(error["type"])
    if code is None:
        code = "BAD_DATE" if error["type"].startswith(("date", "time")) else "NOT_VALID"
    if code == "TOO_MANY" and isinstance(error["input"], str):
        code = "TOO_LONG"
    limit = next((context[name] for name in _LIMITS if name in context), None)
    if code == "TOO_SHORT" and limit == 1:
        return Problem(field, "REQUIRED")
    return Problem(field, code, {} if limit is None else {"limit": limit})


class Input(BaseModel):
    """Base of every input: frozen, unknown fields refused, all problems reported at once."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """Build the input from a door's raw mapping.

        Raises ``Invalid`` with one ``Problem`` per wrong field.
        """
        try:
            return cls.model_validate(dict(raw))
        except ValidationError as error:
            problems = {p.field: p for p in map(_problem, reversed(error.errors()))}
            raise Invalid(*reversed(problems.values())) from None
