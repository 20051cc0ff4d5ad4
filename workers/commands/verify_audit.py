"""``coord verify-audit``."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

from coord.access import system
from coord.audit.chain import Head
from coord.audit.dumps import NotADump, verify_dump
from coord.audit.signing import NotACheckpoint, PublicKeys, is_genuine, public_keys, read_keys, read_line
from coord.audit.verifying import Checked, verify_signed
from coord.work import begin
from workers.commands.common import need_current_schema, run, say, spoken

_VERIFIER = system("verification", "follows the whole audit trail", "audit.verify")
_EXAMPLE = """\b
Example:
  coord verify-audit
  coord verify-audit --checkpoints coord-checkpoints.jsonl --keys keys.json
  coord verify-audit --dump backup.sql --keys keys.json
"""
_COULD_NOT_CHECK = 2
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _cannot(sentence: str, **arguments: object) -> NoReturn:
    """End with a sentence: nothing was checked."""
    click.echo(f"Error: {spoken()(sentence, **arguments)}", err=True)
    sys.exit(_COULD_NOT_CHECK)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
            if line.strip():
                yield number, line.strip()
    except UnicodeDecodeError:
        _cannot("command.verify.bad_file", file=path)


def _kept(path: Path, keys: PublicKeys) -> list[Head]:
    """Heads that somebody kept: signed checkpoints, or lines that this command printed (number and hash at the end)."""
    heads = []
    for number, line in _lines(path):
        try:
            if not line.startswith("{"):
                seq, digest = line.split()[-2:]
                heads.append(Head(int(seq), bytes.fromhex(digest)))
                continue
            checkpoint = read_line(line)
        except ValueError:
            _cannot("command.verify.bad_file", file=path)
        if not is_genuine(checkpoint, keys):
            _cannot("command.verify.not_signed", file=path, line=number, signer=checkpoint.key)
        heads.append(checkpoint.head)
    return heads


def _keys(path: Path | None) -> PublicKeys:
    """The keys that somebody kept, else those of the settings."""
    if path is None:
        return public_keys()
    try:
        return read_keys(path.read_text(encoding="utf-8-sig"))
    except (NotACheckpoint, UnicodeDecodeError):
        _cannot("command.verify.bad_keys", file=path)


def _in_database(keys: PublicKeys, kept: list[Head]) -> Checked:
    need_current_schema()

    async def work() -> Checked:
        async with begin(_VERIFIER, read_only=True) as unit:
            return await verify_signed(unit, keys, kept)

    return run(work)


def _in_dump(path: Path, keys: PublicKeys, kept: list[Head]) -> Checked:
    try:
        return verify_dump(path, keys, kept)
    except NotADump:
        _cannot("command.verify.bad_dump", file=path)


@click.command("verify-audit", epilog=_EXAMPLE)
@click.option("--checkpoints", type=_FILE, help="Checkpoints that somebody kept: they show an end that was cut off.")
@click.option("--keys", type=_FILE, help="Public keys that somebody kept; otherwise those of COORD_CHECKPOINT_KEYS.")
@click.option("--dump", type=_FILE, help="A backup instead of the database: an SQLite file, or plain text of pg_dump.")
def verify_audit(checkpoints: Path | None, keys: Path | None, dump: Path | None) -> None:
    """Follow the audit trail from its first entry to its last. Exit status 1: it does not hold; 2: nothing was checked."""
    trusted = _keys(keys)
    kept = _kept(checkpoints, trusted) if checkpoints else []
    started = time.perf_counter()
    found = _in_dump(dump, trusted, kept) if dump else _in_database(trusted, kept)
    if found.fault is not None:
        click.echo(spoken()("command.verify.fault", seq=found.seq, fault=found.fault, entries=found.entries), err=True)
        sys.exit(1)
    rate = int(found.entries / max(time.perf_counter() - started, 0.001))
    say("command.verify.whole", entries=found.entries, rate=rate, seq=found.head.seq, hash=found.head.hash.hex())
    if checkpoints:
        say("command.verify.kept", n=len(kept))
