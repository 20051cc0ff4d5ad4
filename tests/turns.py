"""Which database a test of a door runs on: pages and the API hold no SQL, so one of both stands for each of their tests.

What the domain does is tested on both, and so is who sees what. Which of the two a test of a door gets is drawn from its
name: half of the tests of each file, the same in every run. ``COORD_TEST_WHOLE=1`` runs all on both, and repeats what is
left to chance as often as it takes to be sure.
"""

import os
import zlib
from collections import defaultdict
from collections.abc import Sequence

import pytest

WHOLE = bool(os.environ.get("COORD_TEST_WHOLE"))
"""Whether nothing is left to the other database, language or theme."""


def enough(often: int, whole: int) -> int:
    """How often the gate repeats what a whole run does ``whole`` times: enough to see a rule broken."""
    return whole if WHOLE else often


_DOORS = ("tests/web/", "tests/schema/")
WHO_SEES_WHAT = ("tests/schema/test_walk.py", "tests/schema/test_receivers.py", "tests/web/test_sketch_only.py")
"""Two walls stand behind these, one of each database."""


def waiting(items: Sequence[pytest.Item]) -> set[pytest.Item]:
    """The tests of doors whose turn is on another database."""
    twins: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        call = getattr(item, "callspec", None)
        if call and "database" in call.params and takes_turns(item.nodeid):
            twins[item.nodeid.replace(str(call.params["database"]), "")].append(item)
    return {item for name, pair in twins.items() for item in pair if item is not _drawn(name, pair)}


def takes_turns(name: str) -> bool:
    """Whether a test is one of a door, and not of who sees what through it."""
    return name.startswith(_DOORS) and not name.startswith(WHO_SEES_WHAT)


def _drawn(name: str, pair: Sequence[pytest.Item]) -> pytest.Item:
    """One of them, whatever order they come in."""
    return sorted(pair, key=lambda item: item.nodeid)[zlib.crc32(name.encode()) % len(pair)]
