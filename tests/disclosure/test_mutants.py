"""Each rule of disclosure control is held by its own tests: with the rule broken exactly they fail."""

import json
import subprocess
import sys

from tests.disclosure.mutants import MUTANTS


def test_every_broken_rule_is_noticed_by_the_tests_that_are_there_for_it() -> None:
    done = subprocess.run(  # our own module
        [sys.executable, "-m", "tests.disclosure.mutants"], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stderr.splitlines()[-1])
    assert found == {"": [], **{name: sorted(mutant.killed_by) for name, mutant in MUTANTS.items()}}
