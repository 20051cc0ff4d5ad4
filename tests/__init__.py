"""Tests of coord; each folder mirrors what it tests.

What one person may do within an hour is not limited here, also in servers that tests start: a test of all pages looks
at more names than a day's work. The limits have tests of their own.
"""

import os

for _limit in ("NAMES", "SEARCHES", "EXPORTS", "IMPORTS"):
    os.environ.setdefault(f"COORD_{_limit}_PER_HOUR", "0")
