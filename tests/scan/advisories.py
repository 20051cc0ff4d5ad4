"""``python -m tests.scan.advisories``: known vulnerabilities in what the lock pins. A step of every release.

It needs an advisory service. What could not be asked is not clean: the exit is 2 then, never 0.
"""

import subprocess
import sys

import click

from tests.scan.tools import ROOT, NotChecked, tool


def verdict(returncode: int, said: str) -> int:
    """0 only for a check that took place and found nothing; 1 for findings; 2 for anything else."""
    if returncode == 0 and "No known vulnerabilities found" in said:
        return 0
    return 1 if returncode == 1 and "known vulnerabilit" in said and "ERROR" not in said else 2


def main() -> int:
    """Ask, and say what came of it."""
    try:
        command = [str(tool("pip-audit")), "--strict", "--disable-pip", "--require-hashes", "-r", "requirements.lock"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)  # noqa: S603 -- a fixed command
    except NotChecked as why:
        click.echo(f"NOT CHECKED  {why}")
        return 2
    said = (done.stdout + done.stderr).decode(errors="replace")
    found = verdict(done.returncode, said)
    click.echo(said if found < 2 else f"NOT CHECKED  {said[-500:]}")
    return found


if __name__ == "__main__":
    sys.exit(main())
