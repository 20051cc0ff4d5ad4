"""Numbers of identity cards in free text, by their own check digits. Pure.

China: GB 11643-1999, 17 digits and a check character (ISO 7064, MOD 11-2). South Korea: the resident registration number,
a day of birth and seven digits, of which the first tells century and sex.
"""

import re
from datetime import date

_CHINA = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_KOREA = re.compile(r"(?<![0-9])([0-9]{2})([0-9]{2})([0-9]{2})-?([1-4])[0-9]{6}(?![0-9])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_WIDE = str.maketrans("０１２３４５６７８９Ｘｘ－", "0123456789Xx-")


def _is_day(year: int, month: str, day: str) -> bool:
    try:
        date(year, int(month), int(day))
    except ValueError:
        return False
    return True


def _is_chinese(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    fits = _CHECKS[total % 11] == number[17].upper()
    return fits and _is_day(int(number[6:10]), number[10:12], number[12:14])


def has_card_number(text: str) -> bool:
    """Whether a text holds what can only be the number of an identity card."""
    narrow = text.translate(_WIDE)
    if any(_is_chinese(found[0]) for found in _CHINA.finditer(narrow)):
        return True
    korean = _KOREA.finditer(narrow)
    return any(_is_day((1900 if found[4] in "12" else 2000) + int(found[1]), found[2], found[3]) for found in korean)
