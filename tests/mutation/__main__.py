"""``python -m tests.mutation [FILE...]``: mutants of the access rules; exit status 1 when one survives its tests.

mutmut's operators change one thing at a time in ``coord/access`` and in every ``access.py``; fast tests of the rules
must fail for each. Needs the tools of ``.ci/tools.lock`` (``.ci/install-tools``); 2: it could not run.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from tests.mutation.plan import SAME, files, tests_of
from tests.mutation.zygote import ROOT, SURVIVED
from tests.scan.tools import NotChecked, tool

Mutant = dict[str, Any]


def made(file: str) -> Sequence[Mutant]:
    """The mutants of a file."""
    told = subprocess.run(  # noqa: S603  our own module, with the tools' Python
        [tool("python"), ROOT / "tests" / "mutation" / "making.py", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        raise NotChecked(told.stderr.strip().splitlines()[-1])
    return [json.loads(line) for line in told.stdout.splitlines()]


def key(mutant: Mutant) -> tuple[str, str, str, str]:
    """By what a mutant is known when lines have moved."""
    return mutant["file"], mutant["function"], " ".join(mutant["before"].split()), " ".join(mutant["after"].split())


def tried(file: str, mutants: Sequence[Mutant], folder: Path) -> Iterator[tuple[Mutant, str, float]]:
    """Each mutant with what became of it."""
    order = {"file": file, "tests": tests_of(file), "log": str(folder / "log")}
    work = folder / "work"
    work.write_text("\n".join(map(json.dumps, (order, *mutants))) + "\n", "utf-8")
    with (
        work.open() as given,
        subprocess.Popen(
            [sys.executable, "-m", "tests.mutation.zygote"], cwd=ROOT, stdin=given, stdout=subprocess.PIPE, text=True
        ) as zygote,
    ):
        assert zygote.stdout is not None
        by_number = {mutant["number"]: mutant for mutant in mutants}
        for line in zygote.stdout:
            if not line.startswith("{"):
                raise NotChecked(line + zygote.stdout.read())
            told = json.loads(line)
            yield by_number[told["number"]], told["outcome"], told["seconds"]
    if zygote.returncode:
        raise NotChecked(f"{file}: the tests could not be run")


def checked(file: str, folder: Path, functions: Sequence[str], *, show: bool) -> Counter[str]:
    """Try every mutant of a file and say which survive."""
    counts: Counter[str] = Counter()
    begun, mutants = time.monotonic(), [one for one in made(file) if not functions or one["function"] in functions]
    for mutant, outcome, seconds in tried(file, mutants, folder) if mutants else ():
        if outcome == SURVIVED and key(mutant) in SAME:
            outcome = "the same"  # noqa: PLW2901  said otherwise
        counts[outcome] += 1
        if outcome == SURVIVED or show:
            _, function, before, after = key(mutant)
            click.echo(f"  {outcome} {file}:{mutant['line']} {function}: {before}  =>  {after}  ({seconds} s)")
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
    click.echo(f"{file}: {counts.total()} mutants: {told} ({time.monotonic() - begun:.0f} s)")
    return counts


@click.command()
@click.argument("chosen", nargs=-1)
@click.option("--function", multiple=True, help="Only in functions of this name.")
@click.option("--show", is_flag=True, help="Also those that were killed.")
def main(chosen: tuple[str, ...], function: tuple[str, ...], *, show: bool) -> None:
    """Mutate the files, all of them unless some are named."""
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for file in chosen or files():
            try:
                total += checked(file, Path(folder), function, show=show)
            except NotChecked as why:
                click.echo(f"NOT CHECKED  {file}: {why}")
                sys.exit(2)
    click.echo(
        f"{total.total()} mutants: " + ", ".join(f"{number} {outcome}" for outcome, number in sorted(total.items()))
    )
    sys.exit(1 if total[SURVIVED] else 0)


if __name__ == "__main__":
    main()
