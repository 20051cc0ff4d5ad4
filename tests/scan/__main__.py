"""``python -m tests.scan``: our own rules and bandit over the product, and secrets in the whole tree.

Exits 1 for a finding and 2 when a tool could not run: not checked is not clean.
"""

import sys
from collections.abc import Callable, Mapping

import click

from tests.scan import bandit, secrets, semgrep
from tests.scan.tools import NotChecked

STEPS: Mapping[str, Callable[[], list[str]]] = {
    "own rules": semgrep.faults,
    "bandit": bandit.faults,
    "secrets": secrets.faults,
}


def main() -> int:
    """Run every step and say what it found."""
    worst = 0
    for name, step in STEPS.items():
        try:
            found = step()
        except NotChecked as why:
            click.echo(f"NOT CHECKED  {name}: {why}")
            worst = 2
            continue
        click.echo(f"{'FAILED' if found else 'ok    '}  {name}")
        for line in found:
            click.echo(f"  {line}")
        worst = max(worst, 1 if found else 0)
    return worst


if __name__ == "__main__":
    sys.exit(main())
