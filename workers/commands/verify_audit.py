"""``coord verify-audit``."""

import sys
import time
from pathlib import Path

import click

from coord.access import system
from coord.audit.chain import Head
from coord.audit.verifying import Checked, verify
from coord.work import begin
from workers.commands.common import need_current_schema, run, say, spoken, stop

_VERIFIER = system("verification", "follows the whole audit trail", "audit.verify")
_EXAMPLE = """\b
Example:
  coord verify-audit
  coord verify-audit --checkpoints kept-by-a-partner.txt
"""


def _kept(path: Path) -> list[Head]:
    """Heads that somebody noted: an entry's number and its hash on each line, the last two words of it."""
    try:
        lines = [line.split()[-2:] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [Head(int(seq), bytes.fromhex(digest)) for seq, digest in lines]
    except (ValueError, UnicodeDecodeError):
        stop("command.verify.bad_file", file=path)


@click.command("verify-audit", epilog=_EXAMPLE)
@click.option(
    "--checkpoints",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Lines that this command printed earlier and somebody kept: they show an end that was cut off.",
)
def verify_audit(checkpoints: Path | None) -> None:
    """Follow the audit trail from its first entry to its last. Exit status 1: it does not hold."""
    need_current_schema()
    kept = _kept(checkpoints) if checkpoints else []

    async def work() -> Checked:
        async with begin(_VERIFIER, read_only=True) as unit:
            return await verify(unit, kept)

    started = time.perf_counter()
    found = run(work)
    if found.fault is not None:
        click.echo(spoken()("command.verify.fault", seq=found.seq, fault=found.fault, entries=found.entries), err=True)
        sys.exit(1)
    rate = int(found.entries / max(time.perf_counter() - started, 0.001))
    say("command.verify.whole", entries=found.entries, rate=rate, seq=found.head.seq, hash=found.head.hash.hex())
