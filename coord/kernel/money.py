"""Money: whole minor units of one currency. No float ever holds an amount."""

import re
from collections.abc import Mapping
from decimal import Decimal

from coord.kernel.errors import Invalid, Problem
from coord.kernel.text import narrow

DIGITS: Mapping[str, int] = {"CNY": 2, "KRW": 0, "USD": 2, "EUR": 2}
"""Currencies that an agreement may have, and how many digits their minor unit has (ISO 4217)."""
MOST = 10**15
"""No amount reaches this many minor units: sums of thousands of them stay inside 64 bits."""
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,4})?", re.ASCII)


def minor_units(field: str, text: str, currency: str) -> int:
    """The minor units of an amount as people write it: ``12,500.50`` in CNY is 1250050.

    Raises ``Invalid`` for what is no amount, has more digits than the currency, is zero or too large.
    """
    plain = narrow(text).replace(",", "")
    if not plain:
        raise Invalid(Problem(field, "REQUIRED"))
    if not _AMOUNT.fullmatch(plain):
        raise Invalid(Problem(field, "NOT_AN_AMOUNT"))
    scaled = Decimal(plain).scaleb(DIGITS[currency])
    if scaled != scaled.to_integral_value():
        raise Invalid(Problem(field, "TOO_MANY_DIGITS", {"limit": DIGITS[currency]}))
    amount = int(scaled)
    if amount == 0:
        raise Invalid(Problem(field, "AMOUNT_ZERO"))
    if amount >= MOST:
        raise Invalid(Problem(field, "AMOUNT_TOO_LARGE"))
    return amount


def major(amount: int, currency: str) -> Decimal:
    """The amount as people read it: 1250050 minor units of CNY are 12500.50."""
    return Decimal(amount).scaleb(-DIGITS[currency])
