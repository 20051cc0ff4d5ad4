"""Everything that can be checked without running the product: ``python -m tests.check``.

The same before a commit, on a developer's machine and in continuous integration.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
_TOOLS = Path(sys.executable).parent

_WALLS = ("pytest", "--tb=short", "tests/walls")
STEPS: Sequence[tuple[str, ...]] = (
    ("mypy",),
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("lint-imports", "--no-logo"),
    ("djlint", "--lint", "--quiet", "--allow-empty-input", "web/templates"),
    ("deptry", "."),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one step."""

    step: str
    passed: bool
    seconds: float
    output: str


def run(step: Sequence[str]) -> Outcome:
    """Run one tool of this environment in the project's root."""
    started = time.monotonic()
    done = subprocess.run(
        [_TOOLS / step[0], *step[1:]], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    output = (done.stdout + done.stderr).decode(errors="replace")
    return Outcome(" ".join(step), done.returncode == 0, time.monotonic() - started, output)


@click.command()
@click.option("--without-walls", is_flag=True, help="Leave the walls to a run of all tests that follows.")
def main(*, without_walls: bool) -> None:
    """Run every step, two at a time, and say which failed; exits with 1 if one did."""
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for outcome in pool.map(run, STEPS if without_walls else (*STEPS, _WALLS)):
            failed += not outcome.passed
            click.echo(f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.seconds:5.1f} s  {outcome.step}")
            if not outcome.passed:
                click.echo(outcome.output, err=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
