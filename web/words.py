"""Words, dates and numbers for templates, in the language of the page being rendered."""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent

from coord.clients.disclosure import Notice, notice
from coord.kernel.errors import Problem
from coord.kernel.money import major
from coord.language import LANGUAGES, Words, words

_HAN, _HANGUL = re.compile("[\u3400-\u9fff]"), re.compile("[\u1100-\u11ff\uac00-\ud7a3]")
HOME_ZONE = "Asia/Shanghai"
_speaking: ContextVar[Words] = ContextVar("words of the page")
_DAY = {"zh-CN": "y年M月d日", "en": "d MMM y", "ko": "y년 M월 d일"}
_SHORT_DAY = {"zh-CN": "M月d日", "en": "d MMM", "ko": "M월 d일"}
_WEEKDAY = {"zh-CN": "EEE", "en": "EEE", "ko": "(EEE)"}


def speak(language: str) -> Words:
    """Make a language the one of this page."""
    chosen = words(language)
    _speaking.set(chosen)
    return chosen


def t(key: str, **arguments: Any) -> str:
    """The sentence behind a catalog key."""
    return _speaking.get()(key, **arguments)


def has(key: str) -> bool:
    """Whether the language has a sentence for a key that is made of data."""
    return _speaking.get().has(key)


def disclosure() -> Notice:
    """The notice that goes with everything about a person that leaves."""
    return notice(_speaking.get().language)


def problem(found: Problem) -> str:
    """The sentence of a problem."""
    return _speaking.get().problem(found)


def day(value: date, *, weekday: bool = False, short: bool = False) -> str:
    """2026年11月21日; with the weekday, or without the year."""
    now = _speaking.get()
    pattern = (_SHORT_DAY if short else _DAY)[now.language]
    if weekday:
        parts = [pattern, _WEEKDAY[now.language]]
        # English puts the weekday first.
        pattern = " ".join(reversed(parts) if now.language == "en" else parts)
    return format_date(value, pattern, locale=now.locale)


def month(value: str) -> str:
    """2026年11月 for ``2026-11``."""
    return str(format_skeleton("yMMM", date.fromisoformat(f"{value}-01"), locale=_speaking.get().locale))


def short_month(value: str) -> str:
    """11月 for ``2026-11``, for the axis of a chart."""
    return str(format_skeleton("MMM", date.fromisoformat(f"{value}-01"), locale=_speaking.get().locale))


def moment(value: datetime, zone: str = HOME_ZONE) -> str:
    """11月21日 10:40 in the program's time zone."""
    now = _speaking.get()
    pattern = f"{_SHORT_DAY[now.language]} HH:mm"
    return format_datetime(value.astimezone(ZoneInfo(zone)), pattern, locale=now.locale)


def clock(value: datetime, zone: str = HOME_ZONE) -> str:
    """10:40 in the program's time zone."""
    return value.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def number(value: float) -> str:
    """11,482."""
    return format_decimal(value, locale=_speaking.get().locale)


def percent(value: float) -> str:
    """78%."""
    return format_percent(value, locale=_speaking.get().locale)


def money(amount: int, currency: str) -> str:
    """¥12,500.50 for 1250050 minor units of CNY, ¥12,500 for whole yuan."""
    value, locale = major(amount, currency), _speaking.get().locale
    if value == value.to_integral_value():
        return format_currency(value, currency, "¤#,##0", locale=locale, currency_digits=False)
    return format_currency(value, currency, locale=locale)


def tongue(text: str) -> str:
    """In which language people wrote, by their letters: browsers break lines and read aloud by it."""
    if _HANGUL.search(text):
        return "ko"
    return "zh-CN" if _HAN.search(text) else "en"


FUNCTIONS: Mapping[str, Any] = {
    "t": t,
    "problem": problem,
    "day": day,
    "month": month,
    "moment": moment,
    "clock": clock,
    "number": number,
    "percent": percent,
    "money": money,
    "LANGUAGES": LANGUAGES,
    "disclosure": disclosure,
    "tongue": tongue,
}
