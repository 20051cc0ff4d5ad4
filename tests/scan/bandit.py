"""Bandit over the product; what it finds is mended, or accepted here with a reason."""

import json
import subprocess
from collections.abc import Iterable, Mapping

from tests.scan.semgrep import PACKAGES
from tests.scan.tools import ROOT, NotChecked, tool

ACCEPTED: Mapping[str, str] = {
    "B608 coord/audit/appending.py": "names of our own tables; the values are parameters",
    "B608 coord/audit/dumps.py": "names of our own tables and columns",
    "B104 coord/settings.py": "the address that listens everywhere, named to be refused",
    "B608 coord/access/policies.py": "the wall is SQL, written from names of our own tables and sets; values are quoted",
    "B608 coord/access/views.py": "the same",
    "B608 coord/access/whoever.py": "the same",
    "B608 coord/demo/loading.py": "names of our own tables; the values are parameters",
    "B311 coord/measures/rollups/checking.py": "a sample that can be drawn again, no secret",
    "B608 coord/migrations/following.py": "triggers, written from names of our own tables and columns",
    "B608 coord/migrations/versions": "names of our own tables; values come from the database itself",
    "B608 coord/migrations/money_guards.py": "triggers, written from names of our own tables and columns",
    "B311 coord/demo/chance.py": "invented people, made the same again by the same seed",
    "B105 coord/demo/groundwork.py": "the password of the demo stands in its documentation; production refuses the demo",
    "B105 coord/identity/rules.py": "the beginning of tokens, by which scanners know them",
    "B105 coord/notices/kinds.py": "names of kinds of notices, about passwords",
    "B105 coord/rights/classes.py": "the name of a class of columns",
    "B105 coord/settings.py": "the example, kept to be refused",
    "B102 schema/executor.py": "our own text: lookups whose names are quoted literals",
    "B101 schema/running.py": "tells the type checker what execute returns",
    "B404 workers/children.py": "starts our own processes, without a shell",
    "B603 workers/children.py": "the same",
}


def _findings() -> list[str]:
    """What bandit finds, as ``test path line``."""
    done = subprocess.run(  # noqa: S603 -- a fixed command
        [tool("bandit"), "-r", *PACKAGES, "-q", "-f", "json"], cwd=ROOT, capture_output=True, check=False
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise NotChecked(done.stderr.decode(errors="replace")[-2000:]) from None
    if answer["errors"]:
        raise NotChecked(str(answer["errors"][:3]))
    return [f"{one['test_id']} {one['filename'].removeprefix('./')}:{one['line_number']}" for one in answer["results"]]


def judged(found: Iterable[str], accepted: Mapping[str, str]) -> list[str]:
    """Findings that nobody accepted, and accepted ones that are not there any more."""
    lines = list(found)
    new = [line for line in lines if not any(line.startswith(known) for known in accepted)]
    return [
        *new,
        *(f"{known}: not found any more" for known in accepted if not any(line.startswith(known) for line in lines)),
    ]


def faults() -> list[str]:
    """Everything that is wrong."""
    return judged(_findings(), ACCEPTED)
