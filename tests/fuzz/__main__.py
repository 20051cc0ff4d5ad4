"""``python -m tests.fuzz --cases 10000``: random documents against the API on a world of its own.

Wrong is: an answer of 5xx, an error without a documented code, a word of our inside in an answer, an error in the log.
"""

import json
import subprocess
from pathlib import Path

import anyio
import click

from schema.ids import global_id
from tests.fuzz.world import Served, served_world
from tests.scan.tools import NotChecked, tool
from tests.world import CHEN, LIN, NORTH, NORTH_GROUP, PROGRAM, PROGRAM_ID, SAM_WORKER, SOUTH, SOUTH_ZHAO

_ASKING = Path(__file__).parent / "asking.py"
_IDS = {
    "Client": (LIN, CHEN, SOUTH_ZHAO),
    "Organization": (NORTH, SOUTH),
    "Worker": (SAM_WORKER,),
    "Program": (PROGRAM_ID,),
}
KNOWN = (
    PROGRAM, "H001", "CASE_CONTACT", "GROUP_SESSION", "2026-01-01", "2026-12-31", "2026-09-03", "2026-09", str(NORTH_GROUP),
    "2026-09-03T10:00:00+08:00", "018f6b3a-6f7e-7c3a-8a55-0d5d5c2b7a10",
    *(global_id(kind, row) for kind, rows in _IDS.items() for row in rows),
)  # fmt: skip


def _ask(served: Served, cases: int, seed: int) -> str:
    told = json.dumps({"tokens": list(served.tokens.values()), "known": KNOWN})
    done = subprocess.run(  # noqa: S603 -- our own script in the scanners' environment
        [tool("python"), _ASKING, served.address, str(cases), str(seed)],
        input=told.encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode()


async def _run(cases: int, seed: int) -> int:
    async with served_world() as served:
        found = json.loads(await anyio.to_thread.run_sync(_ask, served, cases, seed))
        logged = list(served.faults())
    click.echo(f"{found['cases']} cases, seed {seed}")
    for outcome, number in sorted(found["outcomes"].items(), key=lambda item: -item[1]):
        click.echo(f"  {number:>6}  {outcome}")
    for line in [*found["first"], *logged[:20]]:
        click.echo(f"WRONG {line}", err=True)
    click.echo(f"{found['faults']} kinds of wrong answers, {len(logged)} errors in the log")
    return int(found["faults"]) + len(logged)


@click.command()
@click.option("--cases", default=10_000, show_default=True, help="How many documents.")
@click.option("--seed", default=1, show_default=True, help="Makes the same run again.")
def main(cases: int, seed: int) -> None:
    """Ask, judge, and exit 1 for anything wrong."""
    try:
        wrong = anyio.run(_run, cases, seed)
    except NotChecked as why:
        raise click.ClickException(str(why)) from None
    if wrong:
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
