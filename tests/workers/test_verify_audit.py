"""``coord verify-audit`` with what a partner kept, and the clock that signs."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from coord.access import Actor, Grant, Role
from coord.audit.checkpoints import all_checkpoints
from coord.audit.signing import keys_file, public_keys
from coord.kernel.ids import uuid7
from coord.work import begin
from tests.databases import migrated_sqlite
from tests.workers.test_commands import coord, home
from workers.commands.common import run

_ = home  # the fixture
PARTNER = Actor.of(uuid7(), "Partner", "en", [Grant(uuid7(), Role.SPONSOR_VIEWER, uuid7())])


async def _lines() -> list[str]:
    async with begin(PARTNER, read_only=True) as unit:
        return [each.line for each in await all_checkpoints(unit)]


@pytest.fixture
def files(home: Path, tmp_path: Path) -> tuple[Path, Path]:
    """An installation with one entry and its checkpoint, and what a partner kept of it."""
    migrated_sqlite(home / "coord.sqlite")
    made = coord("organization", "add", "--code", "F01", "--name", "Lantern", "--kind", "FOUNDATION")
    assert made.exit_code == 0, made.output
    assert coord("work", "--once").exit_code == 0
    kept, keys = tmp_path / "kept.jsonl", tmp_path / "keys.json"
    kept.write_text("\n".join(run(_lines)) + "\n", encoding="utf-8")
    keys.write_text(json.dumps(keys_file(public_keys())), encoding="utf-8")
    return kept, keys


def test_what_a_partner_kept_is_compared(files: tuple[Path, Path]) -> None:
    kept, keys = files
    result = coord("verify-audit", "--checkpoints", str(kept), "--keys", str(keys))
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "It fits the 1 checkpoints that were kept.")


def test_a_line_that_is_not_signed_or_no_checkpoint_stops_before_checking(files: tuple[Path, Path]) -> None:
    kept, keys = files
    genuine = kept.read_text(encoding="utf-8")
    kept.write_text(genuine.replace('"seq":1', '"seq":2'), encoding="utf-8")
    assert coord("verify-audit", "--checkpoints", str(kept)).exit_code == 2
    kept.write_text("no checkpoint", encoding="utf-8")
    assert coord("verify-audit", "--checkpoints", str(kept)).exit_code == 2
    keys.write_text("{}", encoding="utf-8")
    assert coord("verify-audit", "--keys", str(keys)).exit_code == 2


def test_a_trail_that_others_know_longer_was_cut_off(files: tuple[Path, Path]) -> None:
    kept, _ = files
    kept.write_text(f"Last entry 2 {'00' * 32}\n", encoding="utf-8")
    result = coord("verify-audit", "--checkpoints", str(kept))
    assert (result.exit_code, "CUT_OFF" in result.output) == (1, True)


def test_a_backup_is_followed_without_a_database(files: tuple[Path, Path], home: Path, tmp_path: Path) -> None:
    kept, keys = files
    copy = tmp_path / "copy.sqlite"
    with closing(sqlite3.connect(home / "coord.sqlite")) as base, closing(sqlite3.connect(copy)) as to:
        base.backup(to)
    (home / "coord.sqlite").unlink()
    result = coord("verify-audit", "--dump", str(copy), "--keys", str(keys), "--checkpoints", str(kept))
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "It fits the 1 checkpoints that were kept.")
    assert coord("verify-audit", "--dump", str(keys)).exit_code == 2
