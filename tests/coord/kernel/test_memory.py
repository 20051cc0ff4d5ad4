"""A process that serves for long looks for garbage where there is some."""

import json
import subprocess
import sys

_ASKED = """
import gc, json
from coord.kernel.memory import keep_what_is_loaded
import coord.contacts
before = gc.get_freeze_count()
keep_what_is_loaded()
once, often = gc.get_freeze_count(), gc.get_threshold()
made = [[] for _ in range(1000)]
keep_what_is_loaded()
print(json.dumps([before, once, gc.get_freeze_count(), often]))
"""


def test_what_is_loaded_is_kept_and_what_comes_later_is_not() -> None:
    told = subprocess.run([sys.executable, "-c", _ASKED], capture_output=True, check=True, text=True)  # noqa: S603  our own words
    before, once, again, often = json.loads(told.stdout)
    assert before == 0
    assert once > 100_000
    assert again == once
    assert often == [20_000, 10, 20]
