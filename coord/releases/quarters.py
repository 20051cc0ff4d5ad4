"""Periods that can be released: a quarter is built, a year is the sum of its four."""

from coord.programs.quarters import days_of, last_quarters, months_of, quarter_on, quarters_of

__all__ = ["days_of", "last_quarters", "months_of", "quarter_on", "quarters_of"]
